"""The statement that finds rides for other services, beside `directory.rides_sql` and as it does.

It differs in what is asked. Both ends have a radius of their own. A ride is met at public meeting points alone: those
around either end, and the two that its author chose; of all pairs of them, at the one that costs driver and passenger
least, metre for metre. And it is asked for at a moment, or every week.
"""

from __future__ import annotations

from functools import cache

from directory.ride_entries_sql import BESIDE, box_around
from directory.rides_sql import A_MINUTE, FREE_SEATS, LIVE, PLACES_TOLD, RUNS, SHARED

#: Days before and after the one asked for on which a ride may leave that passes within a day of that moment.
_SHIFTS = "(VALUES (-2), (-1), (0), (1)) AS near_by (shift)"
#: Weeks ahead in which a ride runs once, whatever days are excepted (`carpool_forms.MOST_EXCEPTIONS`).
_WEEKS = 62
_WEEK = 7 * 86_400
_FREE = FREE_SEATS.format(ride="near", day="leaving.day")

_COLUMNS = """ride.listing_id, ride.public_id, ride.metric_system, ride.time_zone, ride.seconds, ride.day,
    ride.weekdays, ride.except_days, ride.last_day, ride.departure, ride.seats, ride.detour, ride.track, ride.metres,
    carpool.route::geography AS route, carpool.start_point::geography AS start_point,
    carpool.end_point::geography AS end_point"""
#: A cheap look at the clock before anything is measured: `slack` holds the time that is given.
_ON_TIME = """(({asked} - extract(epoch FROM ride.departure) + %(slack)s::integer)::integer + 86400) %% 86400
        <= {underway} + 2 * %(slack)s::integer"""
_RUNS = RUNS.format(ride="near")

_BOX_OF_START = box_around("%(start)s::geometry", "%(around_start)s::float8")
_BOX_OF_END = box_around("%(end)s::geometry", "%(around_end)s::float8")
#: Both ends of what is asked are in reach of who drives, or near the two ends of who looks for a seat.
_REACH = {
    "offer": f"ride.reach && {_BOX_OF_START} AND ride.reach && {_BOX_OF_END}",
    "request": f"""ride.reach && {_BOX_OF_START}
        AND ST_DWithin(carpool.start_point::geography, %(start)s::geography, %(around_start)s::float8)
        AND ST_DWithin(carpool.end_point::geography, %(end)s::geography, %(around_end)s::float8)""",
}
_UNDERWAY = {"offer": "ride.seconds", "request": "0"}
_ASKED_AT = {
    "once": "extract(epoch FROM (%(at)s::timestamptz AT TIME ZONE ride.time_zone)::time)",
    "weekly": "extract(epoch FROM %(hour)s::time)",
}

#: Meeting points within the radius of either end.
_PLACES = f"""places AS MATERIALIZED (
    SELECT side, key, point,
        ST_Distance(point, CASE side WHEN 'on' THEN %(start)s::geography ELSE %(end)s::geography END) AS walked
    FROM {PLACES_TOLD}
)"""  # noqa: S608 - composed of constants

#: A stop of one's own has no key.
_OWN = """SELECT '{side}' AS side, '' AS key, near.{point} AS point,
            ST_Distance(near.{point}, %({asked})s::geography) AS walked, 0 AS aside
        WHERE ST_DWithin(near.{point}, %({asked})s::geography, %(around_{asked})s::float8)"""
_MET = {
    "offer": f"""WITH stops AS MATERIALIZED (
        SELECT stop.*, ST_LineLocatePoint(near.track, ST_Transform(stop.point::geometry, near.metric_system)) AS along
        FROM (
            SELECT side, key, point, walked,
                2 * GREATEST(ST_Distance(near.route, point) - {BESIDE}, 0) AS aside
            FROM places
            UNION ALL {_OWN.format(side="on", point="start_point", asked="start")}
            UNION ALL {_OWN.format(side="off", point="end_point", asked="end")}
        ) stop
        WHERE stop.aside <= near.detour * {A_MINUTE}
    )
    SELECT on_at.key AS on_key, off_at.key AS off_key, on_at.point AS on_point, off_at.point AS off_point,
        on_at.walked + off_at.walked AS walked, on_at.aside + off_at.aside AS aside,
        on_at.along AS boards, off_at.along AS leaves, on_at.walked AS walked_on
    FROM stops on_at
    JOIN stops off_at ON on_at.side = 'on' AND off_at.side = 'off'
        AND on_at.aside + off_at.aside <= near.detour * {A_MINUTE}
        AND (off_at.along - on_at.along) * near.metres >= GREATEST({SHARED}, on_at.aside + off_at.aside)
    ORDER BY on_at.aside + off_at.aside + on_at.walked + off_at.walked, on_at.key, off_at.key LIMIT 1""",  # noqa: S608 - composed of constants
    "request": """SELECT '' AS on_key, '' AS off_key, near.start_point AS on_point, near.end_point AS off_point,
        asked.to_start + asked.to_end AS walked, 0::float8 AS aside, 0::float8 AS boards, 1::float8 AS leaves,
        asked.to_start AS walked_on
    FROM (
        SELECT ST_Distance(near.start_point, %(start)s::geography) AS to_start,
            ST_Distance(near.end_point, %(end)s::geography) AS to_end
    ) asked""",
}

