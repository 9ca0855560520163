"""Matches rides: who drives along the way that someone looks for, who waits along the way that someone drives.

A driver meets a passenger at a public place near the way: of those in walking distance of the ends that were asked for,
the one that costs both least, metre for metre. It matches when the passenger boards before leaving, by 500 m of the way
and by more than the detour; the detour is no longer than the driver wants; and the car passes within the time that was
given. Nearest to the driver's way first: minutes of detour, then metres of walk, then time. Homes play no part: what
is asked begins and ends at meeting points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.contrib.gis.measure import D

from directory.carpool_forms import DETOURS
from directory.carpool_routes import route_between
from directory.meeting_points import MeetingPoint, nearest_to
from directory.models import Carpool
from directory.rides_sql import METRES_A_MINUTE, statement
from geo.prepared import prepared_rows
from scopes.querysets import visible_to_sql
from scopes.viewer import Viewer

#: As the standard has them (fabmob/standard-covoiturage: `departureRadius`, `timeDelta`), the time doubled for people.
WALK, DELTA = D(km=1), timedelta(minutes=30)
LIMIT = 20
#: Seconds.
DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class RideWanted:
    """What someone looks for: from where to where, leaving when."""

    start: MeetingPoint
    end: MeetingPoint
    #: When they would board (who looks for a seat), or leave (who drives), by the clock of the town: in its zone.
    at: datetime
    within: timedelta = DELTA
    #: How far they would walk at each end, or how many minutes of detour they would drive.
    walk: D = WALK
    detour: int = DETOURS[2]
    seats: int = 1
    limit: int = LIMIT

    def __post_init__(self) -> None:
        """Hours are compared as clocks show them: one of UTC would find nobody."""
        if not isinstance(self.at.tzinfo, ZoneInfo):
            raise TypeError("RideWanted.at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One ride that answers, and how the two would meet."""

    ride: Carpool
    #: Where the passenger boards and leaves.
    pick_up: MeetingPoint
    drop_off: MeetingPoint
    #: Metres on foot at both ends, and metres of detour for the driver.
    walk_to: float
    walk_from: float
    detour: float
    #: The day that it leaves on, by its clock; when the passenger boards, and leaves.
    leaves_on: date
    picked_up: datetime
    dropped_at: datetime
    #: Seats that nobody has on that day, or that are still looked for.
    free: int

    @property
    def why(self) -> dict[str, object]:
        """Why it is found."""
        metres = {"walk": round(self.walk_to + self.walk_from), "detour": round(self.detour)}
        return {"rule": "corridor", **metres, "minutes": round(self.detour / METRES_A_MINUTE)}


def offers_for(wanted: RideWanted, viewer: Viewer) -> list[Match]:
    """Return the rides, that the viewer may see, of drivers who pass where a passenger could board and leave."""
    told, known = around_both(_around(wanted.start, wanted.walk), _around(wanted.end, wanted.walk))
    ends = {"start": wanted.start.point.ewkt, "end": wanted.end.point.ewkt, "walk": wanted.walk.m}
    return _matches(wanted, viewer, Carpool.Direction.OFFER, ends | told, known)


def requests_for(wanted: RideWanted, viewer: Viewer) -> list[Match]:
    """Return what people look for, of what the viewer may see, along the way that a driver would take."""
    route = route_between(wanted.start.point, wanted.end.point)
    most = wanted.detour * METRES_A_MINUTE
    parameters = {"route": route.line.ewkt, "seconds": route.seconds, "most": most}
    return _matches(wanted, viewer, Carpool.Direction.REQUEST, parameters, {}, underway=route.seconds)


def around_both(
    on: Sequence[MeetingPoint], off: Sequence[MeetingPoint]
) -> tuple[dict[str, object], dict[str, MeetingPoint]]:
    """Meeting points around where one boards and leaves: as statements read them, and by their keys."""
    listed = [("on", one) for one in on] + [("off", one) for one in off]
    told = {
        "sides": [side for side, _one in listed],
        "keys": [one.key for _side, one in listed],
        "longitudes": [one.longitude for _side, one in listed],
        "latitudes": [one.latitude for _side, one in listed],
    }
    return told, {one.key: one for _side, one in listed}


def _around(end: MeetingPoint, walk: D) -> list[MeetingPoint]:
    """The place itself, then those to which one walks from it."""
    return list({one.key: one for one in (end, *nearest_to(end.point, within=walk))}.values())


def _matches(
    wanted: RideWanted,
    viewer: Viewer,
    direction: Carpool.Direction,
    parameters: Mapping[str, object],
    known: Mapping[str, MeetingPoint],
    *,
    underway: int = 0,
) -> list[Match]:
    visible, seen = visible_to_sql(viewer, alias="ride")
    homes = [home for home in viewer.homes if home.lives_there]
    asked = {
        **seen,
        **parameters,
        "at": wanted.at,
        "delta": wanted.within.total_seconds(),
        "hours": _hours(wanted, underway),
        "seats": wanted.seats,
        "limit": wanted.limit,
        "mine": list(viewer.alias_ids),
        "muted": list(viewer.muted_ids),
        "residences": [home.residence_id for home in homes],
        "since": [home.reads_since for home in homes],
    }
    rows = prepared_rows(statement(direction=direction.value, visible=visible), asked)
    # Read through the rule of visibility once more, with all that a card shows of them.
    rides = Carpool.objects.live().visible_to(viewer).select_related("author__account", "category", "municipality")
    by_id = {ride.public_id: ride for ride in rides.filter(public_id__in=[row[0] for row in rows])}
    return [_match(by_id[row[0]], row, known) for row in rows if row[0] in by_id]


def _hours(wanted: RideWanted, underway: int) -> str:
    """The seconds of a day at which a ride may be met, of the day before and the day after too, as a multirange."""
    at = wanted.at.hour * 3_600 + wanted.at.minute * 60 + wanted.at.second
    slack = ceil(wanted.within.total_seconds()) + _change_of_clocks(wanted.at)
    days = (at + shift for shift in (-DAY, 0, DAY))
    return f"{{{','.join(f'[{day - slack},{day + underway + slack}]' for day in days)}}}"


def _change_of_clocks(at: datetime) -> int:
    """Seconds by which clocks change from the day before a moment to the day after; the zone is that of `at`."""
    before, after = (at.replace(fold=0) + timedelta(days=days) for days in (-2, 2))
    return int(abs((after.utcoffset() - before.utcoffset()).total_seconds())) + 60


def _match(ride: Carpool, row: Sequence, known: Mapping[str, MeetingPoint]) -> Match:
    _public_id, on_key, off_key, walked_on, walked_off, detour, leaves_on, picked_up, dropped_at, free = row
    ends = own_ends(ride)
    return Match(
        ride=ride,
        pick_up=known.get(on_key, ends[0]),
        drop_off=known.get(off_key, ends[1]),
        walk_to=walked_on,
        walk_from=walked_off,
        detour=detour,
        leaves_on=leaves_on,
        picked_up=picked_up,
        dropped_at=dropped_at,
        free=free,
    )


def own_ends(ride: Carpool) -> tuple[MeetingPoint, MeetingPoint]:
    """The meeting points that its author chose."""
    start, end = (
        MeetingPoint(key=key, name=name, longitude=point.x, latitude=point.y)
        for key, name, point in (
            (ride.start, ride.start_name, ride.start_point),
            (ride.end, ride.end_name, ride.end_point),
        )
    )
    return start, end
