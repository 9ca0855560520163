"""Searches the rides that their authors show beyond: what the standard asks, answered as matches are (ADR 42)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from directory.meeting_points import MeetingPoint, nearest_to
from directory.models import Carpool
from directory.ride_api.parameters import Asked, JourneysAsked, TripsAsked
from directory.ride_api.sql import statement
from directory.ride_matching import around_both, own_ends
from geo.errors import InvalidParameter
from geo.prepared import prepared_rows
from scopes.querysets import visible_to_sql
from scopes.viewer import ANONYMOUS

#: So long one search may take.
PATIENCE = timedelta(seconds=5)
_EXCHANGE_PATIENCE = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"
#: Seconds that a change of clocks may add between a ride's hour and the moment asked for.
_CLOCKS = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """One day of the week on which a ride passes."""

    #: Seconds since Monday at midnight by the clock of its town.
    moment: int
    #: The next day that it leaves on, and when it leaves then.
    leaves_on: date
    leaves_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A ride that answers: where the two would meet, on which share of its way, and when."""

    ride: Carpool
    pick_up: MeetingPoint
    drop_off: MeetingPoint
    #: Shares of its way at which the passenger boards and leaves.
    boards: float
    leaves: float
    #: Metres from the departure that was asked for to the pick-up.
    apart: float
    #: The way that they share, in Google's encoding, precision 5.
    polyline: str
    #: Of a journey: the day that the ride leaves on, when it leaves, and the seats that nobody has.
    leaves_on: date | None
    leaves_at: datetime | None
    free: int | None
    #: Of a regular trip.
    schedules: tuple[Weekly, ...]

    def passes(self, leaves_at: datetime) -> datetime:
        """When the passenger boards, on a day on which it leaves then."""
        return leaves_at + timedelta(seconds=self.boards * self.ride.seconds)


def search(asked: JourneysAsked | TripsAsked, direction: Carpool.Direction) -> list[Found]:
    """Return the rides that answer, best first: by minutes of detour, metres apart, then time."""
    known: dict[str, MeetingPoint] = {}
    parameters = _where(asked) | _when(asked)
    if direction == Carpool.Direction.OFFER:
        on = nearest_to(asked.start, within=asked.around_start)
        off = nearest_to(asked.end, within=asked.around_end)
        told, known = around_both(on, off)
        parameters |= told
    # Whoever searches by a key sees what a passer-by sees, and of that, what its author lets be found.
    visible, seen = visible_to_sql(ANONYMOUS, alias="ride")
    text = statement(direction=direction.value, weekly=isinstance(asked, TripsAsked), visible=visible)
    with _within_patience():
        rows = prepared_rows(text, parameters | seen)
    rides = Carpool.objects.live().visible_to(ANONYMOUS).filter(shared_beyond=True)
    by_id = {ride.public_id: ride for ride in rides.filter(public_id__in={row[0] for row in rows})}
    return [_found(by_id[row[0]], row, known) for row in rows if row[0] in by_id]


@contextmanager
def _within_patience() -> Iterator[None]:
    """Let a search be called off once it takes too long: 50 km around a city, at any hour, may be all rides there are.

    Raises `InvalidParameter`, for fewer kilometres or less time are what helps.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_EXCHANGE_PATIENCE, [f"{PATIENCE.total_seconds() * 1_000:.0f}"])
            before, _now = cursor.fetchone()
            yield
            cursor.execute(_EXCHANGE_PATIENCE, [before])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        words = _("Trop de trajets à regarder : demandez moins de kilomètres, ou un timeDelta plus court.")
        raise InvalidParameter("departureRadius", words) from error


def _where(asked: Asked) -> dict[str, object]:
    return {
        "start": asked.start.ewkt,
        "end": asked.end.ewkt,
        "around_start": asked.around_start.m,
        "around_end": asked.around_end.m,
        "count": asked.count,
    }


def _when(asked: JourneysAsked | TripsAsked) -> dict[str, object]:
    seconds = int(asked.within.total_seconds())
    if isinstance(asked, JourneysAsked):
        return {"at": asked.at, "delta": seconds, "slack": seconds + _CLOCKS}
    return {
        "hour": asked.hour,
        "weekdays": list(asked.weekdays),
        "since": asked.since or timezone.now(),
        "until": asked.until,
        "delta": seconds,
        "slack": seconds + 1,
    }


def _found(ride: Carpool, row: Sequence, known: Mapping[str, MeetingPoint]) -> Found:
    _id, on_key, off_key, boards, leaves, apart, leaves_on, leaves_at, free, *weekly, polyline = row
    ends = own_ends(ride)
    return Found(
        ride=ride,
        pick_up=known.get(on_key, ends[0]),
        drop_off=known.get(off_key, ends[1]),
        boards=boards,
        leaves=leaves,
        apart=apart,
        polyline=polyline,
        leaves_on=leaves_on,
        leaves_at=leaves_at,
        free=free,
        schedules=tuple(
            Weekly(moment=round(moment), leaves_on=day, leaves_at=at)
            for moment, day, at in zip(*(weekly if weekly[0] else ([], [], [])), strict=True)
        ),
    )