_TIMED = {
    # Every departure that passes within the time given is a journey of its own.
    "once": f"""SELECT leaving.day AS leaves_on, starts.at AS leaves_at, passing.at AS picked_up,
            apart.off, seated.free, NULL::float8[] AS moments, NULL::date[] AS next_days, NULL::timestamptz[] AS next_at
        FROM {_SHIFTS}
        CROSS JOIN LATERAL (
            SELECT (%(at)s::timestamptz AT TIME ZONE near.time_zone)::date + near_by.shift AS day
        ) leaving
        CROSS JOIN LATERAL (SELECT (leaving.day + near.departure) AT TIME ZONE near.time_zone AS at) starts
        CROSS JOIN LATERAL (SELECT starts.at + near.boards * near.seconds * interval '1 second' AS at) passing
        CROSS JOIN LATERAL (SELECT {_FREE} AS free) seated
        CROSS JOIN LATERAL (SELECT abs(extract(epoch FROM passing.at - %(at)s::timestamptz)) AS off) apart
        WHERE {_RUNS} AND seated.free > 0 AND apart.off <= %(delta)s::integer""",  # noqa: S608
    # Seconds since the beginning of the week at which it passes; how far that is from the nearest moment asked for; the
    # next day on which it leaves so, between the two moments that bound the search.
    "weekly": f"""SELECT NULL::date AS leaves_on, NULL::timestamptz AS leaves_at, NULL::timestamptz AS picked_up,
            min(passing.off) AS off, NULL::bigint AS free, array_agg(passing.moment ORDER BY passing.moment) AS moments,
            array_agg(leaving.day ORDER BY passing.moment) AS next_days,
            array_agg(leaving.at ORDER BY passing.moment) AS next_at
        FROM unnest(near.weekdays) AS of_week (number)
        CROSS JOIN LATERAL (
            SELECT told.moment, min(LEAST(told.apart, {_WEEK} - told.apart)) AS off
            FROM (
                SELECT moment::float8, abs(moment - ((asked.number - 1) * 86400 + extract(epoch FROM %(hour)s::time)))
                    AS apart
                FROM unnest(%(weekdays)s::integer[]) AS asked (number)
                CROSS JOIN LATERAL (
                    SELECT mod(((of_week.number - 1) * 86400 + extract(epoch FROM near.departure)
                        + (near.boards * near.seconds)::numeric), {_WEEK}) AS moment
                ) at
            ) told
            GROUP BY told.moment
        ) passing
        CROSS JOIN LATERAL (
            SELECT leaving.day, starts.at
            FROM (SELECT (%(since)s::timestamptz AT TIME ZONE near.time_zone)::date - 2 AS day) first
            CROSS JOIN generate_series(0, {_WEEKS}) AS week
            CROSS JOIN LATERAL (
                SELECT first.day + (of_week.number - extract(ISODOW FROM first.day)::integer + 7) %% 7 + 7 * week AS day
            ) leaving
            CROSS JOIN LATERAL (SELECT (leaving.day + near.departure) AT TIME ZONE near.time_zone AS at) starts
            WHERE {_RUNS} AND {_FREE} > 0
              AND starts.at + near.boards * near.seconds * interval '1 second'
                  BETWEEN %(since)s::timestamptz AND coalesce(%(until)s::timestamptz, 'infinity')
            ORDER BY leaving.day LIMIT 1
        ) leaving
        WHERE passing.off <= %(delta)s::integer
        HAVING count(*) > 0""",  # noqa: S608
}

_LINE = {
    "offer": """ST_MakeLine(ARRAY[
        found.on_point::geometry,
        ST_Transform(ST_LineSubstring(found.track, found.boards, found.leaves), 4326),
        found.off_point::geometry
    ])""",
    "request": "found.route::geometry",
}

_STATEMENT = """WITH {places}
near AS MATERIALIZED (
    SELECT {columns}
    FROM directory_rideentry ride
    JOIN directory_carpool carpool ON carpool.listing_ptr_id = ride.listing_id
    WHERE ride.shared_beyond AND ride.direction = '{direction}' AND {reach} AND {on_time} AND {visible} AND {live}
        {only}
)
SELECT public_id, on_key, off_key, boards, leaves, walked_on, leaves_on, leaves_at, free, moments, next_days, next_at,
    ST_AsEncodedPolyline({line}, 5) AS polyline
FROM (
    SELECT near.*, timed.*, row_number() OVER (
        ORDER BY ceil(near.aside / {a_minute}), near.walked, timed.off, timed.picked_up, near.public_id
    ) AS rank
    FROM (SELECT near.*, pair.* FROM near CROSS JOIN LATERAL ({met}) pair) near
    CROSS JOIN LATERAL ({timed}) timed
    ORDER BY rank LIMIT %(count)s::integer
) found
ORDER BY rank"""


@cache
def statement(*, direction: str, weekly: bool, visible: str) -> str:
    """Compose the statement; `visible` is `visible_to_sql` for the alias `ride`."""
    when = "weekly" if weekly else "once"
    return _STATEMENT.format(
        places=f"{_PLACES}," if direction == "offer" else "",
        columns=_COLUMNS,
        direction=direction,
        visible=visible,
        live=LIVE,
        only="AND ride.day IS NULL" if weekly else "",
        on_time=_ON_TIME.format(asked=_ASKED_AT[when], underway=_UNDERWAY[direction]),
        reach=_REACH[direction],
        met=_MET[direction],
        timed=_TIMED[when],
        line=_LINE[direction],
        a_minute=A_MINUTE,
    )
