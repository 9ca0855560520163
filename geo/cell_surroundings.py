"""Finds the neighbourhoods that the point of a public cell lies in, and those across a limit that passes near it."""

from __future__ import annotations

from django.db import connection

#: Metres. A cell this close to a limit of its town's circles also receives what is public on the other side.
BORDER = 150

# Raw SQL: one statement for every cell of a town, on the small pieces of `geo_boundarypart`. The box is 150 m and a
# little in degrees (a degree is at least 110,574 m, WGS 84), so that metres are measured on a few pieces only. OFFSET 0
# keeps the planner from comparing each cell with every piece of its town: 31,276 times in Nantes-centre, not 900.
CONTAIN = """
    WITH covering AS (
        SELECT DISTINCT ON (c.id, n.kind) c.id AS cell_id, n.kind, n.id AS neighbourhood_id
        FROM geo_publiccell c
        CROSS JOIN LATERAL (
            SELECT neighbourhood_id FROM geo_boundarypart WHERE ST_Covers(division, c.location::geometry) OFFSET 0
        ) AS part
        JOIN geo_neighbourhood n ON n.id = part.neighbourhood_id AND n.municipality_id = c.municipality_id
        WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL AND n.closed_on IS NULL
        ORDER BY c.id, n.kind, n.key
    ), gone AS (
        DELETE FROM geo_cellcontainment was USING geo_publiccell c
        WHERE c.id = was.cell_id AND c.municipality_id = ANY(%(municipalities)s)
          AND NOT EXISTS (SELECT FROM covering WHERE (covering.cell_id, covering.kind) = (was.cell_id, was.kind))
    )
    INSERT INTO geo_cellcontainment AS was (cell_id, kind, neighbourhood_id)
    SELECT cell_id, kind, neighbourhood_id FROM covering
    ON CONFLICT (cell_id, kind) DO UPDATE SET neighbourhood_id = EXCLUDED.neighbourhood_id
    WHERE was.neighbourhood_id <> EXCLUDED.neighbourhood_id"""

BORDERS = """
    WITH around AS MATERIALIZED (
        SELECT DISTINCT c.id AS cell_id, c.municipality_id, part.neighbourhood_id
        FROM geo_publiccell c
        CROSS JOIN LATERAL (
            SELECT neighbourhood_id FROM geo_boundarypart
            WHERE division && ST_Expand(c.location::geometry,
                    %(border)s / (110000 * cos(radians(ST_Y(c.location::geometry)))), %(border)s / 110000.0)
              AND ST_DWithin(division::geography, c.location, %(border)s)
            OFFSET 0
        ) AS part
        WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL
    ), near AS (
        SELECT cell_id, neighbourhood_id
        FROM around
        JOIN geo_municipality m ON m.id = around.municipality_id
        JOIN geo_neighbourhood n ON n.id = neighbourhood_id AND n.municipality_id = m.id AND n.kind = m.circle_kind
        WHERE n.closed_on IS NULL AND NOT EXISTS (
            SELECT FROM geo_cellcontainment own
            WHERE own.cell_id = around.cell_id AND own.neighbourhood_id = around.neighbourhood_id
        )
    ), gone AS (
        DELETE FROM geo_cellborder was USING geo_publiccell c
        WHERE c.id = was.cell_id AND c.municipality_id = ANY(%(municipalities)s)
          AND (was.cell_id, was.neighbourhood_id) NOT IN (SELECT cell_id, neighbourhood_id FROM near)
    )
    INSERT INTO geo_cellborder (cell_id, neighbourhood_id) SELECT cell_id, neighbourhood_id FROM near
    ON CONFLICT DO NOTHING"""


def find_surroundings(*, municipalities: list[int]) -> None:
    """Store the neighbourhoods and the borders of the cells of these towns."""
    with connection.cursor() as cursor:
        for statement in (CONTAIN, BORDERS):
            cursor.execute(statement, {"municipalities": municipalities, "border": BORDER})
        cursor.execute("ANALYZE geo_publiccell, geo_cellcontainment, geo_cellborder")
