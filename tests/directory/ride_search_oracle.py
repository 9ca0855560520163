"""What other services find, by brute force: every ride against every search, without PostGIS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product

from directory.models import Carpool
from tests.directory.ride_oracle import (
    BESIDE,
    METRES_A_MINUTE,
    MOST_PLACES,
    NEAR,
    PARIS,
    SECONDS,
    SHARE,
    SHARED,
    Line,
    geodesic,
    instant,
    is_near,
    runs,
)

Place = tuple[float, float]
DAY, WEEK = 86_400, 7 * 86_400


@dataclass(frozen=True)
class Search:
    """What is asked: of journeys at a moment, else of regular trips on weekdays at an hour, between two moments."""

    start: Place
    end: Place
    #: Kilometres, and seconds.
    around_start: float
    around_end: float
    within: int
    at: datetime | None = None
    hour: time | None = None
    weekdays: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Met:
    """Where the two meet: metres aside and on foot, the share of the way before it, whether a metre would change it."""

    aside: float
    walked: float
    boards: float
    is_doubtful: bool


@dataclass(frozen=True)
class Answer:
    """A ride that answers on a day (of a regular trip: on a day of the week, of its departure)."""

    day: date | int
    order: tuple[float, float, float]
    is_doubtful: bool


@dataclass(frozen=True)
class Stop:
    """A place to meet at: metres aside and on foot, the share of the way before it."""

    key: str
    aside: float
    walked: float
    along: float


def answers(line: Line, search: Search, squares: Mapping[str, Place]) -> list[Answer]:
    """Return the days on which a ride answers; what a metre or a second would change is doubtful."""
    ride = line.ride
    met = _met(line, search, squares) if ride.direction == Carpool.Direction.OFFER else _met_at_its_ends(ride, search)
    if met is None:
        return []
    told = _at_a_moment(ride, met, search) if search.at else _every_week(ride, met, search)
    slack = SECONDS + SHARE * ride.seconds
    return [
        Answer(day, (met.aside, met.walked, off), met.is_doubtful or abs(off - search.within) < slack)
        for day, off in told
        if off <= search.within + slack
    ]


def _met_at_its_ends(ride: Carpool, search: Search) -> Met | None:
    walks = [geodesic(search.start, ride.start_point.coords), geodesic(search.end, ride.end_point.coords)]
    most = [search.around_start * 1_000, search.around_end * 1_000]
    if any(walk > limit + NEAR for walk, limit in zip(walks, most, strict=True)):
        return None
    doubt = any(is_near(walk, limit) for walk, limit in zip(walks, most, strict=True))
    return Met(0.0, sum(walks), 0.0, doubt)


def _met(line: Line, search: Search, squares: Mapping[str, Place]) -> Met | None:
    """The best pair of places, of those at which one may meet."""
    on, doubt_on = _stops(line, search.start, search.around_start, squares, line.ride.start_point.coords)
    off, doubt_off = _stops(line, search.end, search.around_end, squares, line.ride.end_point.coords)
    most, pairs, doubt = line.ride.detour * METRES_A_MINUTE, [], doubt_on or doubt_off
    for one, other in product(on, off):
        aside, shared = one.aside + other.aside, (other.along - one.along) * line.metres
        close = (is_near(aside, most) and aside > 0) or is_near(shared, max(SHARED, aside))
        if close or (aside <= most and shared >= max(SHARED, aside)):
            pairs.append((aside + one.walked + other.walked, close, aside, one.walked + other.walked, one.along))
    if not pairs:
        # A place that a metre would bring in might do.
        return None
    best, *others = sorted(pairs)
    doubt = doubt or best[1] or any(is_near(best[0], pair[0]) for pair in others)
    return Met(best[2], best[3], best[4], doubt)


def _stops(
    line: Line, asked: Place, around: float, squares: Mapping[str, Place], own: Place
) -> tuple[list[Stop], bool]:
    """The places around an end, and its own where it is near enough; whether a metre would change which."""
    walks = sorted((geodesic(asked, place), key) for key, place in squares.items())
    within = [(metres, key) for metres, key in walks if metres <= around * 1_000]
    doubt = any(is_near(metres, around * 1_000) for metres, _key in walks)
    doubt = doubt or (len(within) > MOST_PLACES and is_near(within[MOST_PLACES - 1][0], within[MOST_PLACES][0]))
    stops = [_stop(line, key, squares[key], metres) for metres, key in within[:MOST_PLACES]]
    walk = geodesic(asked, own)
    doubt = doubt or is_near(walk, around * 1_000)
    return [*stops, *([_stop(line, "", own, walk)] if walk <= around * 1_000 else [])], doubt


def _stop(line: Line, key: str, place: Place, walked: float) -> Stop:
    far, along = line.meet(place)
    return Stop(key, 2 * max(0.0, far - BESIDE), walked, along)


def _at_a_moment(ride: Carpool, met: Met, search: Search) -> list[tuple[date, float]]:
    local = search.at.astimezone(PARIS).date()
    days = [local + timedelta(days=shift) for shift in range(-3, 3)]
    return [(day, abs((_passes(ride, met, day) - search.at).total_seconds())) for day in days if runs(ride, day)]


def _every_week(ride: Carpool, met: Met, search: Search) -> list[tuple[int, float]]:
    if ride.day is not None:
        return []
    told = []
    for number in ride.weekdays:
        leaves = (number - 1) * DAY + ride.departure.hour * 3_600 + ride.departure.minute * 60
        asked = [(one - 1) * DAY + search.hour.hour * 3_600 + search.hour.minute * 60 for one in search.weekdays]
        aparts = [(leaves + met.boards * ride.seconds - one) % WEEK for one in asked]
        first = search.since.astimezone(PARIS).date() - timedelta(days=3)
        days = [first + timedelta(days=shift) for shift in range(7 * 12)]
        if any(
            search.since <= _passes(ride, met, day) <= search.until
            for day in days
            if runs(ride, day) and day.isoweekday() == number
        ):
            told.append((number, min(min(apart, WEEK - apart) for apart in aparts)))
    return told


def _passes(ride: Carpool, met: Met, day: date) -> datetime:
    return instant(ride, day) + timedelta(seconds=met.boards * ride.seconds)
