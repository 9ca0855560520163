"""What merchants ask of the country of the bench of reach: shapes of every kind and size, around places like homes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random

from django.contrib.gis.geos import MultiPolygon, Point

from config.benches.synthetic import KM_PER_DEGREE
from directory.models import Listing
from directory.offer_forms import Shape, shape_of
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood, ReachCell

#: Shapes of each size that are asked.
SHAPES = 300
#: Kinds of shapes of each size: a walk, quarters and a town go no farther than 10 km.
KINDS = {"10 km": ("radius", "drawing", "homes", "walk", "quarters", "town"), "50 km": ("radius", "drawing", "homes")}
#: Metres from a place, and homes around it, of the shapes of each size: from and to.
METRES = {"10 km": (50, 10_000), "50 km": (10_000, 50_000)}
HOMES = {"10 km": (1, 5_000), "50 km": (5_000, 50_000)}
CORNERS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A shape as a merchant fills it in, around a place."""

    size: str
    kind: str
    place: Listing
    told: dict[str, object]

    def answered(self) -> Shape:
        """What the product answers: the shape, the homes in it and those connected."""
        return shape_of(self.place, self.told)

    @property
    def area(self) -> MultiPolygon:
        """Where that is."""
        zone = self.answered().zone
        return zone.area if zone else self.place.municipality.boundary


def questions(seed: int) -> list[Asked]:
    """Shapes of every kind and size, as many of each, around places that are spread as homes are."""
    draw = Random(seed)  # noqa: S311 - not for secrets
    places = list(ReachCell.objects.order_by("pk").values_list("location", "municipality"))
    towns = Municipality.objects.in_bulk({town for _location, town in places})
    asked = []
    for size, kinds in KINDS.items():
        for number in range(SHAPES):
            location, town = draw.choice(places)
            kind = kinds[number % len(kinds)]
            place = Listing(location=location, municipality=towns[town])
            one = Asked(size, kind, place, {"zone": kind, **_needed(draw, size, kind, place)})
            while kind == "homes" and not _can_be(one):
                one.told["homes"] //= 2
            asked.append(one)
    return asked


def _can_be(one: Asked) -> bool:
    """Whether so many homes are near enough: a country of few members has few homes."""
    try:
        one.answered()
    except InvalidParameter:
        return False
    return True


def _needed(draw: Random, size: str, kind: str, place: Listing) -> dict[str, object]:
    if kind == "quarters":
        quarters = list(Neighbourhood.objects.filter(municipality=place.municipality).order_by("pk"))
        return {"quarters": draw.sample(quarters, draw.randint(1, len(quarters)))}
    return {
        "radius": lambda: {"radius": draw.randint(*METRES[size])},
        "drawing": lambda: {"drawing": _star(draw, place.location, metres=draw.uniform(*METRES[size]))},
        "homes": lambda: {"homes": draw.randint(*HOMES[size])},
        "walk": lambda: {"minutes": draw.randint(1, 60)},
        "town": dict,
    }[kind]()


def _star(draw: Random, middle: Point, *, metres: float) -> str:
    """A drawing around a place, whose corners are at most so far from it: GeoJSON."""
    north, corners = 0.99 / 1_000 / KM_PER_DEGREE, []
    east = north / cos(radians(middle.y))
    for number in range(CORNERS):
        far, turn = metres * draw.uniform(0.5, 1), 2 * pi * number / CORNERS
        corners.append([middle.x + far * cos(turn) * east, middle.y + far * sin(turn) * north])
    return json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})
