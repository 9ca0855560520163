"""Every ride against every wish, by brute force: geodesics cut into short pieces, days by Python's own calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from geographiclib.geodesic import Geodesic

from directory.models import Carpool

PARIS = ZoneInfo("Europe/Paris")
#: Metres of a piece of a line, on which it is straight: to half a centimetre.
PIECE = 500.0
#: Metres, and a share: what is so near a limit may fall on either side of it. Seconds, the same of times.
NEAR, SHARE, SECONDS = 1.0, 0.001, 1.0
BESIDE, SHARED, METRES_A_MINUTE, MOST_PLACES = 60, 500, 40_000 / 60, 12


@cache
def geodesic(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres on the ellipsoid."""
    return Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0])["s12"]


@dataclass(frozen=True)
class Line:
    """The line of a ride, in pieces."""

    ride: Carpool
    #: What is agreed about it, in seats by day.
    taken: Mapping[date, int] = field(default_factory=dict)

    @cached_property
    def pieces(self) -> np.ndarray:
        """Points along it, of shape (n, 2) in degrees, no farther apart than a piece."""
        points = []
        vertices = self.ride.route.coords
        for (west, south), (east, north) in pairwise(vertices):
            line = Geodesic.WGS84.InverseLine(south, west, north, east)
            steps = max(1, ceil(line.s13 / PIECE))
            found = (line.Position(line.s13 * step / steps) for step in range(steps))
            points += [(one["lon2"], one["lat2"]) for one in found]
        return np.array([*points, vertices[-1]])

    @cached_property
    def metres(self) -> float:
        """How long it is, on the ellipsoid."""
        return sum(geodesic(one, other) for one, other in pairwise(self.ride.route.coords))

    @cached_property
    def _met(self) -> dict[tuple[float, float], tuple[float, float]]:
        return {}

    def meet(self, place: tuple[float, float]) -> tuple[float, float]:
        """How far a place is from the line, and the share of the line before the nearest point of it."""
        if place not in self._met:
            self._met[place] = self._measure(place)
        return self._met[place]

    def _measure(self, place: tuple[float, float]) -> tuple[float, float]:
        flat = (self.pieces - place) * _metres_of_a_degree(place[1])
        begin, step = flat[:-1], np.diff(flat, axis=0)
        lengths = np.hypot(*step.T)
        along = np.clip(-(begin * step).sum(axis=1) / np.maximum(lengths, 1e-9) ** 2, 0, 1)
        far = np.hypot(*(begin + along[:, None] * step).T)
        best = int(np.argmin(far))
        return float(far[best]), float((lengths[:best].sum() + along[best] * lengths[best]) / lengths.sum())


@cache
def _metres_of_a_degree(latitude: float) -> np.ndarray:
    east = geodesic((0, latitude), (0.001, latitude)) * 1_000
    north = geodesic((0, latitude - 0.0005), (0, latitude + 0.0005)) * 1_000
    return np.array([east, north])


@dataclass(frozen=True)
class Verdict:
    """Whether a ride answers a wish, how, and whether a metre or a second would change that."""

    matches: bool
    is_doubtful: bool
    detour: float = 0.0
    walk: float = 0.0
    off: float = 0.0


def judge(line: Line, wanted, squares: dict[str, tuple[float, float]]) -> Verdict:
    """Say whether a driver's ride answers what a passenger wants."""
    own_stops = line.ride.start_point.coords, line.ride.end_point.coords
    asked = zip((wanted.start, wanted.end), own_stops, strict=True)
    ends = [_met(line, one, wanted.walk.m, squares, own) for one, own in asked]
    (aside_on, walk_on, boards, doubt_on), (aside_off, walk_off, leaves, doubt_off) = ends
    detour, most = aside_on + aside_off, line.ride.detour * METRES_A_MINUTE
    off = _off(line.ride, wanted.at, boards, lambda day: line.ride.seats - line.taken.get(day, 0) >= wanted.seats)
    shared = (leaves - boards) * line.metres
    matches = shared >= max(SHARED, detour) and detour <= most and off <= wanted.within.total_seconds()
    doubts = (
        doubt_on,
        doubt_off,
        is_near(shared, max(SHARED, detour)),
        is_near(detour, most),
        abs(off - wanted.within.total_seconds()) < SECONDS + SHARE * line.ride.seconds,
    )
    return Verdict(matches, any(doubts), detour, walk_on + walk_off, off)


