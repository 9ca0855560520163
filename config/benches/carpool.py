"""The bench of rides: who passes along the way that someone asks for, beside rides whose both ends are near.

Who looks for a seat asks what their own request says, who drives what their own offer says. Told is the match, one
statement; beside it all that a search asks: meeting points around both ends, and the rides that are read to be shown.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.gis.measure import D
from django.db import connection
from django.utils import timezone

from config.benches.carpool_country import RIDES_PER_KM2, country_with
from config.benches.carpool_naive import apart, found_by_ends, index_ends
from config.benches.timing import statements_timed
from config.bootstrap.progress import step
from directory.meeting_points import nearest_to
from directory.models import Carpool
from directory.ride_matching import WALK, Match, RideWanted, offers_for, requests_for
from scopes import second_lock
from scopes.viewer import Viewer
from scopes.viewing import viewer_of

#: Growth compares one region with so many, each drawn alike.
REGIONS = 50
#: A hundred rides in a region.
FEWEST = 100 * REGIONS
#: So many times as many rides on the same land.
DENSER = 5
SEARCHES, TURNS = 200, 2
#: Searches asked of the peer so far away: each reads thousands of rides.
ASKED_WIDELY = 20
#: The share of our matches that it then finds.
AS_MANY = 0.95

Wish = tuple[RideWanted, Viewer]


class Taken(NamedTuple):
    """Milliseconds of one search: of the match, by the wall and on the server's processor; of its SQL; in all."""

    match: float
    processor: float
    sql: float
    whole: float


def measure(*, rows: int, seed: int) -> dict[str, object]:
    """Build what is missing, measure, and answer the report: milliseconds, and ratios above 1 where we are faster."""
    rides = rows // REGIONS
    with country_with(regions=1, rides=rides, seed=seed):
        few = _median(_searches(_wishes(Carpool.Direction.REQUEST), offers_for)[0])
    with country_with(regions=1, rides=rides * DENSER, seed=seed, density=RIDES_PER_KM2 * DENSER):
        dense, found_dense = _searches(_wishes(Carpool.Direction.REQUEST), offers_for)
    with country_with(regions=REGIONS, rides=rides, seed=seed):
        wishes = _wishes(Carpool.Direction.REQUEST)
        many, found = _searches(wishes, offers_for)
        drivers, found_by_drivers = _searches(_wishes(Carpool.Direction.OFFER), requests_for)
        peer = _beside_ends(wishes, many, found)
    middle, of_dense, of_drivers = map(_median, (many, dense, drivers))
    return {
        "bench": "carpool",
        "rows": rides * REGIONS,
        "p50_ms": middle.match,
        "p95_ms": _p95(many),
        "p50_processor_ms": middle.processor,
        "search_p50_ms": middle.sql,
        "with_python_p50_ms": middle.whole,
        "growth": round(middle.match / few.match, 3),
        "growth_processor": round(middle.processor / few.processor, 3) if few.processor else None,
        "dense": {
            "rides_per_km2": RIDES_PER_KM2 * DENSER,
            "p50_ms": of_dense.match,
            "p95_ms": _p95(dense),
            "p50_processor_ms": of_dense.processor,
            "found": _mean(found_dense),
        },
        "drivers": {"p50_ms": of_drivers.match, "p95_ms": _p95(drivers), "found": _mean(found_by_drivers)},
        **peer,
        "detail_ms": {
            "match": middle.match,
            "search, in SQL": middle.sql,
            "search, with Python": middle.whole,
            "a driver's match": of_drivers.match,
            "match in one region": few.match,
            "match, five times denser": of_dense.match,
        },
    }


