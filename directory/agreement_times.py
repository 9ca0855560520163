"""When the car of an agreement passes: the next day, the latest that is past, and its status by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from directory.agreement_models import RideAgreement
from directory.free_seats import instant
from scopes.moments import today_at

#: So long after the car has arrived either may say that it did not.
DISPUTED = timedelta(days=7)
#: A weekly agreement is looked at so many days ahead, beyond the days that are excepted.
AHEAD = 28


class State(StrEnum):
    """Where an agreement stands: the statuses of the standard's `Booking`, and what nobody answered in time."""

    WAITING = "WAITING_CONFIRMATION"
    UNANSWERED = "UNANSWERED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    #: The car has arrived; either of the two may still say that it did not.
    ARRIVED = "COMPLETED_PENDING_VALIDATION"
    VALIDATED = "VALIDATED"

    @property
    def is_to_come(self) -> bool:
        """Whether nobody ended it, and its car has still to arrive."""
        return self in (State.WAITING, State.CONFIRMED)


def state_of(agreement: RideAgreement) -> State:
    """Say where an agreement stands now."""
    if agreement.status == RideAgreement.Status.CANCELLED:
        return State.CANCELLED
    comes = next_day(agreement) is not None
    if agreement.status == RideAgreement.Status.WAITING:
        return State.WAITING if comes else State.UNANSWERED
    if comes:
        return State.CONFIRMED
    return State.ARRIVED if disputed_day(agreement) else State.VALIDATED


def boards_at(agreement: RideAgreement, day: date) -> datetime:
    """When the passenger boards on a day."""
    return _leaves(agreement, day) + timedelta(seconds=agreement.boards_after)


def arrives_at(agreement: RideAgreement, day: date) -> datetime:
    """When the passenger leaves the car on a day."""
    return _leaves(agreement, day) + timedelta(seconds=agreement.leaves_after)


def next_day(agreement: RideAgreement) -> date | None:
    """The next day on which its car has still to arrive; nothing where none is, or where the ride is shown no more."""
    return None if agreement.day is None and _is_over(agreement, timezone.now()) else day_to_come(agreement)


def day_to_come(agreement: RideAgreement) -> date | None:
    """The same, of a ride that is shown no more as well: once it is renewed, what was agreed goes on."""
    now = timezone.now()
    waits = boards_at if agreement.status == RideAgreement.Status.WAITING else arrives_at
    return next((day for day in days_ahead(agreement) if waits(agreement, day) > now), None)


def disputed_day(agreement: RideAgreement) -> date | None:
    """The latest day on which its car has arrived, as long as either may say that it did not."""
    today = today_at(agreement.ride.municipality.time_zone)
    days = (today - timedelta(days=number) for number in range(-1, DISPUTED.days + 1))
    return next((day for day in days if is_disputed(agreement, day)), None)


def is_disputed(agreement: RideAgreement, day: date) -> bool:
    """Whether its car has arrived on a day, and either may still say that it did not."""
    if agreement.status != RideAgreement.Status.CONFIRMED or not agreement.is_on(day):
        return False
    now = timezone.now()
    return max(now - DISPUTED, agreement.confirmed_at) < arrives_at(agreement, day) <= now


def days_ahead(agreement: RideAgreement) -> Iterator[date]:
    """Its days from yesterday on: a car may be underway at midnight."""
    if agreement.day is not None:
        return iter([agreement.day])
    first = max(agreement.from_day, today_at(agreement.ride.municipality.time_zone) - timedelta(days=1))
    return agreement.days_between(first, max([first, *agreement.except_days]) + timedelta(days=AHEAD))


def _leaves(agreement: RideAgreement, day: date) -> datetime:
    return instant(day, agreement.departure, agreement.ride.municipality.time_zone)


def _is_over(agreement: RideAgreement, now: datetime) -> bool:
    """Whether a weekly ride was renewed no more; one that its author said was done goes on between the two."""
    ride = agreement.ride
    return ride.done_at is None and ride.closes_at is not None and ride.closes_at <= now
