"""Makes one circle of the houses of a public cell: a residence of fewer than three dwellings is none by itself."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from geo.models import Residence

# Raw SQL: one statement counts the houses of every cell of a town, and writes what differs.

# When cells are united their circles close and the new one starts empty: nobody finds strangers in their circle.
CLOSE_UNITED = """
    UPDATE geo_residence SET closed_on = CURRENT_DATE
    WHERE closed_on IS NULL AND houses_of_id IN (
        SELECT unnest(ARRAY[c.id, c.merged_into_id]) FROM geo_residence r JOIN geo_publiccell c ON c.id = r.houses_of_id
        WHERE r.closed_on IS NULL AND c.merged_into_id IS NOT NULL AND c.municipality_id = ANY(%(municipalities)s)
    )"""

COUNT_SMALL = """
    CREATE TEMP TABLE small ON COMMIT DROP AS
    SELECT c.id AS cell_id, sum(r.dwellings) AS dwellings, bool_or(r.dwellings_estimated) AS estimated,
        bool_or(r.public_cell_id IS NOT NULL) AS sound
    FROM geo_publiccell c
    JOIN LATERAL (
        SELECT DISTINCT residence_id FROM geo_building WHERE public_cell_id = c.id AND closed_on IS NULL
    ) AS b ON true
    JOIN geo_residence r ON r.id = b.residence_id AND COALESCE(r.dwellings, 0) < %(smallest)s
    WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL GROUP BY c.id"""

CLOSE_EMPTY = """
    UPDATE geo_residence r SET closed_on = CURRENT_DATE FROM geo_publiccell c
    WHERE c.id = r.houses_of_id AND c.municipality_id = ANY(%(municipalities)s) AND r.closed_on IS NULL
      AND NOT EXISTS (SELECT FROM small WHERE cell_id = c.id)"""

WRITE = """
    INSERT INTO geo_residence AS r (key, municipality_id, name, copro_number, dwellings, dwellings_estimated, location,
        public_cell_id, houses_of_id)
    SELECT concat('houses/', c.id, '/', (SELECT count(*) FROM geo_residence was WHERE was.houses_of_id = c.id)),
        c.municipality_id, '', '', small.dwellings, COALESCE(small.estimated, false), c.location,
        CASE WHEN small.sound THEN c.id END, c.id
    FROM small JOIN geo_publiccell c ON c.id = small.cell_id
    ON CONFLICT (houses_of_id) WHERE closed_on IS NULL DO UPDATE SET municipality_id = EXCLUDED.municipality_id,
        dwellings = EXCLUDED.dwellings, dwellings_estimated = EXCLUDED.dwellings_estimated,
        location = EXCLUDED.location, public_cell_id = EXCLUDED.public_cell_id
    WHERE (r.municipality_id, r.dwellings, r.dwellings_estimated, r.location::text, r.public_cell_id) IS DISTINCT FROM
        (EXCLUDED.municipality_id, EXCLUDED.dwellings, EXCLUDED.dwellings_estimated, EXCLUDED.location::text,
        EXCLUDED.public_cell_id)"""


def circle_of(residence: Residence) -> Residence | None:
    """Return the residence that people of this one belong to: itself, or the houses of its cell.

    None where too few homes are known for a cell.
    """
    if residence.houses_of_id or (residence.dwellings or 0) >= Residence.SMALLEST_CIRCLE:
        return residence
    return Residence.objects.open().filter(houses_of=residence.public_cell_id).first()


def keep_houses(*, municipalities: Collection[int]) -> None:
    """Give each cell of these towns that holds small residences a circle of its own, and bring it up to date."""
    parameters = {"municipalities": list(municipalities), "smallest": Residence.SMALLEST_CIRCLE}
    with connection.cursor() as cursor:
        for statement in (CLOSE_UNITED, COUNT_SMALL, CLOSE_EMPTY, WRITE, "DROP TABLE small"):
            cursor.execute(statement, parameters)
