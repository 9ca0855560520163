"""How far it is on foot: along the streets where they are loaded, else in a straight line, and said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array, vstack
from shapely.geometry.base import BaseGeometry

from geo.kept import Kept
from geo.models import Building
from geo.nearness import nearest_sites
from geo.network.graph import Network, Stops
from geo.network.loading import doors_of, network_on_foot
from geo.network.walking import AT_ONCE, between, near_sources
from geo.network.zones import BESIDE, area_reached
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
        network = network_on_foot(np.array([point.coords[0]]), margin=metres + BESIDE)
        return cls(point, metres, network, network.place(np.array([point])))

    def area(self) -> BaseGeometry | None:
        """Return the area (degrees) of all that such a walk reaches; None where no street is known near the start."""
        return area_reached(self.network, self.stop, self.metres)

    def walks_to(self, targets: np.ndarray) -> Walks:
        """Return the walks to k geometries (degrees), in arrays of shape (k,).

        One may leave the street before the point that is nearest to a door, as the area does: a walk that is too long
        by `BESIDE` or less is as long as the limit. What is farther, or cannot be reached, is infinitely far.
        """
        start, end = np.array([self.point]), self.network.place(targets)
        walks = _walks(self.network, start, self.stop, targets, end, self.metres + BESIDE)
        metres = np.where(np.isfinite(walks.metres[0]), walks.metres[0].clip(max=self.metres), np.inf)
        return Walks(metres, walks.straight_line[0])


@dataclass(frozen=True, slots=True)
class Doorsteps:
    """The doors of buildings, placed once on the streets around them for many questions."""

    #: Ids of n buildings, of shape (n,).
    buildings: np.ndarray
    #: Doors (degrees), and the place of the building of each in that column.
    doors: np.ndarray
    owners: np.ndarray
    network: Network
    stops: Stops
    #: Metres: longer walks are not looked for.
    farthest: float

    @classmethod
    def of(cls, buildings: BuildingQuerySet, *, farthest: float = FARTHEST_WALK) -> Doorsteps:
        """Read the doors of these buildings, and the streets that a walk to or from them may take."""
        told, doors = doors_of(buildings)
        numbers, owners = np.unique(told, return_inverse=True)
        order = np.argsort(owners, kind="stable")
        network = _network_around(doors, farthest)
        return cls(numbers, doors[order], owners[order], network, network.place(doors[order]), farthest)

    @classmethod
    def kept(cls, buildings: np.ndarray) -> Doorsteps:
        """Return those of the buildings of a town, by their ids: read once, and again when a release changed them."""
        return KEPT.get(buildings, lambda: cls.of(Building.objects.filter(pk__in=buildings.tolist())))

    def __len__(self) -> int:
        """What they weigh where they are kept: doors and pieces of streets."""
        return len(self.doors) + len(self.network.pieces.lines)

    def walks_to(self, sites: np.ndarray, *, count: int = 1) -> Walks:
        """Return the walks of n buildings to the `count` nearest sites, of shape (count, n), the shortest first.

        Each is from the door that is best for that site; sites are points in degrees. Only a door that is on no street
        is left in a straight line: a site that is on none serves no door that is, or it would beat the walks.
        """
        start = self.network.place(sites)
        ways = near_sources(self.network, start, self.stops, count=count, limit=self.farthest)
        site, door, far = self._as_the_crow_flies(sites, count)
        near = far <= self.farthest
        of = np.concatenate([ways.targets, door[near]])
        return _shortest(
            of=self.owners[of],
            to=np.concatenate([ways.sources, site[near]]),
            metres=np.concatenate([ways.costs, far[near]]),
            straight_line=np.arange(len(of)) >= len(ways.costs),
            shape=(count, len(self.buildings)),
        )

    def reached(self, sites: np.ndarray, metres: float) -> csr_array:
        """Return which of the n buildings each of k sites serves within so many metres: ones, of shape (k, n)."""
        starts = np.flatnonzero(np.diff(self.owners, prepend=-1))
        near = [
            csr_array(np.logical_or.reduceat(self._far_from(some, metres) <= metres, starts, axis=1))
            for some in np.split(sites, range(AT_ONCE, len(sites), AT_ONCE))
        ]
        return vstack(near, format="csr") if len(self.owners) else csr_array((len(sites), 0), dtype=bool)

    def kerbs(self) -> np.ndarray:
        """Return where one comes from each of the n buildings to a street (degrees), of shape (n, 2).

        From its door that is nearest to one; a building of which none is near a street has its door.
        """
        order = np.lexsort((self.stops.connectors, self.owners))
        best = order[np.flatnonzero(np.diff(self.owners[order], prepend=-1))]
        stops, doors = self.stops[best], shapely.get_coordinates(shapely.point_on_surface(self.doors[best]))
        streets, network = stops.placed, self.network
        ways = shapely.line_interpolate_point(
            network.flat[stops.pieces[streets]], stops.along[streets], normalized=True
        )
        doors[streets] = network.plane.degrees(shapely.get_coordinates(ways))
        return doors

    def _far_from(self, sites: np.ndarray, metres: float) -> np.ndarray:
        """How far each door is from each site, of shape (sites, doors); infinite beyond so many metres."""
        far = between(self.network, self.network.place(sites), self.stops, limit=metres)
        site, door, straight = self._as_the_crow_flies(sites, len(sites))
        far[site, door] = straight
        return far

    def _as_the_crow_flies(self, sites: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each door that is on no street with the sites nearest to it: numbers of sites and of doors, and metres."""
        lost = np.flatnonzero(~self.stops.placed)
        if not len(lost):
            return lost, lost, np.empty(0)
        plane = Plane.around(shapely.get_coordinates(self.doors[lost]))
        edges = shapely.transform(self.doors[lost], plane.metres)
        _metres, nearest = nearest_sites(edges, plane.metres(shapely.get_coordinates(sites)), count=count)
        site, door = nearest.ravel(), np.repeat(lost, nearest.shape[1])
        return site, door, _straight(sites[site], self.doors[door])


