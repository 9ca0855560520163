"""Puts a mailing into its residences: one statement for any number of them, where the ORM would make one for each.

By hand, because a multi-table child has no bulk form in the ORM. Only residences that the transaction opened are
written to (`scopes.second_lock`): row-level security checks each row.
"""

#: %(residences)s are numbers; a residence that was closed since is left out.
_TOLD = """
    WITH told AS (
        INSERT INTO directory_listing (
            public_id, kind, category_id, title, description, published_at, opens_at, closes_at, demonstration, edits,
            organisation_id, level, openness, residence_id, municipality_id, insee_code, department
        )
        SELECT gen_random_uuid(), %(kind)s, category.id, %(title)s, %(description)s, %(now)s, %(opens_at)s,
               %(closes_at)s, %(demonstration)s, '{}', %(organisation)s, 'residence', 'members', residence.id,
               municipality.id, municipality.insee_code, municipality.department
        FROM geo_residence residence
        JOIN geo_municipality municipality ON municipality.id = residence.municipality_id
        JOIN directory_category category ON category.code = %(category)s
        WHERE residence.id = ANY(%(residences)s) AND residence.closed_on IS NULL
        RETURNING id, residence_id
    )
"""
_ENTRANCES = "COALESCE(%(entrances)s::jsonb ->> residence_id::text, '')"

#: Answers how many were written.
PUT_NOTICES = f"""{_TOLD}
    INSERT INTO directory_notice (listing_ptr_id, residence_id, mailing_id, entrances)
    SELECT id, residence_id, %(mailing)s, {_ENTRANCES} FROM told
"""  # noqa: S608 - composed of constants
PUT_POLLS = f"""{_TOLD}
    INSERT INTO directory_poll (listing_ptr_id, residence_id, mailing_id, entrances, choices, ends_at)
    SELECT id, residence_id, %(mailing)s, {_ENTRANCES}, %(choices)s, %(ends_at)s FROM told
"""  # noqa: S608 - composed of constants
