"""The statement that says what lies around a point: its building, its voisinage, its quarter, its town.

By hand, because one round trip answers what would be six queries of the ORM (0.9 ms against 4 ms on Nantes-centre).
The parts of big boundaries, the buildings and their footprints are read through their own GiST indexes.
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

SURROUNDINGS = f"""
WITH here AS (SELECT %(here)s::geography AS point, %(here)s::geometry AS mark),
town AS (
    SELECT municipality.id, municipality.name, municipality.circle_kind, municipality.boundary
    FROM here, geo_boundarypart part JOIN geo_municipality municipality ON municipality.id = part.municipality_id
    WHERE ST_Covers(part.division, here.mark) AND municipality.closed_on IS NULL
    ORDER BY municipality.id LIMIT 1
),
building AS (
    SELECT building.residence_id, residence.dwellings
    FROM here, geo_building building JOIN geo_residence residence ON residence.id = building.residence_id
    WHERE building.closed_on IS NULL AND building.footprint && ST_Expand(here.mark, {DOORSTEP_DEGREES})
      AND ST_DWithin(building.footprint::geography, here.point, {DOORSTEP_METRES})
    ORDER BY ST_Distance(building.footprint::geography, here.point), building.id LIMIT 1
),
quarter AS (
    SELECT neighbourhood.id, neighbourhood.name, neighbourhood.boundary
    FROM town JOIN geo_neighbourhood neighbourhood
        ON neighbourhood.municipality_id = town.id AND neighbourhood.kind = town.circle_kind
    WHERE neighbourhood.closed_on IS NULL AND neighbourhood.id = COALESCE(
        (SELECT containment.neighbourhood_id FROM building JOIN geo_containment containment USING (residence_id)
         WHERE containment.kind = town.circle_kind),
        (SELECT part.neighbourhood_id FROM here, geo_boundarypart part JOIN geo_neighbourhood covering
             ON covering.id = part.neighbourhood_id
         WHERE ST_Covers(part.division, here.mark) AND covering.closed_on IS NULL
           AND covering.municipality_id = town.id AND covering.kind = town.circle_kind
         ORDER BY covering.id LIMIT 1)
    )
),
across AS (
    SELECT DISTINCT neighbourhood.id, neighbourhood.boundary
    FROM here, town, quarter, geo_boundarypart part JOIN geo_neighbourhood neighbourhood
        ON neighbourhood.id = part.neighbourhood_id
    WHERE part.division && ST_Expand(here.mark, {BORDER_DEGREES})
      AND ST_DWithin(part.division::geography, here.point, {BORDER_METRES})
      AND neighbourhood.closed_on IS NULL AND neighbourhood.municipality_id = town.id
      AND neighbourhood.kind = town.circle_kind AND neighbourhood.id <> quarter.id
),
homes AS (
    SELECT building.dwellings, ST_Distance(building.location, here.point) AS metres
    FROM here, geo_building building
    WHERE building.closed_on IS NULL AND building.dwellings > 0
      AND ST_DWithin(building.location, here.point, {VOISINAGE_FARTHEST_METRES})
    ORDER BY building.location <-> %(here)s::geography LIMIT {VOISINAGE_HOMES}
),
reached AS (SELECT metres, sum(dwellings) OVER (ORDER BY metres) AS homes FROM homes)
SELECT
    (SELECT residence_id FROM building),
    (SELECT dwellings FROM building),
    (SELECT min(metres) FROM reached WHERE homes >= {VOISINAGE_HOMES}),
    EXISTS (SELECT FROM here, geo_release release WHERE release.dataset = 'buildings' AND release.state = 'active'
            AND ST_Covers(release.extent, here.mark)),
    (SELECT id FROM quarter),
    (SELECT name FROM quarter),
    ARRAY(SELECT id FROM across ORDER BY id),
    (SELECT id FROM town),
    (SELECT name FROM town),
    (SELECT circle_kind FROM town),
    (SELECT max(ST_Distance(here.point, corner.geom::geography))
     FROM here, building JOIN geo_building part USING (residence_id),
          ST_DumpPoints(ST_Envelope(part.footprint)) corner),
    (SELECT max(ST_Distance(here.point, corner.geom::geography))
     FROM here, (SELECT boundary FROM quarter UNION ALL SELECT boundary FROM across) limits,
          ST_DumpPoints(ST_Envelope(limits.boundary)) corner),
    (SELECT max(ST_Distance(here.point, corner.geom::geography))
     FROM here, town, ST_DumpPoints(ST_Envelope(town.boundary)) corner)
FROM here
"""  # noqa: S608 - composed of constants

#: For drawing only: boundaries lose what is smaller than 5 m, rounds have 64 corners.
_ROUND = "SELECT ST_AsGeoJSON(ST_Buffer(%(here)s::geography, {metres}, 16), 6)"
_BOUNDARY = "SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, 0.00005), 6) FROM {table} WHERE id = {id}"
OUTLINES = {
    Level.DISTANCE: _ROUND.format(metres="%(reach)s::float8"),
    Level.RESIDENCE: """SELECT ST_AsGeoJSON(ST_Union(footprint), 7) FROM geo_building
        WHERE residence_id = %(residence_id)s AND closed_on IS NULL""",
    Level.VOISINAGE: _ROUND.format(metres="%(voisinage)s::float8"),
    Level.NEIGHBOURHOOD: _BOUNDARY.format(table="geo_neighbourhood", id="%(quarter_id)s"),
    Level.MUNICIPALITY: _BOUNDARY.format(table="geo_municipality", id="%(municipality_id)s"),
}