#: Doors and pieces of streets that are kept in each process of the server, of 0.6 kB each.
KEPT: Kept[Doorsteps] = Kept(most=100_000)


def _shortest(
    *, of: np.ndarray, to: np.ndarray, metres: np.ndarray, straight_line: np.ndarray, shape: tuple[int, int]
) -> Walks:
    """The shortest walks of each building, one to each site, of that shape; walks stand in arrays of one shape."""
    walks = Walks(np.full(shape, np.inf), np.zeros(shape, dtype=bool))
    order = np.argsort(of, kind="stable")
    of, to, metres, straight_line = of[order], to[order], metres[order], straight_line[order]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    group = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(of)))
    for rank in range(shape[0] if len(of) else 0):
        least = np.minimum.reduceat(metres, starts)
        shortest = np.flatnonzero(metres == least[group])
        shortest = shortest[np.diff(group[shortest], prepend=-1) != 0]
        walks.metres[rank, of[starts]] = least
        walks.straight_line[rank, of[starts]] = straight_line[shortest] & np.isfinite(least)
        # Other walks to the same site are none to the next.
        metres = np.where(to == to[shortest][group], np.inf, metres)
    return walks


def walks_between(sources: np.ndarray, targets: np.ndarray, *, farthest: float = FARTHEST_WALK) -> Walks:
    """Return the walks from each of k sources to each of j targets, in arrays of shape (k, j).

    Both are shapely geometries in degrees: points, or areas that are left by their edge. A walk of more than `farthest`
    metres is not looked for.
    """
    network = _network_around(np.concatenate([sources, targets]), farthest / 2)  # it goes out and comes back
    return _walks(network, sources, network.place(sources), targets, network.place(targets), farthest)


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


def _straight(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Metres between geometries, pair by pair, edge to edge."""
    if not len(some):
        return np.empty(0)
    # On a plane in metres: a degree east is shorter than one north, and another point of an edge would be the nearest.
    plane = Plane.around(np.concatenate([shapely.get_coordinates(some), shapely.get_coordinates(others)]))
    lines = shapely.shortest_line(shapely.transform(some, plane.metres), shapely.transform(others, plane.metres))
    ends = plane.degrees(shapely.get_coordinates(lines)).reshape(-1, 2, 2)
    return metres_between(ends[:, 0], ends[:, 1])


def _network_around(things: np.ndarray, margin: float) -> Network:
    """The streets around things, so many metres further than they reach."""
    points = shapely.get_coordinates(things)
    return network_on_foot(points, margin=margin) if len(points) else Network.on_foot(np.empty(0, dtype=object))
