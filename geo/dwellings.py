"""Estimates how many dwellings a building has where its source does not say, and marks them as estimates.

Floor area (footprint times storeys) divided by the floor area of a dwelling in this town, then brought to what the
census counts: in an IRIS whose limits are known, what it counts beyond the known dwellings is shared out; elsewhere the
estimates of a commune never exceed it. A building that comes to less than half a dwelling stays unknown: never 0.
So does one whose use BD TOPO leaves open, unless the census leaves room for it in its IRIS: BD TOPO says "résidentiel"
wherever the tax files know a dwelling (in Nantes-centre its 65 buildings of open use with a known number have 0).
"""

from __future__ import annotations

from django.db import connection

from geo.settling import Settled

#: Square metres of floor for each dwelling in the 4,478 residential buildings of Nantes-centre that have both
#: (BD TOPO, June 2025) on average; used where a town has fewer than `ENOUGH` of its own.
FLOOR_OF_A_DWELLING = 122.0
ENOUGH = 30
#: Metres from floor to floor, where only the height is known.
STOREY = 3.0
#: An IRIS shares out at most this many times what floor area suggests: beyond, its limits or its buildings are wrong.
AT_MOST = 2.0

# Raw SQL, because it is set-based over every building of a town (8,639 in Nantes-centre: 0.3 s): areas on the spheroid,
# a lookup through subdivided parts, sums by IRIS and by commune, one update.
FLOORS = """CREATE TEMP TABLE floors ON COMMIT DROP AS
    SELECT b.id, b.municipality_id, b.use, b.dwellings IS NOT NULL AND NOT b.dwellings_estimated AS known, b.dwellings,
        ST_Area(b.footprint::geography)
            * COALESCE(NULLIF(b.storeys, 0), GREATEST(round(b.height / %(storey)s), 1), 1) AS area, iris.code AS iris
    FROM geo_building b LEFT JOIN LATERAL (
        SELECT n.code FROM geo_boundarypart part JOIN geo_neighbourhood n ON n.id = part.neighbourhood_id
        WHERE n.kind = 'iris' AND n.closed_on IS NULL AND ST_Covers(part.division, b.location::geometry) LIMIT 1
    ) AS iris ON true
    WHERE b.municipality_id = ANY(%(municipalities)s) AND b.closed_on IS NULL
      AND ((b.dwellings IS NOT NULL AND NOT b.dwellings_estimated) OR 'residential' IN (b.use, b.second_use)
        OR (b.use = 'unknown' AND (b.source <> 'bdtopo' OR iris.code IS NOT NULL)))"""

RAW = """CREATE TEMP TABLE raw ON COMMIT DROP AS
    WITH sizes AS (
        SELECT municipality_id, sum(area) / sum(dwellings) AS size FROM floors
        WHERE known AND dwellings > 0 AND use = 'residential' GROUP BY municipality_id HAVING count(*) >= %(enough)s
    )
    SELECT f.id, f.municipality_id, f.iris, f.area / COALESCE(s.size, %(usual)s) AS dwellings
    FROM floors f LEFT JOIN sizes s USING (municipality_id) WHERE NOT f.known"""

SHARES = """CREATE TEMP TABLE shares ON COMMIT DROP AS
    WITH known_by_iris AS (SELECT iris, sum(dwellings) AS n FROM floors WHERE known AND iris IS NOT NULL GROUP BY iris),
    raw_by_iris AS (SELECT iris, sum(dwellings) AS n FROM raw WHERE iris IS NOT NULL GROUP BY iris),
    by_iris AS (
        SELECT r.iris, GREATEST(0, LEAST(%(at_most)s, (c.dwellings - COALESCE(k.n, 0)) / r.n)) AS share
        FROM raw_by_iris r LEFT JOIN known_by_iris k USING (iris) JOIN geo_censusarea c ON c.code = r.iris
    ),
    counted AS (SELECT m.id, sum(c.dwellings) AS n FROM geo_municipality m JOIN geo_censusarea c USING (insee_code)
        WHERE m.id = ANY(%(municipalities)s) GROUP BY m.id),
    known_by_town AS (SELECT municipality_id, sum(dwellings) AS n FROM floors WHERE known GROUP BY 1),
    raw_by_town AS (SELECT municipality_id, sum(dwellings) AS n FROM raw GROUP BY 1),
    by_town AS (
        SELECT r.municipality_id, GREATEST(0, LEAST(1, (c.n - COALESCE(k.n, 0)) / r.n)) AS share
        FROM raw_by_town r LEFT JOIN known_by_town k USING (municipality_id) JOIN counted c ON c.id = r.municipality_id
    )
    SELECT raw.id, round(raw.dwellings * COALESCE(i.share, t.share, 1))::int AS dwellings
    FROM raw LEFT JOIN by_iris i USING (iris) LEFT JOIN by_town t USING (municipality_id)"""

WRITE = """UPDATE geo_building b SET dwellings = NULLIF(s.dwellings, 0), dwellings_estimated = s.dwellings > 0
    FROM shares s WHERE b.id = s.id
      AND (b.dwellings, b.dwellings_estimated) IS DISTINCT FROM (NULLIF(s.dwellings, 0), s.dwellings > 0)"""

FORGET = """UPDATE geo_building b SET dwellings = NULL, dwellings_estimated = false
    WHERE b.municipality_id = ANY(%(municipalities)s) AND b.dwellings_estimated
      AND NOT EXISTS (SELECT FROM shares s WHERE s.id = b.id)"""

CLEAR = "DROP TABLE floors, raw, shares"


def estimate_dwellings(settled: Settled) -> None:
    """Estimate anew in the municipalities where buildings changed, in the caller's transaction."""
    parameters = {
        "municipalities": settled.municipality_ids,
        "storey": STOREY,
        "enough": ENOUGH,
        "usual": FLOOR_OF_A_DWELLING,
        "at_most": AT_MOST,
    }
    with connection.cursor() as cursor:
        for statement in (FLOORS, RAW, SHARES, WRITE, FORGET, CLEAR):
            cursor.execute(statement, parameters)
