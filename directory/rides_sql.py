"""The two statements that match rides: by hand, as the ORM cannot say them; planned once a connection.

Why they read as they do (`./manage.py bench carpool`; docs/adr/0043-rides-found-by-place-and-hour.md):

- Candidates come from one GiST index: the box that a driver may be met in, their own detour in it, and the hours of
  the day at which they are underway. What is asked is two boxes and those hours; days are looked at afterwards.
- Lines are kept in the metric system of their department, which is conformal: metres are those of the plane times one
  scale, and PostGIS 3.3 has no `ST_LineLocatePoint` of geographies. Both differ from geodesics by less than 0.1 %.
- Two distances tell who cannot come; meeting points are measured for the others, and places along the line for those
  who would make the detour.
- Days are those of the clock of the town: `AT TIME ZONE` gives a time that a change of clocks skips or doubles the
  later of its two instants, as the oracle of the tests does.
- The text is composed of the constants below only; whatever was asked is a bound parameter.
"""

from __future__ import annotations

from functools import cache

from directory.ride_entries_sql import BESIDE, COLUMNS, METRES_A_MINUTE, box_around, metric_line

#: Metres. Who rides along shares at least so much of the way, and more of it than the detour that they cost.
SHARED = 500
A_MINUTE = f"{METRES_A_MINUTE!r}::float8"
#: Days before and after the one asked for on which a ride may leave that passes at the moment asked for.
_SHIFTS = "(VALUES (-1), (0), (1)) AS near_by (shift)"

_SELECTED = ", ".join(f"ride.{name}" for name in ("listing_id", *COLUMNS))
LIVE = "(ride.live_from IS NULL OR ride.live_from <= now()) AND (ride.live_until IS NULL OR ride.live_until > now())"
#: The direction is told in the text: a plan for any values could not use the index of one.
_WANTED = """ride.direction = '{direction}' AND ride.seats {seats} %(seats)s
    AND (ride.author_id IS NULL OR ride.author_id <> ALL (%(mine)s))
    AND ride.underway && %(hours)s::int4multirange"""

#: What is in the space of the viewer's own residences has no entry: it is found by the residence, where row-level
#: security lets it be seen.
_INSIDE = f"""
    SELECT listing.id AS listing_id, {", ".join(f"{column} AS {name}" for name, column in COLUMNS.items())}
    FROM unnest(%(residences)s::bigint[], %(since)s::timestamptz[]) AS own (residence, since)
    JOIN directory_listing listing ON listing.residence_id = own.residence AND listing.published_at >= own.since
    JOIN directory_carpool carpool ON carpool.listing_ptr_id = listing.id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE listing.withdrawn_at IS NULL AND listing.hidden_at IS NULL AND listing.paused_at IS NULL
      AND (listing.author_id IS NULL OR listing.author_id <> ALL (%(muted)s))"""  # noqa: S608 - composed of constants

#: Both ends of what is asked are in reach of who drives; or who waits is in reach of the way that is asked.
_ALONG = {
    "offer": f"""ride.reach && {box_around("%(start)s::geometry", "%(walk)s::float8")}
        AND ride.reach && {box_around("%(end)s::geometry", "%(walk)s::float8")}""",
    "request": f"ride.reach && {box_around('%(route)s::geometry', f'{BESIDE} + %(most)s::float8 / 2')}",
}

_NEAR = f"""near AS MATERIALIZED (
    SELECT {_SELECTED} FROM directory_rideentry ride WHERE {{wanted}} AND {{along}} AND {{visible}} AND {LIVE}
    UNION ALL
    SELECT {_SELECTED} FROM ({_INSIDE}) ride WHERE {{wanted}} AND {{along}} AND {LIVE}
),
systems AS MATERIALIZED (SELECT DISTINCT metric_system FROM near)"""  # noqa: S608 - composed of constants

#: Meeting points around either end, as `ride_matching.around_both` tells them.
PLACES_TOLD = """(
        SELECT side, key, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS point
        FROM unnest(%(sides)s::text[], %(keys)s::text[], %(longitudes)s::float8[], %(latitudes)s::float8[])
            AS listed (side, key, longitude, latitude)
    ) told"""

