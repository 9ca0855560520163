"""The two statements that match rides: by hand, as the ORM cannot say them.

- Candidates come from the GiST index of the line (offers) or of the first point (requests); how far a driver leaves the
  line for someone is then measured on the ellipsoid, place by place.
- A place along a line is found in the metric system of its department, which is conformal: PostGIS 3.3 has no
  `ST_LineLocatePoint` of geographies. Fractions differ from geodesic ones by less than the scale does along the line.
- Days are those of the clock of the town: `AT TIME ZONE` gives a time that a change of clocks skips or doubles the
  later of its two instants, as the oracle of the tests does.
- The text is composed of the constants below only; whatever was asked is a bound parameter.
"""

from __future__ import annotations

from functools import cache

from directory.ride_entries_sql import COLUMNS

#: Metres. What stands so near the line is on it: a line runs along the middle of a street, a place stands beside.
BESIDE = 60
#: Metres. Who rides along shares at least so much of the way, and more of it than the detour that they cost.
SHARED = 500
#: Metres that a minute of detour takes one, at 40 km/h (`geo.drives.STRAIGHT`).
METRES_A_MINUTE = 40_000 / 60
#: Days before and after the one asked for on which a ride may leave that passes at the moment asked for.
_SHIFTS = "(VALUES (-1), (0), (1)) AS near_by (shift)"

_SELECTED = ", ".join(f"ride.{name}" for name in COLUMNS)
_LIVE = "(ride.live_from IS NULL OR ride.live_from <= now()) AND (ride.live_until IS NULL OR ride.live_until > now())"
_WANTED = """ride.direction = %(direction)s AND ride.seats {seats} %(seats)s
    AND (ride.author_id IS NULL OR ride.author_id <> ALL (%(mine)s))"""

#: What is in the space of the viewer's own residences has no entry: it is found by the residence, where row-level
#: security lets it be seen.
_INSIDE = f"""
    SELECT {", ".join(f"{column} AS {name}" for name, column in COLUMNS.items())}
    FROM unnest(%(residences)s::bigint[], %(since)s::timestamptz[]) AS own (residence, since)
    JOIN directory_listing listing ON listing.residence_id = own.residence AND listing.published_at >= own.since
    JOIN directory_carpool carpool ON carpool.listing_ptr_id = listing.id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE listing.withdrawn_at IS NULL AND listing.hidden_at IS NULL AND listing.paused_at IS NULL
      AND (listing.author_id IS NULL OR listing.author_id <> ALL (%(muted)s))"""  # noqa: S608 - composed of constants

#: The two ends of what is asked must be in reach of the line, or the line of what is asked in reach of the two ends.
_ALONG = {
    "offer": """ST_DWithin(ride.route, %(start)s::geography, %(reach)s::float8)
        AND ST_DWithin(ride.route, %(end)s::geography, %(reach)s::float8)""",
    "request": """ST_DWithin(ride.start_point, %(route)s::geography, %(reach)s::float8)
        AND ST_DWithin(ride.end_point, %(route)s::geography, %(reach)s::float8)""",
}

#: A cheap look at the clock before anything is measured: seconds of the day by which a ride leaves before the moment
#: asked for (an offer may have been on its way for all its time), or after it; `slack` holds the time that is given.
_LATER = {
    "offer": "{at} - extract(epoch FROM ride.departure)",
    "request": "extract(epoch FROM ride.departure) - {at}",
}
_ON_TIME = """(({later} + %(slack)s)::integer + 86400) %% 86400 <= {underway} + 2 * %(slack)s"""
_AT = "extract(epoch FROM (%(at)s::timestamptz AT TIME ZONE ride.time_zone)::time)"
_UNDERWAY = {"offer": "ride.seconds", "request": "%(seconds)s"}

_NEAR = f"""near AS MATERIALIZED (
    SELECT {_SELECTED} FROM directory_rideentry ride
    WHERE {{wanted}} AND {{visible}} AND {_LIVE} AND {{on_time}} AND {{along}}
    UNION ALL
    SELECT {_SELECTED} FROM ({_INSIDE}) ride WHERE {{wanted}} AND {_LIVE} AND {{along}}
)"""  # noqa: S608 - composed of constants

#: Of the meeting points around an end, the one that costs driver and passenger least, metre for metre.
_MEETING = """CROSS JOIN LATERAL (
        SELECT met.* FROM (
            SELECT place.key, place.point, place.walked,
                2 * GREATEST(ST_Distance(near.route, place.point) - %(beside)s, 0) AS aside
            FROM places place WHERE place.side = '{side}'
        ) met
        ORDER BY met.aside + met.walked, met.key LIMIT 1
    ) {side}_at"""
_FRACTION = """ST_LineLocatePoint(
        ST_Transform({line}::geometry, near.metric_system), ST_Transform({point}::geometry, near.metric_system))"""

