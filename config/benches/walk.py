"""The bench of walks: streets read and made a network, zones, and every home's way to the nearest of some places."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import numpy as np
import shapely
from django.core.management import call_command

from config.benches.database import kept_database
from config.bootstrap.progress import step
from config.demonstration.towns import open_monaco, open_nantes
from geo.catchments import walk_around
from geo.models import Municipality, PublicCell
from geo.network.loading import network_on_foot
from geo.querysets import BuildingQuerySet
from geo.walks import Doorsteps

TOWNS = {"nantes": "44109", "monaco": "99138"}
#: Places to walk to, of one category, and how many categories: as many bakeries as a town of this size has.
CATEGORIES, PLACES = 20, 60
#: Metres: as far as a quarter of an hour.
FARTHEST = 1_250.0
ZONES, TIMES = 20, 5
PARTS = ("doorsteps", f"{CATEGORIES} categories")


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
    return {
        "bench": "walk",
        "cold_s": round(sum(detail[f"nantes: {part}"] for part in PARTS) / 1e3, 2),
        "warm_s": round(detail[f"nantes: {PARTS[-1]}"] / 1e3, 3),
        "detail_ms": {name: round(taken, 1) for name, taken in detail.items()},
    }


def _coverage(name: str, homes: BuildingQuerySet, around: np.ndarray, chance: np.random.Generator) -> dict[str, float]:
    """How long it takes to find every home's nearest place of each category."""
    doorsteps = Doorsteps.of(homes, farthest=FARTHEST)
    places = [shapely.points(chance.choice(around, PLACES)) for _ in range(CATEGORIES)]
    return {
        f"{name}: doorsteps": _milliseconds(lambda: Doorsteps.of(homes, farthest=FARTHEST)),
        f"{name}: 1 category": _milliseconds(lambda: doorsteps.walks_to(places[0])),
        f"{name}: 3 nearest": _milliseconds(lambda: doorsteps.walks_to(places[0], count=3)),
        f"{name}: {CATEGORIES} categories": _milliseconds(lambda: [doorsteps.walks_to(some) for some in places]),
    }


def _milliseconds(call: Callable[[], object], *, times: int = TIMES) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(1_000 * (time.perf_counter() - began))
    return median(taken)


def _build() -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    with step(fr="Nantes et Monaco", en="Nantes and Monaco"):
        open_nantes()
        open_monaco()
