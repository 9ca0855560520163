"""A network of streets, and things placed on it: each at the nearest point of a street, over a connector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.network.noding import Pieces, cut_at_junctions
from geo.plane import Plane

#: Metres from a street. What is farther has no way to it that we know.
FARTHEST_STREET = 250.0
#: Metres of street in all. Fewer that lead nowhere else are the alleys of a garden, or were cut by the edge of a file.
ISLET = 500.0
#: SciPy takes an edge of nothing for no edge.
LEAST_COST = 1e-6


@dataclass(frozen=True, slots=True)
class Stops:
    """Where k things stand on a network."""

    #: Number of the piece of street, of shape (k,); -1 where none is within `FARTHEST_STREET`.
    pieces: np.ndarray
    #: How far along the piece, from 0 to 1, of shape (k,).
    along: np.ndarray
    #: Metres from the thing to that point, in a straight line, of shape (k,).
    connectors: np.ndarray

    @property
    def placed(self) -> np.ndarray:
        """Which of them stand on the network, of shape (k,)."""
        return self.pieces >= 0

    def __getitem__(self, chosen: np.ndarray) -> Stops:
        """Return those of this mask or these numbers."""
        return Stops(self.pieces[chosen], self.along[chosen], self.connectors[chosen])


@dataclass(frozen=True, slots=True)
class Network:
    """Pieces of streets, and what it costs to go along each: metres on foot, seconds by car."""

    pieces: Pieces
    #: Cost from the beginning of each piece to its end, and back, of shape (m,); infinite against a one-way.
    there: np.ndarray
    back: np.ndarray
    #: The pieces on a plane in metres, where what is near is looked for.
    plane: Plane
    flat: np.ndarray
    #: Numbers of the pieces that things are placed on: those of islets are not.
    usable: np.ndarray
    #: These, to look up which is the nearest.
    tree: shapely.STRtree
    #: The same costs from node to node, of shape (n, n).
    streets: csr_array
    #: Cost of a metre beside the streets, on the connector of a stop.
    beside: float = 1.0

    @classmethod
    def on_foot(cls, lines: np.ndarray) -> Network:
        """Make one of the lines that can be walked (LineStrings, degrees); on foot there are no one-ways."""
        pieces = cut_at_junctions(lines)
        return cls.of(pieces, there=pieces.metres, back=pieces.metres)

    @classmethod
    def of(cls, pieces: Pieces, *, there: np.ndarray, back: np.ndarray, beside: float = 1.0) -> Network:
        """Make one of pieces and their costs, each of shape (m,)."""
        plane = Plane.around(pieces.nodes) if len(pieces.nodes) else Plane(0.0, 0.0)
        flat, usable = shapely.transform(pieces.lines, plane.metres), _beyond_islets(pieces)
        return cls(
            pieces=pieces,
            there=there,
            back=back,
            plane=plane,
            flat=flat,
            usable=usable,
            tree=shapely.STRtree(flat[usable]),
            streets=_cheapest(pieces, there, back),
            beside=beside,
        )

    def crossings(self) -> np.ndarray:
        """Return where three pieces or more meet (degrees), of shape (k, 2): no ends, no bends, no islets."""
        meeting = np.bincount(self.pieces.ends[self.usable].ravel(), minlength=len(self.pieces.nodes))
        return self.pieces.nodes[meeting >= 3]

    def place(self, things: np.ndarray) -> Stops:
        """Place k geometries (degrees), points or areas: each at the nearest street, measured from its edge."""
        count = len(things)
        stops = Stops(np.full(count, -1), np.zeros(count), np.full(count, np.inf))
        if not count or not len(self.usable):
            return stops
        flat = shapely.transform(things, self.plane.metres)
        thing, found = self.tree.query_nearest(flat, max_distance=FARTHEST_STREET, all_matches=False)
        found = self.usable[found]
        ways = shapely.shortest_line(flat[thing], self.flat[found])
        stops.pieces[thing] = found
        stops.connectors[thing] = shapely.length(ways)
        stops.along[thing] = shapely.line_locate_point(self.flat[found], shapely.get_point(ways, -1), normalized=True)
        return stops

    def costs_from(self, stops: Stops) -> tuple[np.ndarray, np.ndarray]:
        """Return what it costs from k stops to the beginning and to the end of their pieces, each of shape (k,)."""
        begin, end = _share(self.back[stops.pieces], stops.along), _share(self.there[stops.pieces], 1 - stops.along)
        return begin + self.beside * stops.connectors, end + self.beside * stops.connectors

    def costs_to(self, stops: Stops) -> tuple[np.ndarray, np.ndarray]:
        """Return what it costs to come to k stops from the beginning and from the end of their pieces, as above."""
        begin, end = _share(self.there[stops.pieces], stops.along), _share(self.back[stops.pieces], 1 - stops.along)
        return begin + self.beside * stops.connectors, end + self.beside * stops.connectors

    def costs_along(self, sources: Stops, targets: Stops) -> np.ndarray:
        """Return what it costs from k sources to k targets, each on the piece of its source, straight along it."""
        way = targets.along - sources.along
        straight = _share(np.where(way > 0, self.there[sources.pieces], self.back[sources.pieces]), np.abs(way))
        return straight + self.beside * (sources.connectors + targets.connectors)

    def matrix(self, stops: Stops) -> csr_array:
        """Return the costs from node to node, with k stops as nodes behind the others, which one only leaves."""
        size, streets = len(self.pieces.nodes) + len(stops.pieces), self.streets
        out = streets.indptr[-1] + 2 * np.arange(1, len(stops.pieces) + 1)
        costs = np.column_stack(self.costs_from(stops)).clip(LEAST_COST)
        return csr_array(
            (
                np.concatenate([streets.data, costs.ravel()]),
                np.concatenate([streets.indices, self.pieces.ends[stops.pieces].ravel()]),
                np.concatenate([streets.indptr, out]),
            ),
            shape=(size, size),
        )


def _share(costs: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Parts of costs: none of an infinite one is nothing."""
    return np.where(shares > 0, costs, 0.0) * shares


def _cheapest(pieces: Pieces, there: np.ndarray, back: np.ndarray) -> csr_array:
    """Costs from node to node: the cheapest of several pieces between the same two, which SciPy would add up."""
    size, (begin, end) = len(pieces.nodes), pieces.ends.T
    rows, columns = np.concatenate([begin, end]), np.concatenate([end, begin])
    costs = np.concatenate([there, back]).clip(LEAST_COST)
    order = np.lexsort((costs, columns, rows))
    order = order[np.isfinite(costs[order])]
    rows, columns = rows[order], columns[order]
    first = np.flatnonzero(np.diff(rows, prepend=-1) | np.diff(columns, prepend=-1))
    starts = np.searchsorted(rows[first], np.arange(size + 1))
    return csr_array((costs[order][first], columns[first], starts), shape=(size, size))


def _beyond_islets(pieces: Pieces) -> np.ndarray:
    """Numbers of the pieces that lead somewhere; the largest islet's where there is nothing else."""
    size = len(pieces.nodes)
    if not size:
        return np.empty(0, dtype=int)
    begin, end = pieces.ends.T
    _, part = connected_components(csr_array((np.ones(len(begin)), (begin, end)), shape=(size, size)), directed=False)
    metres = np.bincount(part[begin], pieces.metres)
    return np.flatnonzero(metres[part[begin]] >= min(ISLET, metres.max()))
