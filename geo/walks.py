"""How far it is on foot: along the streets where they are loaded, else in a straight line, and said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.network.graph import Network, Stops
from geo.network.loading import doors_of, network_on_foot
from geo.network.walking import AT_ONCE, between, nearest_source
from geo.network.zones import area_reached
from geo.plane import Plane, metres_between
from geo.querysets import BuildingQuerySet

#: Metres. Nobody is told to walk farther.
FARTHEST_WALK = 5_000.0


@dataclass(frozen=True, slots=True)
class Walks:
    """Lengths of walks, in metres; infinite where none is known within the limit."""

    metres: np.ndarray
    #: Which of them are as the crow flies, because no street is known near one of the ends; of the same shape.
    straight_line: np.ndarray


@dataclass(frozen=True, slots=True)
class NearestWalks(Walks):
    """The walk from each of k targets to the nearest source: arrays of shape (k,)."""

    #: Number of that source; -1 where none is within the limit.
    sources: np.ndarray


@dataclass(frozen=True, slots=True)
class Start:
    """Where walks of at most so many metres begin, and the streets around it."""

    point: shapely.Point
    metres: float
    network: Network
    stop: Stops

    @classmethod
    def at(cls, longitude: float, latitude: float, metres: float) -> Start:
        """Read the streets around a place, in degrees."""
        point = shapely.Point(longitude, latitude)
        network = network_on_foot(np.array([point.coords[0]]), margin=metres)
        return cls(point, metres, network, network.place(np.array([point])))

    def area(self) -> BaseGeometry | None:
        """Return the area (degrees) of all that such a walk reaches; None where no street is known near the start."""
        return area_reached(self.network, self.stop, self.metres)

    def walks_to(self, targets: np.ndarray) -> Walks:
        """Return the walks to k geometries (degrees), in arrays of shape (k,)."""
        start, end = np.array([self.point]), self.network.place(targets)
        walks = _walks(self.network, start, self.stop, targets, end, self.metres)
        return Walks(walks.metres[0], walks.straight_line[0])


def walks_between(sources: np.ndarray, targets: np.ndarray, *, farthest: float = FARTHEST_WALK) -> Walks:
    """Return the walks from each of k sources to each of j targets, in arrays of shape (k, j).

    Both are shapely geometries in degrees: points, or areas that are left by their edge. A walk of more than `farthest`
    metres is not looked for.
    """
    network = _network_around(sources, targets, farthest)
    return _walks(network, sources, network.place(sources), targets, network.place(targets), farthest)


def walks_to_nearest(sources: np.ndarray, targets: np.ndarray, *, farthest: float = FARTHEST_WALK) -> NearestWalks:
    """Return the walk from each target to the source that is nearest on foot, as `walks_between` takes them."""
    network = _network_around(sources, targets, farthest)
    start, end = network.place(sources), network.place(targets)
    found = nearest_source(network, start, end, limit=farthest)
    walks = NearestWalks(found.costs, np.zeros(len(targets), dtype=bool), found.sources)
    _straighten(walks, sources, targets, np.arange(len(sources)), np.flatnonzero(~end.placed), farthest)
    _straighten(walks, sources, targets, np.flatnonzero(~start.placed), np.flatnonzero(end.placed), farthest)
    return walks


def walks_from_homes(
    buildings: BuildingQuerySet, sites: np.ndarray, *, count: int, farthest: float = FARTHEST_WALK
) -> tuple[np.ndarray, Walks]:
    """Return ids of n buildings, and their walks to the `count` sites that are nearest, of shape (count, n).

    Each is from the door that is best for that site, the shortest walk first; sites are points in degrees.
    """
    owners, doors = doors_of(buildings)
    order = np.argsort(owners, kind="stable")
    numbers, first = np.unique(owners[order], return_index=True)
    metres, straight = np.full((count, len(numbers)), np.inf), np.zeros((count, len(numbers)), dtype=bool)
    if not len(numbers) or not len(sites):
        return numbers, Walks(metres, straight)
    network = _network_around(sites, doors, farthest)
    end = network.place(doors[order])
    for start in range(0, len(sites), AT_ONCE):
        some = sites[start : start + AT_ONCE]
        walks = _walks(network, some, network.place(some), doors[order], end, farthest)
        shortest = np.minimum.reduceat(walks.metres, first, axis=1)
        as_crows = np.logical_and.reduceat(walks.straight_line, first, axis=1)
        metres, straight = np.concatenate([metres, shortest]), np.concatenate([straight, as_crows])
        best = np.argsort(metres, axis=0, kind="stable")[:count]
        metres, straight = np.take_along_axis(metres, best, 0), np.take_along_axis(straight, best, 0)
    return numbers, Walks(metres, straight & np.isfinite(metres))


def _walks(
    network: Network, sources: np.ndarray, start: Stops, targets: np.ndarray, end: Stops, farthest: float
) -> Walks:
    """The walks from each source to each target, which stand on a network."""
    metres = between(network, start, end, limit=farthest)
    straight = ~(start.placed[:, None] & end.placed[None])
    row, column = np.nonzero(straight)
    metres[row, column] = _straight(sources[row], targets[column])
    metres[metres > farthest] = np.inf
    return Walks(metres, straight)


def _straighten(
    walks: NearestWalks, sources: np.ndarray, targets: np.ndarray, some: np.ndarray, of: np.ndarray, farthest: float
) -> None:
    """Take the straight line from some sources to these targets where it is the shortest that is known."""
    if not len(some) or not len(of):
        return
    plane = Plane.around(shapely.get_coordinates(targets))
    tree = shapely.STRtree(shapely.transform(sources[some], plane.metres))
    rank, nearest = tree.query_nearest(shapely.transform(targets[of], plane.metres), all_matches=False)
    metres = _straight(sources[some[nearest]], targets[of[rank]])
    closer = metres < np.minimum(walks.metres[of[rank]], np.nextafter(farthest, np.inf))
    chosen = of[rank[closer]]
    walks.metres[chosen], walks.sources[chosen] = metres[closer], some[nearest[closer]]
    walks.straight_line[chosen] = True


def _straight(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Metres between geometries, pair by pair, edge to edge."""
    if not len(some):
        return np.empty(0)
    ends = shapely.get_coordinates(shapely.shortest_line(some, others)).reshape(-1, 2, 2)
    return metres_between(ends[:, 0], ends[:, 1])


def _network_around(sources: np.ndarray, targets: np.ndarray, farthest: float) -> Network:
    """The streets that a walk of so many metres from one to another may take: it goes out and comes back."""
    points = shapely.get_coordinates(np.concatenate([sources, targets]))
    return network_on_foot(points, margin=farthest / 2) if len(points) else Network.on_foot(np.empty(0, dtype=object))