#: What is asked in the metric systems of the rides: nearly always one. A kilometre tells the scale there.
_ASKED = f"""ends AS MATERIALIZED (
    SELECT side, metric_system, asked, walk, ST_Transform(asked::geometry, metric_system) AS spot,
        1000 / ST_Distance(ST_Transform(asked::geometry, metric_system),
            ST_Transform(ST_Project(asked, 1000, 0)::geometry, metric_system)) AS scale
    FROM systems CROSS JOIN (VALUES
        ('on', %(start)s::geography, %(walk)s::float8), ('off', %(end)s::geography, %(walk)s::float8)
    ) AS told (side, asked, walk)
),
places AS MATERIALIZED (
    SELECT side, metric_system, key, scale, ST_Distance(point, asked) AS walked,
        ST_Transform(point::geometry, metric_system) AS spot
    FROM {PLACES_TOLD}
    JOIN ends USING (side)
)"""  # noqa: S608 - composed of constants

_ASIDE = f"2 * GREATEST(ST_Distance({{line}}, {{point}}) * {{scale}} - {BESIDE}, 0)"
#: Of the detour, what nobody can walk in the driver's place; a thousandth of the walk is left to the two measures.
_AT_LEAST = f"2 * GREATEST(ST_Distance(near.track, {{end}}.spot) * {{end}}.scale - {BESIDE} - 1.001 * {{end}}.walk, 0)"
#: Of the meeting points around an end, and the driver's own stop (which has no key), the one that costs driver and
#: passenger least, metre for metre.
_MEETING = f"""CROSS JOIN LATERAL (
        SELECT met.* FROM (
            SELECT place.key, place.spot, place.walked,
                {_ASIDE.format(line="near.track", point="place.spot", scale="place.scale")} AS aside
            FROM places place WHERE place.side = '{{side}}' AND place.metric_system = near.metric_system
            UNION ALL
            SELECT '', stop, walked, 0
            FROM (SELECT {{stop}} AS stop, ST_Distance({{stop}}, {{side}}_end.spot) * {{side}}_end.scale AS walked) own
            WHERE walked <= {{side}}_end.walk
        ) met
        ORDER BY met.aside + met.walked, met.key LIMIT 1
    ) {{side}}_at"""  # noqa: S608 - composed of constants

#: Whether a ride leaves on a day (`free_seats.runs_on`).
RUNS = """({ride}.day = leaving.day OR {ride}.day IS NULL
        AND EXTRACT(ISODOW FROM leaving.day)::integer = ANY ({ride}.weekdays)
        AND ({ride}.last_day IS NULL OR leaving.day <= {ride}.last_day) AND leaving.day <> ALL ({ride}.except_days))"""
#: The day on which a ride that leaves then passes nearest to the moment asked for.
_TIMED = f"""CROSS JOIN LATERAL (
        SELECT leaving.day AS leaves_on, passing.at AS picked_up, abs(extract(epoch FROM passing.at - {{asked}})) AS off
        FROM {_SHIFTS}
        CROSS JOIN LATERAL (SELECT (({{asked}} AT TIME ZONE riding.time_zone)::date + near_by.shift) AS day) leaving
        CROSS JOIN LATERAL (
            SELECT ((leaving.day + riding.departure) AT TIME ZONE riding.time_zone) + {{later}} * interval '1 second'
                AS at
        ) passing
        WHERE {RUNS.format(ride="riding")}
        ORDER BY off, leaving.day LIMIT 1
    ) timed"""  # noqa: S608 - composed of constants

#: Seats that nobody has on the day that the ride leaves, of the few that match otherwise (`RideAgreement.is_on`).
FREE_SEATS = """{ride}.seats - COALESCE((
        SELECT sum(agreed.seats) FROM directory_rideagreement agreed
        WHERE agreed.ride_id = {ride}.listing_id AND agreed.status = 'CONFIRMED' AND (agreed.day = {day}
            OR {day} >= agreed.from_day AND (agreed.last_day IS NULL OR {day} <= agreed.last_day)
            AND EXTRACT(ISODOW FROM {day})::integer = ANY (agreed.weekdays) AND {day} <> ALL (agreed.except_days))
    ), 0)"""
_SEATED = f"CROSS JOIN LATERAL (SELECT {FREE_SEATS.format(ride='riding', day='leaves_on')} AS free) seated"

