"""Short words for tests of matches of rides: what is looked for, and what is found."""

from __future__ import annotations

from datetime import date, datetime, time

from directory.meeting_points import meeting_point
from directory.ride_matching import Match, RideWanted, offers_for
from tests.directory.ride_oracle import PARIS
from tests.directory.riding import in_days, key_of
from tests.directory.speaking import looking


def wanted(start: str, end: str, hour: time = time(7, 30), day: date | None = None, **asked) -> RideWanted:
    leaves = datetime.combine(day or in_days(7), hour, PARIS)
    return RideWanted(start=meeting_point(key_of(start)), end=meeting_point(key_of(end)), at=leaves, **asked)


def found(someone, what: RideWanted, *, among=offers_for) -> list[Match]:
    with looking(someone) as viewer:
        return among(what, viewer)
