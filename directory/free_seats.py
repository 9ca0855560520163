"""Counts the seats of a ride day by day: those of one day and those of every week together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from directory.agreement_models import RideAgreement
from directory.carpool_forms import FURTHEST
from directory.carpool_models import Carpool
from scopes.moments import today_at

#: Days of a ride that are told of.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which a ride leaves, and how many of its seats nobody has."""

    day: date
    free: int


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one ride, and the agreements that take some."""

    ride: Carpool
    agreed: Sequence[RideAgreement]

    @classmethod
    def of(cls, ride: Carpool) -> Seats:
        """Count those of a ride that the caller holds, or only shows."""
        return cls(ride, list(RideAgreement.objects.confirmed().filter(ride=ride.pk)))

    @classmethod
    def of_all(cls, rides: Collection[Carpool]) -> list[Seats]:
        """Count those of several rides, in their order."""
        agreed = list(RideAgreement.objects.confirmed().filter(ride__in=[one.pk for one in rides]))
        return [cls(ride, [one for one in agreed if one.ride_id == ride.pk]) for ride in rides]

    def free_on(self, day: date) -> int:
        """How many nobody has on a day; below nothing, they would be oversold."""
        return self.ride.seats - sum(one.seats for one in self.agreed if one.is_on(day))

    def fewest_for(self, wanted: RideAgreement) -> FreeDay | None:
        """The day on which fewest are free, of those to come that an agreement is on; nothing where it is on none."""
        days = (FreeDay(day, self.free_on(day)) for day in self._days_of(wanted))
        return min(days, key=lambda one: (one.free, one.day), default=None)

    def coming(self, *, most: int = SHOWN) -> list[FreeDay]:
        """The next days on which the ride leaves, each with its free seats."""
        days = coming_days(self.ride)
        return [FreeDay(day, self.free_on(day)) for day, _count in zip(days, range(most), strict=False)]

    def _days_of(self, wanted: RideAgreement) -> Iterator[date]:
        """Days to come of an agreement until, week after week, nothing changes any more."""
        if wanted.day is not None:
            return iter([wanted.day])
        first = max(wanted.from_day, today_at(self.ride.municipality.time_zone))
        changes = [told for one in (wanted, *self.agreed) for told in _dates_of(one)]
        return wanted.days_between(first, max([first, *changes]) + timedelta(days=7))


def runs_on(ride: Carpool, day: date) -> bool:
    """Whether a ride leaves on a day."""
    if ride.day is not None:
        return day == ride.day
    return (
        day.isoweekday() in ride.weekdays
        and day not in ride.except_days
        and (ride.last_day is None or day <= ride.last_day)
    )


def coming_days(ride: Carpool) -> Iterator[date]:
    """The days on which a ride has still to leave, the next first."""
    zone, now = ride.municipality.time_zone, timezone.now()
    today = today_at(zone)
    days = [ride.day] if ride.day else (today + timedelta(days=number) for number in range(FURTHEST.days))
    for day in days:
        if runs_on(ride, day) and instant(day, ride.departure, zone) > now:
            yield day


def instant(day: date, at: time, time_zone: str) -> datetime:
    """The moment of a clock; of a time that the clocks skip or double, the later of the two (`rides_sql`)."""
    local = datetime.combine(day, at)
    return max(local.replace(tzinfo=ZoneInfo(time_zone), fold=fold).astimezone(UTC) for fold in (0, 1))


def _dates_of(one: RideAgreement) -> list[date]:
    """The days on which something about an agreement changes."""
    return [told for told in (one.day, one.from_day, one.last_day, *one.except_days) if told]