def _wishes(direction: Carpool.Direction) -> list[Wish]:
    """What those ask whose rides of a direction these are, from all over the country."""
    numbers = list(Carpool.objects.filter(direction=direction).order_by("pk").values_list("pk", flat=True))
    rides = Carpool.objects.filter(pk__in=numbers[:: max(1, len(numbers) // SEARCHES)][:SEARCHES])
    return [(_wish(ride), viewer_of(ride.author.account_id)) for ride in rides.select_related("author").order_by("pk")]


def _wish(ride: Carpool) -> RideWanted:
    today = timezone.localdate()
    coming = (today + timedelta(days=days) for days in range(1, 8))
    day = ride.day or next(day for day in coming if day.isoweekday() in ride.weekdays)
    (start,), (end,) = (nearest_to(point, within=D(m=100), most=1) for point in (ride.start_point, ride.end_point))
    at = datetime.combine(day, ride.departure, timezone.get_current_timezone())
    return RideWanted(start=start, end=end, at=at, seats=ride.seats, detour=ride.detour)


def _searches(
    wishes: Sequence[Wish], ask: Callable[[RideWanted, Viewer], list[Match]]
) -> tuple[list[Taken], list[list[Match]]]:
    """What each search takes once data are in memory, the least of some turns; and what it finds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    with step(fr="Recherches", en="Searches"):
        found = [_search(wish, ask, server)[1] for wish in wishes]
        turns = [[_search(wish, ask, server)[0] for wish in wishes] for _turn in range(TURNS)]
    return [Taken(*map(min, *taken)) for taken in zip(*turns, strict=True)], found


def _search(wish: Wish, ask: Callable[[RideWanted, Viewer], list], server: int) -> tuple[Taken, list]:
    """Ask under the second lock, as any request is."""
    wanted, viewer = wish
    with second_lock.opened(viewer.residence_ids), statements_timed(server) as statements:
        start = time.perf_counter()
        found = ask(wanted, viewer)
        whole = (time.perf_counter() - start) * 1_000
    (match,) = (one for one in statements if "directory_rideentry" in one.text)
    return Taken(match.wall, match.processor, sum(one.wall for one in statements), whole), found


def _beside_ends(wishes: Sequence[Wish], ours: Sequence[Taken], found: Sequence[list[Match]]) -> dict[str, object]:
    """The same searches by both ends within a radius: one that finds nearly as much as we do, and that of the walk.

    What it takes in SQL and in Python, beside our match, which leaves nothing to Python.
    """
    index_ends()
    far = [
        apart(wanted, match.ride.start_point.coords, match.ride.end_point.coords)
        for (wanted, _viewer), matches in zip(wishes, found, strict=True)
        for match in matches
    ]
    radius = D(m=statistics.quantiles(far, n=100)[round(100 * AS_MANY) - 1]) if len(far) > 1 else WALK
    near, by_ends = _searches(wishes, lambda *wish: found_by_ends(*wish, WALK))
    some = slice(None, None, max(1, len(wishes) // ASKED_WIDELY))
    wide, by_far_ends = _searches(wishes[some], lambda *wish: found_by_ends(*wish, radius))
    return {
        "ratio": {
            "naive": round(_median(wide).whole / _median(ours[some]).match, 1),
            "naive_within_walk": round(_median(near).whole / _median(ours).match, 3),
        },
        "found": {
            "corridor": _mean(found),
            "naive_within_m": round(radius.m),
            "naive_share": _share(found[some], by_far_ends),
            "naive_within_walk_share": _share(found, by_ends),
        },
    }


def _share(found: Sequence[list[Match]], others: Sequence[list[int]]) -> float | None:
    """The share of our matches that the peer finds."""
    both = [
        (len({match.ride.pk for match in ours} & set(theirs)), len(ours))
        for ours, theirs in zip(found, others, strict=True)
    ]
    same, all_of_ours = map(sum, zip(*both, strict=True))
    return round(same / all_of_ours, 3) if all_of_ours else None


def _median(taken: Sequence[Taken]) -> Taken:
    return Taken(*(round(statistics.median(times), 3) for times in zip(*taken, strict=True)))


def _p95(taken: Sequence[Taken]) -> float:
    return round(statistics.quantiles((one.match for one in taken), n=20)[-1], 3)


def _mean(found: Sequence[list]) -> float:
    """How much a search finds, on average."""
    return round(statistics.mean(map(len, found)), 2)
