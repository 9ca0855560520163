"""The bench of reach: "homes, homes connected" of shapes up to 10 and 50 km, beside counting the members there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.contrib.gis.geos import MultiPolygon
from django.db import connection
from django.db.models import Sum

from config.benches.reach_country import country_with
from config.benches.reach_questions import KINDS, Asked, questions
from config.benches.timing import processor_spent
from config.bootstrap.progress import step
from geo.catchments import cells_covered
from scopes.models import ReachCount
from scopes.reach import Connected

#: Growth compares with the same country in which this many times fewer people joined.
EMPTIER = 50
#: Fifty reach cells.
FEWEST = 100 * EMPTIER
#: How many shapes are counted in each other way, which takes up to seconds; and how often each is asked.
COUNTED, TURNS = 10, 3


def measure(*, rows: int, seed: int) -> dict[str, object]:
    """Build what is missing, measure, and answer the report: milliseconds, and ratios above 1 where we are faster."""
    with country_with(rows // EMPTIER, of=rows, seed=seed):
        few = _measured(questions(seed))
    with country_with(rows, of=rows, seed=seed):
        asked = questions(seed)
        _check(asked)
        many, ratio = _measured(asked), _beside_counting(asked)
    ours, fewer = ({size: _of_size(size, times) for size in KINDS} for times in (many, few))
    growth = [_median(ours[size]) / _median(fewer[size]) for size in KINDS]
    processor = {size: [taken.processor for taken in ours[size]] for size in KINDS}
    return {
        "bench": "reach",
        "rows": rows,
        "p50_ms": _median(ours["10 km"]),
        "p95_ms": _p95([taken.wall for taken in ours["10 km"]]),
        "p50_50km_ms": _median(ours["50 km"]),
        "p95_50km_ms": _p95([taken.wall for taken in ours["50 km"]]),
        "p95_processor_ms": _p95(processor["10 km"]),
        "p95_50km_processor_ms": _p95(processor["50 km"]),
        "growth": round(max(growth), 3),
        "ratio": {name: round(times, 1) for name, times in ratio.items()},
        "detail_ms": {f"{kind}, up to {size}": _median(times) for (size, kind), times in many.items()},
    }


class Taken(NamedTuple):
    """Milliseconds by the clock on the wall, and on a processor: of this process and of the one that serves it."""

    wall: float
    processor: float


#: What each shape takes, by size and kind.
Times = dict[tuple[str, str], list[Taken]]


def _of_size(size: str, times: Times) -> list[Taken]:
    return [one for (of, _kind), taken in times.items() if of == size for one in taken]


def _median(times: Sequence[Taken]) -> float:
    return round(statistics.median(taken.wall for taken in times), 3)


def _p95(times: Sequence[float]) -> float:
    return round(statistics.quantiles(times, n=20)[-1], 3)


def _as_served() -> None:
    """A page's questions are answered without parallel workers (`config.settings`): so are all of the bench."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def _check(asked: Sequence[Asked]) -> None:
    """Count some shapes cell by cell: what is fast must be right."""
    for one in asked[:: max(1, len(asked) // COUNTED)]:
        told, area = one.answered().preview, one.area
        homes = cells_covered(area).aggregate(homes=Sum("dwellings", default=0))["homes"]
        rows = ReachCount.objects.latest_quarter().filter(centre__coveredby=area)
        connected = Connected.of(rows.aggregate(homes=Sum("homes", default=0))["homes"])
        if told.connected != connected or (one.kind != "town" and told.homes != homes):
            raise RuntimeError(f"{one.told}: {told.homes} homes and {told.connected}, not {homes} and {connected}")


def _measured(asked: Sequence[Asked]) -> Times:
    times: Times = {}
    _as_served()
    with step(fr="Portées", en="Reaches"):
        for one, taken in zip(asked, _taken(asked), strict=True):
            times.setdefault((one.size, one.kind), []).append(taken)
    return times


def _taken(asked: Sequence[Asked], ask: Callable[[Asked], object] = Asked.answered) -> list[Taken]:
    """What each shape takes, the least of some turns: what is in memory, and no one else's work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    turns: list[list[Taken]] = []
    for _turn in range(TURNS):
        turns.append([])
        for one in asked:
            start, spent = time.perf_counter(), processor_spent(server)
            ask(one)
            turns[-1].append(Taken((time.perf_counter() - start) * 1_000, processor_spent(server) - spent))
    return [Taken(*map(min, zip(*taken, strict=True))) for taken in zip(*turns, strict=True)]


def _beside_counting(asked: Sequence[Asked]) -> dict[str, float]:
    """How many times longer it takes to count the homes and the members of the same shapes where they live."""
    ratio = {}
    for way, (kind, count) in WAYS.items():
        for size in KINDS:
            shapes = [one for one in asked if (one.size, one.kind) == (size, kind)][:COUNTED]
            with step(fr=f"{way}, {size}", en=f"{way}, {size}"):
                areas = {id(one): one.area for one in shapes}
                theirs = _taken(shapes, lambda one, count=count, areas=areas: count(one, areas[id(one)]))
            ratio[f"{way} {size}"] = _median(theirs) / _median(_taken(shapes))
    return ratio


#: As someone with PostGIS asks: the homes where they stand, and those with a member, one by one.
_COUNTING = """SELECT
    (SELECT sum(dwellings) FROM geo_residence WHERE closed_on IS NULL AND {there}),
    (SELECT count(DISTINCT household_id) FROM scopes_membership
        JOIN geo_residence ON geo_residence.id = residence_id WHERE ended_at IS NULL AND {there})"""


def _within_distance(one: Asked, area: MultiPolygon) -> None:
    there = "ST_DWithin(location, ST_Point(%(x)s, %(y)s, 4326)::geography, %(metres)s)"
    _count(there, {"x": one.place.location.x, "y": one.place.location.y, "metres": one.told["radius"]})


def _within_area(one: Asked, area: MultiPolygon) -> None:
    """By the box of the area first: residences are indexed on the sphere."""
    _count("location && %(area)s::geography AND ST_Covers(%(area)s::geometry, location::geometry)", {"area": area.ewkt})


def _count(there: str, parameters: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTING.format(there=there), parameters)
        cursor.fetchone()


#: Way to count the members -> the kind of shape that it counts.
WAYS = {"st_dwithin": ("radius", _within_distance), "st_covers": ("drawing", _within_area)}