#: The day on which a ride that leaves then passes nearest to the moment asked for.
_RUNS = """(near.day = leaving.day OR near.day IS NULL
        AND EXTRACT(ISODOW FROM leaving.day)::integer = ANY (near.weekdays)
        AND (near.last_day IS NULL OR leaving.day <= near.last_day) AND leaving.day <> ALL (near.except_days))"""
_TIMED = f"""CROSS JOIN LATERAL (
        SELECT leaving.day AS leaves_on, passing.at AS picked_up, abs(extract(epoch FROM passing.at - {{asked}})) AS off
        FROM {_SHIFTS}
        CROSS JOIN LATERAL (SELECT (({{asked}} AT TIME ZONE near.time_zone)::date + near_by.shift) AS day) leaving
        CROSS JOIN LATERAL (
            SELECT ((leaving.day + near.departure) AT TIME ZONE near.time_zone) + {{later}} * interval '1 second' AS at
        ) passing
        WHERE {_RUNS}
        ORDER BY off, leaving.day LIMIT 1
    ) timed"""  # noqa: S608 - composed of constants

#: Boarding comes before leaving, by some way.
_SHARED = "(leaves - boards) * ST_Length({line}) >= GREATEST(%(shared)s, detour_metres)"
_ORDER = "ORDER BY ceil(detour_metres / %(metres_a_minute)s), walked, off, picked_up, public_id LIMIT %(limit)s"

_OFFERS = f"""WITH places AS MATERIALIZED (
    SELECT told.side, told.key, told.point, ST_Distance(told.point, told.from_point) AS walked
    FROM (
        SELECT side, key, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS point,
            CASE side WHEN 'on' THEN %(start)s::geography ELSE %(end)s::geography END AS from_point
        FROM unnest(%(sides)s::text[], %(keys)s::text[], %(longitudes)s::float8[], %(latitudes)s::float8[])
            AS listed (side, key, longitude, latitude)
    ) told
    WHERE ST_DWithin(told.point, told.from_point, %(walk)s::float8)
),
{_NEAR},
met AS (
    SELECT near.*, on_at.key AS on_key, off_at.key AS off_key, on_at.walked AS walked_on, off_at.walked AS walked_off,
        on_at.walked + off_at.walked AS walked, on_at.aside + off_at.aside AS detour_metres,
        {_FRACTION.format(line="near.route", point="on_at.point")} AS boards,
        {_FRACTION.format(line="near.route", point="off_at.point")} AS leaves
    FROM near
    {_MEETING.format(side="on")}
    {_MEETING.format(side="off")}
)
SELECT public_id, on_key, off_key, walked_on, walked_off, detour_metres AS detour, leaves_on, picked_up,
    picked_up + (leaves - boards) * seconds * interval '1 second' AS dropped_at
FROM met near
{_TIMED.format(asked="%(at)s::timestamptz", later="near.boards * near.seconds")}
WHERE {_SHARED.format(line="near.route")}
    AND detour_metres <= near.detour * %(metres_a_minute)s AND off <= %(delta)s
{_ORDER}"""  # noqa: S608 - composed of constants

_REQUESTS = f"""WITH {_NEAR},
met AS (
    SELECT near.*, 0::float8 AS walked,
        2 * GREATEST(ST_Distance(near.start_point, %(route)s::geography) - %(beside)s, 0)
            + 2 * GREATEST(ST_Distance(near.end_point, %(route)s::geography) - %(beside)s, 0) AS detour_metres,
        {_FRACTION.format(line="%(route)s::geography", point="near.start_point")} AS boards,
        {_FRACTION.format(line="%(route)s::geography", point="near.end_point")} AS leaves
    FROM near
)
SELECT public_id, '' AS on_key, '' AS off_key, 0::float8 AS walked_on, 0::float8 AS walked_off,
    detour_metres AS detour, leaves_on, picked_up, picked_up + near.seconds * interval '1 second' AS dropped_at
FROM met near
CROSS JOIN LATERAL (SELECT %(at)s::timestamptz + near.boards * %(seconds)s * interval '1 second' AS at) driver
{_TIMED.format(asked="driver.at", later="0")}
WHERE {_SHARED.format(line="%(route)s::geography")} AND detour_metres <= %(most)s AND off <= %(delta)s
{_ORDER}"""  # noqa: S608 - composed of constants


@cache
def statement(*, direction: str, visible: str) -> str:
    """Compose the statement that finds offers, or requests; `visible` is `visible_to_sql` for the alias `ride`."""
    asked = {"offer": (_OFFERS, ">="), "request": (_REQUESTS, "<=")}
    text, seats = asked[direction]
    on_time = _ON_TIME.format(later=_LATER[direction].format(at=_AT), underway=_UNDERWAY[direction])
    return text.format(wanted=_WANTED.format(seats=seats), visible=visible, on_time=on_time, along=_ALONG[direction])
