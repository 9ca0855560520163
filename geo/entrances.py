"""Ties each address to the building it opens on: the footprint that covers it, else the nearest within 30 m."""

from __future__ import annotations

from django.db import connection

from geo.settling import Settled

#: Metres. A surveyed address stands at the door, at the gate or on the plot.
REACH = 30

# Raw SQL: a lateral join finds each address its building through the footprints' index. The box is 30 m and a little in
# degrees (a degree is at least 110,574 m, WGS 84), so that metres are measured on a few footprints only.
TIE = """
    UPDATE geo_address a SET building_id = found.building_id
    FROM (
        SELECT a.id, nearest.id AS building_id
        FROM geo_address a
        LEFT JOIN LATERAL (
            SELECT b.id FROM geo_building b
            WHERE b.closed_on IS NULL
              AND b.footprint && ST_Expand(a.location::geometry,
                    %(reach)s / (110000 * cos(radians(ST_Y(a.location::geometry)))), %(reach)s / 110000.0)
              AND ST_DWithin(b.footprint::geography, a.location, %(reach)s)
            ORDER BY ST_Distance(b.footprint::geography, a.location), b.key LIMIT 1
        ) AS nearest ON true
        WHERE a.municipality_id = ANY(%(municipalities)s) AND a.closed_on IS NULL
    ) AS found
    WHERE a.id = found.id AND a.building_id IS DISTINCT FROM found.building_id"""


def tie_addresses(settled: Settled) -> None:
    """Find anew the buildings of the addresses of the municipalities that changed."""
    with connection.cursor() as cursor:
        cursor.execute(TIE, {"municipalities": settled.municipality_ids, "reach": REACH})
