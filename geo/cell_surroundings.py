"""Finds the neighbourhoods that the point of a public cell lies in, and those across a limit that passes near it."""

from __future__ import annotations

from django.db import connection

#: Metres. A cell this close to a limit of its town's circles also receives what is public on the other side.
BORDER = 150

# Raw SQL: one statement for every cell of a town, on the small pieces of `geo_boundarypart`. The box is 150 m and a
# little in degrees (a degree is at least 110,574 m, WGS 84), so that metres are measured on a few pieces only.
CONTAIN = """
    WITH covering AS (
        SELECT DISTINCT ON (c.id, n.kind) c.id AS cell_id, n.kind, n.id AS neighbourhood_id
        FROM geo_publiccell c
        JOIN geo_boundarypart part ON ST_Covers(part.division, c.location::geometry)
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
    WITH near AS (
        SELECT DISTINCT c.id AS cell_id, n.id AS neighbourhood_id
        FROM geo_publiccell c
        JOIN geo_municipality m ON m.id = c.municipality_id
        JOIN geo_boundarypart part ON part.division && ST_Expand(c.location::geometry,
            %(border)s / (110000 * cos(radians(ST_Y(c.location::geometry)))), %(border)s / 110000.0)
        JOIN geo_neighbourhood n ON n.id = part.neighbourhood_id AND n.municipality_id = m.id AND n.kind = m.circle_kind
        LEFT JOIN geo_cellcontainment own ON own.cell_id = c.id AND own.kind = n.kind
        WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL AND n.closed_on IS NULL
          AND n.id IS DISTINCT FROM own.neighbourhood_id
          AND ST_DWithin(part.division::geography, c.location, %(border)s)
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
