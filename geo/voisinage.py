"""Stores which public cells are in one voisinage: either is among the other's 300 nearest homes."""

from __future__ import annotations

from math import ceil

import numpy as np
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import Q

from geo.models import WGS84, PublicCell, VoisinagePair
from geo.plane import ECCENTRICITY_2, SEMI_MAJOR
from geo.public_cells import RULE
from geo.querysets import PublicCellQuerySet

#: Dwellings.
HOMES = 300
#: Metres. Beyond, homes are no neighbours, however few there are.
REACH = 5_000.0
#: Degrees that hold `REACH`: of latitude, and of longitude up to 60° of latitude.
HIGH, WIDE = 0.05, 0.1


def pair_cells(*, municipalities: list[int]) -> None:
    """Store anew the pairs of the cells of these towns and of those around, whose nearest homes may have changed.

    A cell 5 km away may have homes of these towns among its nearest, or be among those of a cell 5 km further, whose
    own nearest lie up to 5 km beyond.
    """
    extent = PublicCell.objects.standing().filter(municipality__in=municipalities).aggregate(all=Extent("area"))["all"]
    if extent is None:
        return
    renewed = set(_around(extent, 1).values_list("pk", flat=True))
    rows = _around(extent, 3).sound().order_by("pk").values_list("pk", "location", "dwellings")
    ids, places, dwellings = zip(*rows, strict=True) if rows else ((), (), ())
    nearest = nearest_homes(np.array([place.coords for place in places]).reshape(-1, 2), np.array(dwellings))
    pairs = {(ids[one], ids[other]) for one, other in nearest}
    pairs |= {(other, one) for one, other in pairs}
    _write({pair for pair in pairs if renewed.intersection(pair)}, renewed)


def nearest_homes(degrees: np.ndarray, dwellings: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs (one, other) where the other is among the nearest homes of the one, itself included.

    Parameters
    ----------
    degrees : array of shape (n, 2)
        Longitude and latitude of each cell.
    dwellings : array of shape (n,)
        Of each, at least `RULE.least`: ten cells always hold 300.

    Examples
    --------
    >>> nearest_homes(np.array([[2, 48], [2.001, 48], [2.01, 48]]), np.array([250, 100, 400]))
    [(0, 0), (0, 1), (1, 1), (1, 0), (2, 2)]
    """
    # Here, because this module is loaded at every start and SciPy alone takes 0.3 s.
    from scipy.spatial import cKDTree

    if not len(degrees):
        return []
    points = earth_centred(degrees)
    most = ceil(HOMES / RULE.least)
    # A column more than is there stands for nothing: the number of the cell after the last.
    distances, others = cKDTree(points).query(points, k=min(most, len(points)) + 1, distance_upper_bound=REACH)
    distances[others == np.arange(len(points))[:, None]] = -1  # itself first, wherever others share its point
    order = np.argsort(distances, axis=1, kind="stable")
    others = np.take_along_axis(others, order, axis=1)
    held = np.append(dwellings, 0)[others]
    wanted = (held.cumsum(axis=1) - held < HOMES) & (others < len(points))
    ones, columns = np.nonzero(wanted)
    return list(zip(ones.tolist(), others[ones, columns].tolist(), strict=True))


def earth_centred(degrees: np.ndarray) -> np.ndarray:
    """Return places of shape (n, 2), on the ellipsoid of WGS 84, as metres from the Earth's centre, of shape (n, 3).

    Over 5 km the straight line is shorter than the geodesic by less than a millimetre.
    """
    longitude, latitude = np.radians(np.asarray(degrees, dtype=float)).T
    across = SEMI_MAJOR / np.sqrt(1 - ECCENTRICITY_2 * np.sin(latitude) ** 2)
    return np.stack(
        [
            across * np.cos(latitude) * np.cos(longitude),
            across * np.cos(latitude) * np.sin(longitude),
            across * (1 - ECCENTRICITY_2) * np.sin(latitude),
        ],
        axis=1,
    )


def _around(extent: tuple[float, float, float, float], times: int) -> PublicCellQuerySet:
    """Standing cells so many times the reach around a box of degrees."""
    west, south, east, north = extent
    high, wide = times * HIGH, times * WIDE
    box = Polygon.from_bbox((west - wide, south - high, east + wide, north + high))
    box.srid = WGS84
    return PublicCell.objects.standing().filter(area__bboverlaps=box)


def _write(pairs: set[tuple[int, int]], renewed: set[int]) -> None:
    """Replace the pairs of the renewed cells by these, where they differ."""
    stored = VoisinagePair.objects.filter(Q(cell__in=renewed) | Q(other__in=renewed))
    known = {(one, other): pk for pk, one, other in stored.values_list("pk", "cell", "other")}
    VoisinagePair.objects.filter(pk__in=[known[pair] for pair in known.keys() - pairs]).delete()
    new = [VoisinagePair(cell_id=one, other_id=other) for one, other in sorted(pairs - known.keys())]
    VoisinagePair.objects.bulk_create(new, batch_size=2000)
