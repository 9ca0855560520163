"""Prepares a sheet for each entrance of a mailing: one statement for any number of residences.

By hand, because the entrances of ten thousand residences come from a join that the ORM would walk one by one. Only
residences that the transaction opened are written to (`scopes.second_lock`).
"""

#: %(residences)s are numbers, %(only)s the keys of the entrances that are told, where it is not all. A residence
#: without a known address has one sheet under its name, or none.
PREPARE_SHEETS = """
    INSERT INTO directory_display (mailing_id, residence_id, entrance)
    SELECT %(mailing)s, door.residence_id, door.entrance
    FROM (
        SELECT building.residence_id,
               left(concat_ws(' ', address.number::text, NULLIF(address.suffix, ''), address.street_name), 200)
                   AS entrance
        FROM geo_address address
        JOIN geo_building building ON building.id = address.building_id
        WHERE building.residence_id = ANY(%(residences)s)
          AND address.closed_on IS NULL AND building.closed_on IS NULL
          AND (NOT %(only)s::jsonb ? building.residence_id::text
               OR (%(only)s::jsonb -> building.residence_id::text) ? address.key)
        UNION
        SELECT residence.id, residence.name
        FROM geo_residence residence
        WHERE residence.id = ANY(%(residences)s) AND residence.name <> ''
          AND NOT EXISTS (
              SELECT FROM geo_address address JOIN geo_building building ON building.id = address.building_id
              WHERE building.residence_id = residence.id
                AND address.closed_on IS NULL AND building.closed_on IS NULL
          )
    ) AS door
    ON CONFLICT DO NOTHING
"""
