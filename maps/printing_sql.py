"""The statement behind the printed map: streets, buildings and limits of a box as SVG paths.

Raw SQL because PostGIS clips, scales and writes the paths at once (`ST_AsSVG`): 40 ms for 1 km2 of Nantes-centre.
Constants are composed here; input is only ever bound.
"""

# ruff: noqa: S608 - composed of constants; input is only ever bound
from __future__ import annotations

BOX = "ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)"
AREA = f"ST_Transform({BOX}, 4326)"


def _path(geometry: str) -> str:
    """The geometry, clipped to the box, as the `d` of one SVG path in units of the sheet."""
    clipped = f"ST_ClipByBox2D(ST_Transform({geometry}, 3857), {BOX})"
    onto_sheet = "-%(west)s::float8, -%(south)s::float8, %(scale)s::float8, %(scale)s::float8"
    return f"ST_AsSVG(ST_TransScale({clipped}, {onto_sheet}), 1, 0)"


SHEET = f"""
    SELECT 'town' AS class, {_path("boundary")} AS path FROM geo_municipality
    WHERE boundary && {AREA} AND closed_on IS NULL
    UNION ALL
    SELECT 'building', string_agg({_path("footprint")}, ' ') FROM geo_building
    WHERE footprint && {AREA} AND closed_on IS NULL AND %(buildings)s
    UNION ALL
    SELECT 'street', string_agg({_path("line")}, ' ') FROM geo_street WHERE line && {AREA} AND closed_on IS NULL
"""

CIRCLE = f"SELECT {_path('ST_SetSRID(ST_GeomFromGeoJSON(%(circle)s), 4326)')}"