#: Boarding comes before leaving, by some way.
_SHARED = f"(leaves - boards) * line_metres >= GREATEST({SHARED}, detour_metres)"
_ORDER = f"ORDER BY ceil(detour_metres / {A_MINUTE}), walked, off, picked_up, public_id LIMIT %(limit)s"

_OFFERS = f"""WITH {_NEAR},
{_ASKED},
met AS MATERIALIZED (
    SELECT near.*, on_at.key AS on_key, off_at.key AS off_key, on_at.walked AS walked_on, off_at.walked AS walked_off,
        on_at.spot AS on_spot, off_at.spot AS off_spot,
        on_at.walked + off_at.walked AS walked, on_at.aside + off_at.aside AS detour_metres
    FROM near
    JOIN ends on_end ON on_end.side = 'on' AND on_end.metric_system = near.metric_system
    JOIN ends off_end ON off_end.side = 'off' AND off_end.metric_system = near.metric_system
    {_MEETING.format(side="on", stop="ST_StartPoint(near.track)")}
    {_MEETING.format(side="off", stop="ST_EndPoint(near.track)")}
    WHERE {_AT_LEAST.format(end="on_end")} + {_AT_LEAST.format(end="off_end")} <= near.detour * {A_MINUTE}
        AND on_at.aside + off_at.aside <= near.detour * {A_MINUTE}
),
riding AS MATERIALIZED (
    SELECT met.*, metres AS line_metres,
        ST_LineLocatePoint(track, on_spot) AS boards, ST_LineLocatePoint(track, off_spot) AS leaves
    FROM met
)
SELECT public_id, on_key, off_key, walked_on, walked_off, detour_metres AS detour, leaves_on, picked_up,
    picked_up + (leaves - boards) * seconds * interval '1 second' AS dropped_at, free
FROM riding
{_TIMED.format(asked="%(at)s::timestamptz", later="riding.boards * riding.seconds")}
{_SEATED}
WHERE {_SHARED} AND off <= %(delta)s::float8 AND free >= %(seats)s
{_ORDER}"""  # noqa: S608 - composed of constants

_REQUESTS = f"""WITH {_NEAR},
driven AS MATERIALIZED (
    SELECT metric_system, line, ST_Length(%(route)s::geography) AS metres,
        ST_Length(%(route)s::geography) / ST_Length(line) AS scale
    FROM (SELECT metric_system, {metric_line("%(route)s::geography", "metric_system")} AS line FROM systems) told
),
met AS MATERIALIZED (
    SELECT near.*, driven.line, driven.metres AS line_metres, 0::float8 AS walked,
        {_ASIDE.format(line="line", point="ST_StartPoint(track)", scale="scale")}
            + {_ASIDE.format(line="line", point="ST_EndPoint(track)", scale="scale")} AS detour_metres
    FROM near JOIN driven USING (metric_system)
),
riding AS MATERIALIZED (
    SELECT met.*, ST_LineLocatePoint(line, ST_StartPoint(track)) AS boards,
        ST_LineLocatePoint(line, ST_EndPoint(track)) AS leaves
    FROM met WHERE detour_metres <= %(most)s::float8
)
SELECT public_id, '' AS on_key, '' AS off_key, 0::float8 AS walked_on, 0::float8 AS walked_off,
    detour_metres AS detour, leaves_on, picked_up, picked_up + riding.seconds * interval '1 second' AS dropped_at, free
FROM riding
CROSS JOIN LATERAL (SELECT %(at)s::timestamptz + riding.boards * %(seconds)s * interval '1 second' AS at) driver
{_TIMED.format(asked="driver.at", later="0")}
{_SEATED}
WHERE {_SHARED} AND off <= %(delta)s::float8 AND free > 0
{_ORDER}"""  # noqa: S608 - composed of constants


@cache
def statement(*, direction: str, visible: str) -> str:
    """Compose the statement that finds offers, or requests; `visible` is `visible_to_sql` for the alias `ride`."""
    asked = {"offer": (_OFFERS, ">="), "request": (_REQUESTS, "<=")}
    text, seats = asked[direction]
    wanted = _WANTED.format(direction=direction, seats=seats)
    return text.format(wanted=wanted, visible=visible, along=_ALONG[direction])
