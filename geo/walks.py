"""How far it is on foot: along the streets where they are loaded, else in a straight line, and said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from geo.network.graph import Network, Stops
from geo.network.loading import doors_of, network_on_foot
from geo.network.walking import between, near_sources, nearest_source
from geo.network.zones import area_reached
from geo.plane import Plane, metres_between
from geo.querysets import BuildingQuerySet

#: Sites beyond those asked for that are looked at from a door without a street.
SPARE = 2
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


@dataclass(frozen=True, slots=True)
class Doorsteps:
    """The doors of buildings, placed once on the streets around them for many questions."""

    #: Ids of n buildings, and which is the first door of each, of shape (n,): doors stand in the order of buildings.
    buildings: np.ndarray
    first: np.ndarray
    doors: np.ndarray
    network: Network
    stops: Stops
    #: Metres: longer walks are not looked for.
    farthest: float

    @classmethod
    def of(cls, buildings: BuildingQuerySet, *, farthest: float = FARTHEST_WALK) -> Doorsteps:
        """Read the doors of these buildings, and the streets that a walk to or from them may take."""
        owners, doors = doors_of(buildings)
        order = np.argsort(owners, kind="stable")
        numbers, first = np.unique(owners[order], return_index=True)
        network = _network_around(doors, farthest)
        return cls(numbers, first, doors[order], network, network.place(doors[order]), farthest)

    def walks_to(self, sites: np.ndarray, *, count: int = 1) -> Walks:
        """Return the walks of n buildings to the `count` nearest sites, of shape (count, n), the shortest first.

        Each is from the door that is best for that site; sites are points in degrees.
        """
        start = self.network.place(sites)
        ways = near_sources(self.network, start, self.stops, count=count, limit=self.farthest)
        site, door = self._without_street(sites, start.placed, count)
        far = _straight(sites[site], self.doors[door])
        near = far <= self.farthest
        of = np.searchsorted(self.first, np.concatenate([ways.targets, door[near]]), side="right") - 1
        return _shortest(
            of=of,
            to=np.concatenate([ways.sources, site[near]]),
            metres=np.concatenate([ways.costs, far[near]]),
            straight_line=np.arange(len(of)) >= len(ways.costs),
            shape=(count, len(self.buildings)),
        )

    def _without_street(self, sites: np.ndarray, placed: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of a site and a door one of which is on no street: the nearest sites of each door, `SPARE` more.

        Doors are meant by their middles here: what is chosen among is measured from their edges.
        """
        middles = shapely.get_coordinates(shapely.centroid(self.doors))
        plane = Plane.around(middles) if len(middles) else Plane(0.0, 0.0)
        standing, doors = plane.metres(shapely.get_coordinates(sites)), plane.metres(middles)
        pairs = [
            _nearest_pairs(standing, np.flatnonzero(some), doors, np.flatnonzero(of), count + SPARE)
            for some, of in ((np.full(len(sites), True), ~self.stops.placed), (~placed, self.stops.placed))
        ]
        site, door = (np.concatenate(each) for each in zip(*pairs, strict=True))
        return site, door


def _nearest_pairs(
    sites: np.ndarray, some: np.ndarray, doors: np.ndarray, of: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Each of these doors with the `count` of some sites that are nearest to it: numbers of sites and of doors."""
    if not len(some) or not len(of):
        return np.empty(0, dtype=int), np.empty(0, dtype=int)
    count = min(count, len(some))
    _metres, nearest = KDTree(sites[some]).query(doors[of], k=np.arange(1, count + 1))
    return some[nearest].ravel(), np.repeat(of, count)


def _shortest(
    *, of: np.ndarray, to: np.ndarray, metres: np.ndarray, straight_line: np.ndarray, shape: tuple[int, int]
) -> Walks:
    """The shortest walks of each building, one to each site, of that shape; walks stand in arrays of one shape."""
    # The shortest between a building and a site comes first, and is kept.
    order = np.lexsort((metres, to, of))
    first = np.append(True, (np.diff(of[order]) != 0) | (np.diff(to[order]) != 0))[: len(order)]
    order = order[first]
    order = order[np.lexsort((metres[order], of[order]))]
    rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
    order, rank = order[rank < shape[0]], rank[rank < shape[0]]
    walks = Walks(np.full(shape, np.inf), np.zeros(shape, dtype=bool))
    walks.metres[rank, of[order]], walks.straight_line[rank, of[order]] = metres[order], straight_line[order]
    return walks


def walks_between(sources: np.ndarray, targets: np.ndarray, *, farthest: float = FARTHEST_WALK) -> Walks:
    """Return the walks from each of k sources to each of j targets, in arrays of shape (k, j).

    Both are shapely geometries in degrees: points, or areas that are left by their edge. A walk of more than `farthest`
    metres is not looked for.
    """
    network = _network_around(np.concatenate([sources, targets]), farthest / 2)  # it goes out and comes back
    return _walks(network, sources, network.place(sources), targets, network.place(targets), farthest)


def walks_to_nearest(sources: np.ndarray, targets: np.ndarray, *, farthest: float = FARTHEST_WALK) -> NearestWalks:
    """Return the walk from each target to the source that is nearest on foot, as `walks_between` takes them."""
    network = _network_around(np.concatenate([sources, targets]), farthest / 2)
    start, end = network.place(sources), network.place(targets)
    found = nearest_source(network, start, end, limit=farthest)
    walks = NearestWalks(found.costs, np.zeros(len(targets), dtype=bool), found.sources)
    _straighten(walks, sources, targets, np.arange(len(sources)), np.flatnonzero(~end.placed), farthest)
    _straighten(walks, sources, targets, np.flatnonzero(~start.placed), np.flatnonzero(end.placed), farthest)
    return walks


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


def _network_around(things: np.ndarray, margin: float) -> Network:
    """The streets around things, so many metres further than they reach."""
    points = shapely.get_coordinates(things)
    return network_on_foot(points, margin=margin) if len(points) else Network.on_foot(np.empty(0, dtype=object))
