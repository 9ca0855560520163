"""How many people live in each building: the census of its IRIS says how many, squares of 200 m where in it.

Areal interpolation over homes, in whole numbers that add up to INSEE's. The people of an IRIS are spread as the squares
in it say, and their sum is the census's; where no IRIS is loaded, those of a square add up to the square's. A number
has one source (docs/adr/0038-how-many-and-where.md). Neither counts where its outline, or part of the buildings in it,
is not loaded; what is not known then is said to be so, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, Polygon

from geo.kept import Kept
from geo.loaded import shares_not_loaded
from geo.models import WGS84, Building, CensusArea, Municipality, Neighbourhood, Square

#: Of an outline that may lie outside what is loaded: files of neighbours never meet to the last digit.
SLIVER = 0.001
#: In the place of a square: none that is loaded holds the building.
NOWHERE = -1
#: What squares tell of the buildings of a town, kept in each process of the server: 24 bytes a building.
KEPT: Kept[np.ndarray] = Kept(most=500_000)


@dataclass(frozen=True, slots=True, eq=False)
class Inhabitants:
    """The people of some buildings: place `i` of each column is of one."""

    people: np.ndarray
    #: Whether that is known.
    known: np.ndarray
    #: Whether a square that is loaded holds the building, and whether that has fewer than 11 households, so that INSEE
    #: estimates it.
    in_square: np.ndarray
    imputed: np.ndarray
    #: Whether it is the square that says how many they are, for want of an IRIS.
    by_square: np.ndarray


def inhabitants_of(
    town: Municipality, buildings: np.ndarray, footprints: np.ndarray, homes: np.ndarray, *, iris: np.ndarray
) -> Inhabitants:
    """Share out the people that INSEE counts over all inhabited buildings of a town.

    `buildings` are their ids, in order, `footprints` their outlines (degrees), `homes` how many there are in each, and
    `iris` the id of the neighbourhood of that kind that each lies in.
    """
    found = KEPT.get(np.concatenate([buildings, homes]), lambda: _by_square(town, buildings, footprints, homes))
    of_square, in_square, imputed = found[:, 0], found[:, 1].astype(bool), found[:, 2].astype(bool)
    of_iris, in_iris = _by_iris(iris, homes, of_square, in_square)
    return Inhabitants(
        people=np.where(in_iris, of_iris, of_square),
        known=in_iris | in_square,
        in_square=in_square,
        imputed=imputed,
        by_square=in_square & ~in_iris,
    )


def shared_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Share out a whole number by weights, in whole numbers whose sum is that number (largest remainders first).

    >>> shared_out(10, np.array([1, 1, 1])).tolist()
    [4, 3, 3]
    """
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: total - shares.sum()]] += 1
    return shares


def _by_iris(
    iris: np.ndarray, homes: np.ndarray, of_square: np.ndarray, in_square: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share out what the census counts in each IRIS that is loaded whole; say where it is known."""
    people, known = np.zeros(len(homes), dtype=int), np.zeros(len(homes), dtype=bool)
    areas = Neighbourhood.objects.filter(pk__in=np.unique(iris).tolist())
    census = dict(CensusArea.objects.filter(code__in=areas.values("code")).values_list("code", "population"))
    told = areas.filter(code__in=census).values_list("pk", "code", AsWKB("boundary"))
    for area, code, _outline in _loaded_whole(told):
        here = iris == area
        weights = _weights(homes[here], of_square[here], in_square[here])
        people[here], known[here] = shared_out(census[code], weights), True
    return people, known


def _weights(homes: np.ndarray, of_square: np.ndarray, in_square: np.ndarray) -> np.ndarray:
    """What the people of an IRIS are shared out by: what squares count; beside them, homes at the same rate."""
    counted, of_homes = of_square[in_square].sum(), homes[in_square].sum()
    return np.where(in_square, of_square, homes * (counted / of_homes)) if counted else homes


def _by_square(town: Municipality, buildings: np.ndarray, footprints: np.ndarray, homes: np.ndarray) -> np.ndarray:
    """People of each building, whether a square tells them, and whether that is imputed: of shape (n, 3)."""
    told = np.zeros((len(buildings), 3), dtype=int)
    squares = _squares_around(footprints) if len(buildings) else []
    if not squares:
        return told
    population, imputed, outlines = (np.array(column) for column in zip(*squares, strict=True))
    lies_in = square_of(footprints, outlines)
    # Others of the people of a square across the limits of the town live beyond them.
    others, their_homes, their_footprints = _beyond(town, outlines[np.unique(lies_in[lies_in >= 0])])
    everyones = np.concatenate([lies_in, square_of(their_footprints, outlines)])
    all_homes, people = np.concatenate([homes, their_homes]), np.zeros(len(everyones), dtype=int)
    # Within a square by ids, so that both towns share it out alike.
    order = np.lexsort((np.concatenate([buildings, others]), everyones))
    for members in np.split(order, np.flatnonzero(np.diff(everyones[order])) + 1):
        if (square := everyones[members[0]]) != NOWHERE:
            people[members] = shared_out(population[square], all_homes[members])
    told[:, 0], told[:, 1] = people[: len(buildings)], lies_in != NOWHERE
    told[:, 2] = told[:, 1] & imputed[lies_in]
    return told


def square_of(footprints: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return the place among the squares of that which holds a point inside each building, `NOWHERE` for none.

    A point, as INSEE itself does: what lies by its larger part in a square that is not loaded is not in its neighbour.
    """
    found = np.full(len(footprints), NOWHERE)
    building, square = shapely.STRtree(squares).query(shapely.point_on_surface(footprints), predicate="intersects")
    order = np.argsort(square, kind="stable")  # of two that share an edge, always the same
    found[building[order]] = square[order]
    return found


def _squares_around(footprints: np.ndarray) -> list[tuple[int, bool, shapely.Geometry]]:
    """People, whether they are imputed, and the outline of each square about these buildings that is loaded whole."""
    box = Polygon.from_bbox(shapely.total_bounds(footprints))
    box.srid = WGS84
    about = Square.objects.open().filter(boundary__bboverlaps=box).order_by("key")
    return _loaded_whole(about.values_list("population", "imputed", AsWKB("boundary")))


def _loaded_whole(rows: Iterable[tuple]) -> list[tuple]:
    """Keep the rows whose last value, an outline as WKB, lies wholly where buildings are loaded; it becomes a shape."""
    shaped = [(*told, shapely.from_wkb(bytes(outline))) for *told, outline in rows]
    lacking = shares_not_loaded(np.array([row[-1] for row in shaped]))
    return [row for row, share in zip(shaped, lacking, strict=True) if share <= SLIVER]


def _beyond(town: Municipality, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, homes and outlines of the inhabited buildings of other towns that may stand in these squares."""
    if town.boundary is not None:
        limits = shapely.from_wkb(bytes(town.boundary.wkb))
        shapely.prepare(limits)
        squares = squares[~shapely.covers(limits, squares)]
    area = GEOSGeometry(memoryview(shapely.union_all(squares).wkb), srid=WGS84)
    inhabited = Building.objects.open().exclude(municipality=town).filter(dwellings__gt=0)
    rows = list(inhabited.filter(footprint__intersects=area).values_list("pk", "dwellings", AsWKB("footprint")))
    numbers, homes, outlines = zip(*rows, strict=True) if rows else ((),) * 3
    return np.array(numbers, dtype=int), np.array(homes, dtype=int), shapely.from_wkb([bytes(one) for one in outlines])
