"""Stores the one neighbourhood of each kind that a residence lies in: the one its footprints overlap most."""

from __future__ import annotations

from django.db import connection

from geo.settling import Settled

# Raw SQL: one statement decides for a whole town (Nantes-centre: 7,152 residences by 11 quarters in 0.6 s), on the
# small pieces of `geo_boundarypart`, not on whole boundaries. Areas are compared in square degrees: within one
# residence, metres per degree are the same.
CONTAIN = """
    WITH shared AS (
        SELECT b.residence_id, n.kind, n.id AS neighbourhood_id, n.key,
            sum(CASE WHEN ST_CoveredBy(b.footprint, part.division) THEN ST_Area(b.footprint)
                ELSE ST_Area(ST_Intersection(b.footprint, part.division)) END) AS area
        FROM geo_building b
        JOIN geo_boundarypart part ON ST_Intersects(part.division, b.footprint)
        JOIN geo_neighbourhood n ON n.id = part.neighbourhood_id AND n.municipality_id = b.municipality_id
        WHERE b.municipality_id = ANY(%(municipalities)s) AND n.municipality_id = ANY(%(municipalities)s)
          AND b.closed_on IS NULL AND b.residence_id IS NOT NULL
        GROUP BY b.residence_id, n.id
    ), largest AS (
        SELECT DISTINCT ON (residence_id, kind) residence_id, kind, neighbourhood_id FROM shared
        WHERE area > 0 ORDER BY residence_id, kind, area DESC, key
    ), gone AS (
        DELETE FROM geo_containment c USING geo_residence r
        WHERE r.id = c.residence_id AND r.municipality_id = ANY(%(municipalities)s)
          AND NOT EXISTS (SELECT FROM largest l WHERE (l.residence_id, l.kind) = (c.residence_id, c.kind))
    )
    INSERT INTO geo_containment AS c (residence_id, kind, neighbourhood_id)
    SELECT residence_id, kind, neighbourhood_id FROM largest
    ON CONFLICT (residence_id, kind) DO UPDATE SET neighbourhood_id = EXCLUDED.neighbourhood_id
    WHERE c.neighbourhood_id <> EXCLUDED.neighbourhood_id"""


def contain_residences(settled: Settled) -> None:
    """Find anew the neighbourhoods of the residences of the municipalities that changed."""
    with connection.cursor() as cursor:
        cursor.execute(CONTAIN, {"municipalities": settled.municipality_ids})
        # Finding the residences of Nantes without a quarter took 5.5 s by the statistics of an empty table.
        cursor.execute("ANALYZE geo_containment")
