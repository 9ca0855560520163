"""Reads the streets around places, and the doors of buildings, from the places shown today."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon

from geo.models import WGS84, Address, Building, Street
from geo.network.driving import by_car
from geo.network.graph import Network
from geo.plane import Plane
from geo.querysets import BuildingQuerySet

#: Metres. So far around is looked, at the least, to tell a street from an alley that leads nowhere.
LEAST_MARGIN = 1_000.0


def network_on_foot(points: np.ndarray, *, margin: float) -> Network:
    """Return the network of the streets that can be walked around points, of shape (n, 2) in degrees.

    It reaches `margin` metres further than they do. A walk between two of them that is no longer than twice the margin
    never leaves it, and is exact.
    """
    around = Street.objects.open().filter(
        walkable=True, line__bboverlaps=box_around(points, margin=max(margin, LEAST_MARGIN))
    )
    return Network.on_foot(_shapes(around.order_by("key").values_list(AsWKB("line"), flat=True)))


def network_by_car(points: np.ndarray, *, margin: float) -> Network:
    """Return the network of the streets that can be driven around points; a way that leaves it is not found."""
    around = Street.objects.open().filter(
        drivable=True, line__bboverlaps=box_around(points, margin=max(margin, LEAST_MARGIN))
    )
    told = list(around.order_by("key").values_list(AsWKB("line"), "road_class", "one_way"))
    lines = _shapes(line for line, *_ in told)
    return by_car(lines, [road_class for _, road_class, _ in told], [one_way for *_, one_way in told])


def doors_of(buildings: BuildingQuerySet) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers of buildings, of shape (k,), and where one leaves each (degrees), of shape (k,).

    By its addresses, each a row of its own; a building of which none is known, by the edge of its footprint.
    """
    numbers = list(buildings.order_by("pk").values_list("pk", flat=True))
    addresses = Address.objects.open().filter(building__in=numbers).order_by("building", "key")
    told = list(addresses.values_list("building", AsWKB("location")))
    rest = set(numbers).difference(building for building, _ in told)
    footprints = Building.objects.filter(pk__in=sorted(rest)).order_by("pk")
    told += footprints.values_list("pk", AsWKB("footprint"))
    return np.array([building for building, _ in told], dtype=int), _shapes(shape for _, shape in told)


def box_around(points: np.ndarray, *, margin: float) -> Polygon:
    """Return the box of points, of shape (n, 2) in degrees, that reaches so many metres further."""
    plane = Plane.around(points)
    flat = plane.metres(points)
    corners = np.array([flat.min(axis=0) - margin, flat.max(axis=0) + margin])
    box = Polygon.from_bbox(plane.degrees(corners).ravel().tolist())
    box.srid = WGS84
    return box


def _shapes(told: Iterable[bytes | memoryview]) -> np.ndarray:
    return np.array(shapely.from_wkb([bytes(shape) for shape in told]), dtype=object).reshape(-1)
