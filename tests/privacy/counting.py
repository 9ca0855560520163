"""A siege of the counts of homes: questions of every shape, what each covers, and what it is answered."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from directory.models import Listing
from directory.offer_forms import shape_of
from geo.errors import InvalidParameter
from geo.models import Address, Neighbourhood, Residence
from scopes.models import Membership, ReachCount
from scopes.reach import Connected
from scopes.reach_table import renew_reach
from tests.scopes.crowd import settle
from tests.toy_town import ToyTown

#: Homes of each public cell, and those of the attacker around the one that is attacked.
HOMES, DECOYS = 12, 50
SHAPES = ("radius", "homes", "walk", "street", "quarters", "drawing", "town")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of one shape and its answer."""

    shape: str
    #: The reach cells whose centre the area covers.
    covers: frozenset[int]
    connected: Connected


@dataclass(frozen=True, slots=True)
class Siege:
    """A town full of members, fifty of them the attacker's, and its table."""

    town: ToyTown
    #: Where the attacked home is.
    residence: Residence
    members: list[Membership]

    @property
    def numbers(self) -> dict[int, int]:
        """The last table."""
        return dict(ReachCount.objects.latest_quarter().values_list("reach_cell", "homes"))

    def ask(self, count: int, *, seed: int = 1) -> list[Asked]:
        """Ask until so many shapes of every kind are answered, as `/pro/` asks for them, wherever a shop may be."""
        centres = dict(ReachCount.objects.latest_quarter().values_list("reach_cell", "centre"))
        boundary = self.town.municipality.boundary
        asked = []
        for place, told in _questions(self.town, seed):
            if len(asked) == count:
                break
            try:
                shape = shape_of(place, told)
            except InvalidParameter:  # a street that is too long to be one zone
                continue
            area = shape.zone.area if shape.zone else boundary
            covered = frozenset(cell for cell, centre in centres.items() if area.covers(centre))
            asked.append(Asked(told["zone"], covered, shape.preview.connected))
        return asked


def besieged(town: ToyTown) -> Siege:
    """Fill the town, surround one home, and count."""
    homes = list(Residence.objects.of_buildings().open().filter(dwellings__gte=3).order_by("pk"))
    residence = homes[len(homes) // 2]
    near = [one for one in homes if one.public_cell.reach_cell_id == residence.public_cell.reach_cell_id]
    draw = random.Random(7)
    members = settle(homes * HOMES) + settle(draw.choices(near, k=DECOYS))
    renew_reach()
    return Siege(town, residence, members)


def vectors(asked: list[Asked], numbers: dict[int, int], cell: int) -> dict[int, np.ndarray]:
    """What all questions that differ are answered, by the number of one cell, where all other numbers are known."""
    different = sorted({one.covers for one in asked if cell in one.covers}, key=sorted)
    rest = [sum(numbers[other] for other in covers if other != cell) for covers in different]
    return {
        number: np.array([Connected.of(number + homes).least for homes in rest])
        for number in (0, *range(20, 1_000, 10))
    }


def _questions(town: ToyTown, seed: int) -> Iterator[tuple[Listing, dict]]:
    draw = random.Random(seed)
    quarters = list(Neighbourhood.objects.filter(kind="quartier"))
    streets = sorted(set(Address.objects.open().exclude(street_name="").values_list("street_name", flat=True)))
    municipality = town.municipality
    while True:
        x, y = draw.uniform(0, 2_000), draw.uniform(0, 2_000)
        place = Listing(municipality=municipality, location=town.point(x, y))
        shape = draw.choice(SHAPES[:-1]) if draw.random() < 0.99 else "town"
        needs = {
            "radius": {"radius": draw.randint(50, 3_000)},
            "homes": {"homes": draw.randint(1, 3_000)},
            "walk": {"minutes": draw.randint(1, 30), "slow": draw.random() < 0.3},
            "street": {"street": draw.choice(streets), "first": None, "last": None},
            "quarters": {"quarters": draw.sample(quarters, draw.randint(1, len(quarters)))},
            "drawing": {"drawing": _square(town, x, y, draw.uniform(60, 900))},
            "town": {},
        }[shape]
        yield place, {"zone": shape, **needs}


def _square(town: ToyTown, x: float, y: float, half: float) -> str:
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    ring = [list(town.point(*corner).coords) for corner in (*corners, corners[0])]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
