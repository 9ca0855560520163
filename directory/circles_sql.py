"""The statement that says what lies around a point: its building, its voisinage, its quarter, its town.

By hand, because a nearest-first sum of homes and a choice between stored and covering quarters have no form in the
ORM, and six queries of it would plan six times: 4 ms on Nantes-centre, prepared. The point is a parameter in every
condition, not a joined row: joined, the nearest homes were sorted instead of walked, and the town's row was looked for
from the first municipality on (74 ms).
"""

from directory.within import Level

#: An address point lies on the street more often than in the building it opens on (`geo.models.Address.building`).
DOORSTEP_METRES = 30
#: Box of degrees that holds 30 m at any French latitude up to 60°: cos 60° x 111 km x 0.0006 = 33 m.
DOORSTEP_DEGREES = 0.0006
#: A voisinage is the 300 nearest homes (design.md, section 2); 300 inhabited buildings hold at least as many.
VOISINAGE_HOMES = 300
#: Beyond this nobody is called a neighbour, however few the homes.
VOISINAGE_FARTHEST_METRES = 5_000
#: Soft borders (design.md, section 3, law 6).
BORDER_METRES = 150
#: Box of degrees that holds 150 m up to 60° of latitude.
BORDER_DEGREES = 0.0028

_POINT, _MARK = "%(here)s::geography", "%(here)s::geometry"

SURROUNDINGS = f"""
WITH division AS MATERIALIZED (
    SELECT municipality_id, neighbourhood_id FROM geo_boundarypart WHERE ST_Covers(division, {_MARK})
),
town AS MATERIALIZED (
    SELECT id, name, circle_kind, boundary FROM geo_municipality
    WHERE id = ANY (ARRAY(SELECT municipality_id FROM division)) AND closed_on IS NULL
    ORDER BY id LIMIT 1
),
building AS MATERIALIZED (
    SELECT building.residence_id, residence.dwellings
    FROM geo_building building JOIN geo_residence residence ON residence.id = building.residence_id
    WHERE building.closed_on IS NULL AND building.footprint && ST_Expand({_MARK}, {DOORSTEP_DEGREES})
      AND ST_DWithin(building.footprint::geography, {_POINT}, {DOORSTEP_METRES})
    ORDER BY ST_Distance(building.footprint::geography, {_POINT}), building.id LIMIT 1
),
stored AS MATERIALIZED (
    SELECT containment.neighbourhood_id FROM building JOIN geo_containment containment USING (residence_id)
),
quarter AS MATERIALIZED (
    SELECT neighbourhood.id, neighbourhood.name, neighbourhood.boundary
    FROM town JOIN geo_neighbourhood neighbourhood
        ON neighbourhood.municipality_id = town.id AND neighbourhood.kind = town.circle_kind
    WHERE neighbourhood.closed_on IS NULL
      AND neighbourhood.id = ANY (ARRAY(SELECT * FROM stored UNION SELECT neighbourhood_id FROM division))
    ORDER BY neighbourhood.id IN (SELECT * FROM stored) DESC, neighbourhood.code LIMIT 1
),
across AS MATERIALIZED (
    SELECT neighbourhood.id, neighbourhood.boundary
    FROM town, quarter, geo_neighbourhood neighbourhood
    WHERE neighbourhood.closed_on IS NULL AND neighbourhood.municipality_id = town.id
      AND neighbourhood.kind = town.circle_kind AND neighbourhood.id <> quarter.id
      AND neighbourhood.id = ANY (ARRAY(
        SELECT neighbourhood_id FROM geo_boundarypart
        WHERE division && ST_Expand({_MARK}, {BORDER_DEGREES})
          AND ST_DWithin(division::geography, {_POINT}, {BORDER_METRES})
      ))
),
homes AS (
    SELECT dwellings, ST_Distance(location, {_POINT}) AS metres
    FROM geo_building
    WHERE closed_on IS NULL AND dwellings > 0
    ORDER BY location <-> {_POINT} LIMIT {VOISINAGE_HOMES}
),
reached AS (SELECT metres, sum(dwellings) OVER (ORDER BY metres) AS homes FROM homes)
SELECT
    (SELECT residence_id FROM building),
    (SELECT dwellings FROM building),
    (SELECT min(metres) FROM reached WHERE homes >= {VOISINAGE_HOMES} AND metres <= {VOISINAGE_FARTHEST_METRES}),
    EXISTS (SELECT FROM geo_release
            WHERE dataset = 'buildings' AND state = 'active' AND ST_Covers(extent, {_MARK})),
    (SELECT id FROM quarter),
    (SELECT name FROM quarter),
    ARRAY(SELECT id FROM across ORDER BY id),
    (SELECT id FROM town),
    (SELECT name FROM town),
    (SELECT max(ST_Distance({_POINT}, corner.geom::geography))
     FROM building JOIN geo_building part USING (residence_id), ST_DumpPoints(ST_Envelope(part.footprint)) corner),
    (SELECT max(ST_Distance({_POINT}, corner.geom::geography))
     FROM (SELECT boundary FROM quarter UNION ALL SELECT boundary FROM across) limits,
          ST_DumpPoints(ST_Envelope(limits.boundary)) corner),
    (SELECT max(ST_Distance({_POINT}, corner.geom::geography))
     FROM town, ST_DumpPoints(ST_Envelope(town.boundary)) corner)
"""  # noqa: S608 - composed of constants

#: For drawing only: boundaries lose what is smaller than 5 m, rounds have 64 corners.
_ROUND = "SELECT ST_AsGeoJSON(ST_Buffer(%(here)s::geography, {metres}, 16), 6)"
_BOUNDARY = "SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, 0.00005), 6) FROM {table} WHERE id = {id}"
OUTLINES = {
    Level.DISTANCE: _ROUND.format(metres="%(reach)s::float8"),
    Level.WALK: "SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(%(walked)s::geometry, 0.00003), 6)",
    Level.RESIDENCE: """SELECT ST_AsGeoJSON(ST_Union(footprint), 7) FROM geo_building
        WHERE residence_id = %(residence_id)s AND closed_on IS NULL""",
    Level.VOISINAGE: _ROUND.format(metres="%(voisinage)s::float8"),
    Level.NEIGHBOURHOOD: _BOUNDARY.format(table="geo_neighbourhood", id="%(quarter_id)s"),
    Level.MUNICIPALITY: _BOUNDARY.format(table="geo_municipality", id="%(municipality_id)s"),
}
