"""The bench of walks: streets read and made a network, zones, and every home's way to the nearest of some places."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import numpy as np
import shapely
from django.contrib.gis.measure import D
from django.core.management import call_command

from config.benches.database import kept_database
from config.bootstrap.progress import step
from config.demonstration.towns import open_monaco, open_nantes
from directory.coverage import Coverage, CoverageRequest
from directory.coverage_best import best_sites
from geo.catchments import walk_around
from geo.housing import housing_of
from geo.models import Municipality, PublicCell
from geo.nearness import nearest_sites
from geo.network.loading import network_on_foot
from geo.pace import Pace
from geo.querysets import BuildingQuerySet
from geo.walks import KEPT, Doorsteps

TOWNS = {"nantes": "44109", "monaco": "99138"}
#: Places to walk to, of one category, and how many categories: as many bakeries as a town of this size has.
CATEGORIES, PLACES = 20, 60
#: Metres: as far as a quarter of an hour, for the network alone; walks to a place are found up to 5 km.
FARTHEST = 1_250.0
#: Where the best next three are looked for: so many exist, and is near enough what is nearer than this, in this way.
FEW, BEST = 10, "best next 3 within"
WAYS = {"300 m": (300, None), "10 min": (Pace.USUAL.metres_in(timedelta(minutes=10)), Pace.USUAL)}
ZONES, TIMES = 20, 5
COLD, WARM = f"{CATEGORIES} categories from nothing", f"{CATEGORIES} categories again"


def measure(*, seed: int) -> dict[str, object]:
    """Open the demonstration's towns where that was not done, and answer the report."""
    with kept_database("bench_walk", _build):
        detail: dict[str, float] = {}
        for name, code in TOWNS.items():
            town = Municipality.objects.get(insee_code=code)
            homes = town.buildings.open()
            around = np.array([point.coords for point in homes.values_list("location", flat=True)])
            detail[f"{name}: network"] = _milliseconds(lambda around=around: network_on_foot(around, margin=FARTHEST))
            cells = list(PublicCell.objects.filter(municipality=town).order_by("pk").values_list("location", flat=True))
            detail[f"{name}: zone of 10 min"] = median(
                _milliseconds(lambda cell=cell: walk_around(cell, timedelta(minutes=10)), times=1)
                for cell in cells[:: max(1, len(cells) // ZONES)]
            )
            detail |= _coverage(name, homes, around, np.random.default_rng(seed))
            detail |= _best(name, town, around, np.random.default_rng(seed))
    return {
        "bench": "walk",
        "cold_s": round(detail[f"nantes: {COLD}"] / 1e3, 2),
        "warm_s": round(detail[f"nantes: {WARM}"] / 1e3, 3),
        "cold_processor_s": round(detail[f"nantes: {COLD}, processor"] / 1e3, 2),
        "warm_processor_s": round(detail[f"nantes: {WARM}, processor"] / 1e3, 3),
        "best_3_s": round(max(detail[f"nantes: {BEST} {way}"] for way in WAYS) / 1e3, 2),
        "detail_ms": {name: round(taken, 1) for name, taken in detail.items()},
    }


def _coverage(name: str, homes: BuildingQuerySet, around: np.ndarray, chance: np.random.Generator) -> dict[str, float]:
    """How long it takes to find every building's nearest place of each category: from nothing, and with doors kept."""
    buildings = np.array(homes.order_by("pk").values_list("pk", flat=True))
    places = [shapely.points(chance.choice(around, PLACES)) for _ in range(CATEGORIES)]

    def walked(count: int, *, some: list[np.ndarray] = places) -> None:
        doorsteps = Doorsteps.kept(buildings)
        for one in some:
            doorsteps.walks_to(one, count=count)

    def from_nothing() -> None:
        KEPT.forget()
        walked(1)

    return {
        f"{name}: {COLD}": _milliseconds(from_nothing),
        f"{name}: {WARM}": _milliseconds(lambda: walked(1)),
        f"{name}: {COLD}, processor": _milliseconds(from_nothing, clock=time.process_time),
        f"{name}: {WARM}, processor": _milliseconds(lambda: walked(1), clock=time.process_time),
        f"{name}: {CATEGORIES} categories, 3 nearest, again": _milliseconds(lambda: walked(3)),
        f"{name}: 1 category again": _milliseconds(lambda: walked(1, some=places[:1])),
    }


def _best(name: str, town: Municipality, around: np.ndarray, chance: np.random.Generator) -> dict[str, float]:
    """How long it takes to find the best next three sites, where there are ten; with doors kept."""
    housing, sites = housing_of(town), chance.choice(around, FEW)
    walks = Doorsteps.kept(housing.buildings).walks_to(shapely.points(sites))
    straight, _ = nearest_sites(housing.footprints, housing.plane.metres(sites), count=1)
    taken = {}
    for way, (metres, pace) in WAYS.items():
        answer = Coverage(
            request=CoverageRequest(town=town, services=("bakery",), threshold=D(m=metres), pace=pace),
            housing=housing,
            sites=sites,
            nearest=walks.metres[0] if pace else straight[:, 0],
            nth=walks.metres[0],
            straight_line=walks.straight_line[0],
        )
        taken[f"{name}: {BEST} {way}"] = _milliseconds(lambda answer=answer: best_sites(answer, 3))
    return taken


def _milliseconds(
    call: Callable[[], object], *, times: int = TIMES, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median of some runs: by the clock on the wall, or by this process's time on a processor."""
    taken = []
    for _ in range(times):
        began = clock()
        call()
        taken.append(1_000 * (clock() - began))
    return median(taken)


def _build() -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    with step(fr="Nantes et Monaco", en="Nantes and Monaco"):
        open_nantes()
        open_monaco()