def judge_request(line: Line, wanted, asked: Carpool) -> Verdict:
    """Say whether what someone looks for lies along the way that a driver would take: `line` is the driver's."""
    (on, boards), (off_way, leaves) = (line.meet(point.coords) for point in (asked.start_point, asked.end_point))
    detour, most = sum(2 * max(0.0, far - BESIDE) for far in (on, off_way)), wanted.detour * METRES_A_MINUTE
    shared = (leaves - boards) * line.metres
    passing = wanted.at + timedelta(seconds=boards * line.ride.seconds)
    off = _off(asked, passing, 0)
    matches = shared >= max(SHARED, detour) and detour <= most and off <= wanted.within.total_seconds()
    doubts = (
        is_near(shared, max(SHARED, detour)),
        is_near(detour, most),
        abs(off - wanted.within.total_seconds()) < SECONDS + SHARE * line.ride.seconds,
    )
    return Verdict(matches, any(doubts), detour, 0.0, off)


def _met(
    line: Line, end, walk: float, squares: dict[str, tuple[float, float]], own: tuple[float, float]
) -> tuple[float, float, float, bool]:
    """The best meeting point near an end, or the driver's own stop: metres aside and on foot, where along the line.

    Also whether another is as good to a metre.
    """
    here = (end.longitude, end.latitude)
    walks = {key: geodesic(here, place) for key, place in squares.items()}
    near = sorted((metres, key) for key, metres in walks.items() if metres <= walk)[:MOST_PLACES]
    close = any(is_near(metres, walk) for metres in walks.values())
    told = []
    stops = {(0.0, end.key, squares[end.key]), *((metres, key, squares[key]) for metres, key in near)}
    to_own = geodesic(here, own)
    close = close or is_near(to_own, walk)
    if to_own <= walk:
        stops.add((to_own, "", own))
    for metres, key, place in stops:
        far, along = line.meet(place)
        told.append((2 * max(0.0, far - BESIDE) + metres, key, 2 * max(0.0, far - BESIDE), metres, along))
    best, *others = sorted(told)
    # A stop of the list that is the driver's own is the same meeting.
    close = close or any(is_near(other[0], best[0]) for other in others if abs(other[4] - best[4]) > SHARE)
    return best[2], best[3], best[4], close


def is_near(some: float, other: float) -> bool:
    return abs(some - other) <= NEAR * 2 + SHARE * max(some, other)


def _off(ride: Carpool, at: datetime, boards: float, has_seats=lambda day: True) -> float:
    """Seconds from the moment asked for to the nearest at which the ride passes; infinite where it never does."""
    local = at.astimezone(PARIS).date()
    days = [local + timedelta(days=shift) for shift in (-1, 0, 1)]
    passing = {day: instant(ride, day) + timedelta(seconds=boards * ride.seconds) for day in days if runs(ride, day)}
    return min(
        (abs((moment - at).total_seconds()) for day, moment in passing.items() if has_seats(day)), default=np.inf
    )


def runs(ride: Carpool, day) -> bool:
    if ride.day is not None:
        return day == ride.day
    is_over = ride.last_day is not None and day > ride.last_day
    return day.isoweekday() in ride.weekdays and not is_over and day not in ride.except_days


def instant(ride: Carpool, day) -> datetime:
    """When it leaves: of a time that the clocks skip or double, the later of the two instants."""
    local = datetime.combine(day, ride.departure)
    return max(local.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1))


def order_of(verdict: Verdict, *, more: float = 0.0) -> tuple[int, float, float]:
    """What matches are ranked by, with so many metres and seconds more."""
    return ceil((verdict.detour + more) / METRES_A_MINUTE), verdict.walk + more, verdict.off + more
