"""Says where a place is by the streets that are nearest to it: "Rue Crébillon", or the corner of two of them."""

from __future__ import annotations

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from geo.models import Street
from geo.network.loading import box_around
from geo.plane import Plane

#: Metres. A street that is farther says nothing of a place.
AROUND = 150.0
#: Metres. Two streets that are as near as that meet there.
CORNER = 12.0


def streets_at(places: np.ndarray) -> list[tuple[str, ...]]:
    """Return the name of the street nearest to each of n places, and of one that it meets there; none beyond 150 m.

    Places are longitudes and latitudes, of shape (n, 2).
    """
    if not len(places):
        return []
    around = Street.objects.open().exclude(name="").filter(line__bboverlaps=box_around(places, margin=AROUND))
    told = list(around.order_by("key").values_list("name", AsWKB("line")))
    if not told:
        return [() for _ in places]
    plane = Plane.around(places)
    names = np.array([name for name, _ in told], dtype=object)
    lines = shapely.transform(shapely.from_wkb([bytes(line) for _, line in told]), plane.metres)
    return [_at(point, names, lines) for point in shapely.points(plane.metres(places))]


def _at(point: shapely.Point, names: np.ndarray, lines: np.ndarray) -> tuple[str, ...]:
    far = shapely.distance(lines, point)
    near = np.argsort(far, kind="stable")
    near = near[far[near] <= AROUND]
    if not len(near):
        return ()
    corner = near[far[near] <= far[near[0]] + CORNER]
    return tuple(dict.fromkeys(names[corner]))[:2]
