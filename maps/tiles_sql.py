"""The two statements behind our vector tiles: the base map, and the names written on it.

Raw SQL because PostGIS encodes a whole tile at once (`ST_AsMVT`): the densest tile of Nantes-centre takes 30 ms at zoom
15 and 13 ms at zoom 16. Everything of one class is collected into one geometry: a browser draws 6 paths a tile instead
of 2,000. Constants are composed here; input is only ever bound.
"""

# ruff: noqa: S608 - composed of constants; input is only ever bound
from __future__ import annotations

#: Units of a tile's side, and how far beyond its side geometries go on, so that strokes meet across tiles.
EXTENT, MARGIN = 4096, 64

SQUARE = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
AREA = f"ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {MARGIN / EXTENT}), 4326)"
#: Side of a pixel of a 256-pixel tile, in metres of EPSG:3857.
PIXEL = "(40075016.6855785 / 256 / (1 << %(z)s))"

#: Road classes, least first, in the words of BD TOPO's `nature` and OSM's `highway`.
PATHS = [
    *("Sentier", "Chemin", "Escalier", "Piste cyclable"),
    *("footway", "path", "steps", "track", "cycleway", "bridleway", "corridor", "elevator", "platform"),
]
MAJOR = [
    *("Route à 2 chaussées", "Type autoroutier", "Bretelle"),
    *("motorway", "trunk", "primary", "secondary"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link"),
]
NOT_DRAWN = ["Bac ou liaison maritime", "proposed", "construction", "raceway"]
STREET_CLASS = """CASE WHEN road_class = ANY(%(paths)s) THEN 'path'
                       WHEN road_class = ANY(%(major)s) THEN 'major' ELSE 'street' END"""
CONSTANTS = {"paths": PATHS, "major": MAJOR, "not_drawn": NOT_DRAWN}


def _in_tile(geometry: str) -> str:
    """The geometry in the tile's own units."""
    return f"ST_AsMVTGeom(ST_Transform({geometry}, 3857), {SQUARE}, {EXTENT}, {MARGIN}, true)"


MUNICIPALITIES = f"""(
    SELECT ST_AsMVT(layer, 'municipalities', {EXTENT}, 'geom') FROM (
        SELECT building_source <> '' AS loaded, ST_CollectionExtract(ST_Collect({_in_tile("boundary")}), 3) AS geom
        FROM geo_municipality WHERE boundary && {AREA} AND closed_on IS NULL GROUP BY 1
    ) layer WHERE NOT ST_IsEmpty(geom))"""

# Neighbours share their border once the tile's grid has snapped it: united, it is drawn once, and its dashes stay even.
NEIGHBOURHOODS = f"""(
    SELECT ST_AsMVT(layer, 'neighbourhoods', {EXTENT}, 'geom') FROM (
        SELECT ST_LineMerge(ST_UnaryUnion(ST_Collect({_in_tile("ST_Boundary(n.boundary)")}))) AS geom
        FROM geo_neighbourhood n JOIN geo_municipality m ON m.id = n.municipality_id AND m.circle_kind = n.kind
        WHERE n.boundary && {AREA} AND n.closed_on IS NULL
    ) layer WHERE NOT ST_IsEmpty(geom))"""

# What is smaller than two pixels is left out.
BUILDINGS = f"""(
    SELECT ST_AsMVT(layer, 'buildings', {EXTENT}, 'geom') FROM (
        SELECT CASE WHEN use IN ('public', 'religious', 'sport') THEN 'public'
                    WHEN use IN ('annex', 'agricultural') THEN 'annex' ELSE 'building' END AS class,
               ST_CollectionExtract(ST_Collect({_in_tile("footprint")}), 3) AS geom
        FROM geo_building
        WHERE footprint && {AREA} AND closed_on IS NULL
          AND ST_Area(ST_Transform(footprint, 3857)) > 2 * {PIXEL} * {PIXEL}
        GROUP BY 1
    ) layer WHERE NOT ST_IsEmpty(geom))"""

# The same lines twice: first all casings, then all fills, so that crossings open as on a printed map.
STREETS = f"""(
    WITH street AS MATERIALIZED (
        SELECT {STREET_CLASS} AS class, ST_LineMerge(ST_CollectionExtract(ST_Collect({_in_tile("line")}), 2)) AS geom
        FROM geo_street
        WHERE line && {AREA} AND closed_on IS NULL AND road_class <> ALL(%(not_drawn)s)
          AND (%(z)s >= 14 OR road_class = ANY(%(major)s))
        GROUP BY 1 ORDER BY array_position(ARRAY['path', 'street', 'major'], {STREET_CLASS})
    )
    SELECT coalesce((SELECT ST_AsMVT(street, 'casings', {EXTENT}, 'geom') FROM street WHERE class <> 'path'), '')
        || coalesce((SELECT ST_AsMVT(street, 'streets', {EXTENT}, 'geom') FROM street), ''))"""

#: The zoom at which each layer begins, in drawing order.
BASE_LAYERS = ((8, MUNICIPALITIES), (14, BUILDINGS), (12, STREETS), (11, NEIGHBOURHOODS))


def base_statement(zoom: int) -> str:
    """The statement for one tile of the base map; parameters `z`, `x`, `y` and `CONSTANTS`."""
    drawn = [layer for first, layer in BASE_LAYERS if zoom >= first]
    return "SELECT " + " || ".join(f"coalesce({layer}, '')" for layer in drawn or ["''::bytea"])


# A street is named along its longest straight run, where the name (7 pixels a letter) fits, and again every 400
# pixels. The run is built from the whole street, so that neighbouring tiles agree on where the name stands; a name
# belongs to the one tile that holds its middle.
STREET_NAMES = f"""(
    WITH named AS (
        SELECT DISTINCT municipality_id, name FROM geo_street
        WHERE line && {AREA} AND closed_on IS NULL AND name <> '' AND road_class <> ALL(%(not_drawn)s)
    ), run AS (
        SELECT municipality_id, s.name, bool_or(s.road_class = ANY(%(major)s)) AS major,
               (ST_Dump(ST_LineMerge(ST_Collect(ST_Transform(s.line, 3857))))).geom AS line
        FROM geo_street s JOIN named USING (municipality_id, name)
        WHERE s.closed_on IS NULL GROUP BY municipality_id, s.name
    ), sized AS (
        SELECT DISTINCT ON (municipality_id, name) name, major, line,
               ST_Length(line) AS metres, char_length(name) * 7 * {PIXEL} AS text,
               greatest(1, floor(ST_Length(line) / (400 * {PIXEL})))::integer AS times
        FROM run WHERE ST_Length(line) > char_length(name) * 7 * {PIXEL}
        ORDER BY municipality_id, name, ST_Length(line) DESC
    ), placed AS (
        SELECT name, major, text, ST_LineInterpolatePoint(line, (i - 0.5) / times) AS middle,
               ST_LineInterpolatePoint(line, greatest(0, (i - 0.5) / times - text / metres / 2)) AS head,
               ST_LineInterpolatePoint(line, least(1, (i - 0.5) / times + text / metres / 2)) AS tail
        FROM sized, generate_series(1, times) AS i
    )
    SELECT ST_AsMVT(layer, 'streets', {EXTENT}, 'geom') FROM (
        SELECT name, major, degrees(ST_Azimuth(head, tail)) - 90 AS angle,
               ST_AsMVTGeom(ST_Centroid(ST_Collect(middle, ST_Centroid(ST_Collect(head, tail)))),
                            {SQUARE}, {EXTENT}, 0, true) AS geom
        FROM placed WHERE ST_Distance(head, tail) > 0.95 * text
    ) layer WHERE geom IS NOT NULL)"""

NEIGHBOURHOOD_NAMES = f"""(
    SELECT ST_AsMVT(layer, 'neighbourhoods', {EXTENT}, 'geom') FROM (
        SELECT n.name,
               ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(n.boundary), 3857), {SQUARE}, {EXTENT}, 0, true) AS geom
        FROM geo_neighbourhood n JOIN geo_municipality m ON m.id = n.municipality_id AND m.circle_kind = n.kind
        WHERE n.boundary && {AREA} AND n.closed_on IS NULL
    ) layer WHERE geom IS NOT NULL)"""

# Towns by size, so that the biggest keep their names when zoomed out.
MUNICIPALITY_NAMES = f"""(
    SELECT ST_AsMVT(layer, 'municipalities', {EXTENT}, 'geom') FROM (
        SELECT name, coalesce(population, 0) AS population,
               ST_AsMVTGeom(ST_Transform(location::geometry, 3857), {SQUARE}, {EXTENT}, 0, true) AS geom
        FROM geo_municipality
        WHERE location && {AREA}::geography AND closed_on IS NULL
          AND coalesce(population, 0) >= CASE WHEN %(z)s < 9 THEN 50000 WHEN %(z)s < 10 THEN 20000
                                             WHEN %(z)s < 11 THEN 5000 WHEN %(z)s < 12 THEN 1000 ELSE 0 END
        ORDER BY population DESC NULLS LAST
    ) layer WHERE geom IS NOT NULL)"""

HOUSE_NUMBERS = f"""(
    SELECT ST_AsMVT(layer, 'numbers', {EXTENT}, 'geom') FROM (
        SELECT number || suffix AS name,
               ST_AsMVTGeom(ST_Transform(location::geometry, 3857), {SQUARE}, {EXTENT}, 0, true) AS geom
        FROM geo_address WHERE location && {AREA}::geography AND closed_on IS NULL AND number IS NOT NULL
    ) layer WHERE geom IS NOT NULL)"""

#: The zooms between which each kind of name is written.
NAME_LAYERS = (
    (8, 13, MUNICIPALITY_NAMES),
    (13, 15, NEIGHBOURHOOD_NAMES),
    (16, 19, STREET_NAMES),
    (18, 19, HOUSE_NUMBERS),
)


def names_statement(zoom: int) -> str:
    """The statement for the names on one tile; the same parameters."""
    written = [layer for first, last, layer in NAME_LAYERS if first <= zoom <= last]
    return "SELECT " + " || ".join(f"coalesce({layer}, '')" for layer in written or ["''::bytea"])
