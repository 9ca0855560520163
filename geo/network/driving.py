"""The network for cars: which streets, how fast, which way; and the way itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from geo.network.graph import Network, Stops
from geo.network.noding import cut_at_junctions

#: Kilometres per hour, crossings included, by OSM `highway` and BD TOPO `nature`; on other classes no car fits.
SPEEDS = {
    "motorway": 110, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 45, "primary_link": 40,
    "secondary": 40, "secondary_link": 35, "tertiary": 35, "tertiary_link": 30, "unclassified": 35, "road": 30,
    "residential": 25, "living_street": 15, "service": 15,
    "Type autoroutier": 110, "Bretelle": 60, "Route à 2 chaussées": 50, "Route à 1 chaussée": 30, "Rond-point": 30,
    "Route empierrée": 15,
    "": 30,
}  # fmt: skip
#: Seconds for a metre between the car and the door, at 5 km/h.
ON_FOOT = 3.6 / 5


@dataclass(frozen=True, slots=True)
class Route:
    """A way by car, from street to street."""

    seconds: float
    #: Along the streets, without the steps from and to the doors.
    metres: float
    #: In degrees.
    line: shapely.LineString


def by_car(lines: np.ndarray, classes: Sequence[str], one_ways: Sequence[str]) -> Network:
    """Make the network of LineStrings (degrees) with their classes and directions; costs are seconds."""
    speeds = np.array([SPEEDS.get(one, 0) for one in classes], dtype=float)
    fits = np.flatnonzero(speeds)
    pieces = cut_at_junctions(lines[fits])
    one_way = np.array(one_ways, dtype=object)[fits][pieces.streets]
    seconds = pieces.metres * 3.6 / speeds[fits][pieces.streets]
    return Network.of(
        pieces,
        there=np.where(one_way == "backward", np.inf, seconds),
        back=np.where(one_way == "forward", np.inf, seconds),
        beside=ON_FOOT,
    )


def quickest(network: Network, source: Stops, target: Stops) -> Route | None:
    """Return the quickest way from one stop to another; None where none leads, or one is off the network.

    Turns that are forbidden are not known.
    """
    if not (source.placed[0] and target.placed[0]):
        return None
    nodes = len(network.pieces.nodes)
    reached, before = dijkstra(network.matrix(source), indices=nodes, return_predecessors=True)
    ends = network.pieces.ends[target.pieces[0]]
    arriving = [reached[end] + further[0] for end, further in zip(ends, network.costs_to(target), strict=True)]
    straight = network.costs_along(source, target)[0] if source.pieces[0] == target.pieces[0] else np.inf
    seconds = min(*arriving, straight)
    if not np.isfinite(seconds):
        return None
    if straight == seconds:
        parts = [(source.pieces[0], source.along[0], target.along[0])]
    else:
        last = int(np.argmin(arriving))
        passed = _passed(before, ends[last], nodes)
        hops = [_hop(network, one, other) for one, other in pairwise(passed)]
        parts = [_leaving(network, source, passed[0]), *hops, (target.pieces[0], float(last), target.along[0])]
    metres = sum(network.pieces.metres[piece] * abs(end - start) for piece, start, end in parts)
    return Route(float(seconds), float(metres), _line(network, parts))


def _passed(before: np.ndarray, last: int, source: int) -> list[int]:
    """Numbers of the nodes on the way, in its order."""
    passed = [int(last)]
    while (node := int(before[passed[-1]])) != source:
        passed.append(node)
    return passed[::-1]


def _leaving(network: Network, source: Stops, node: int) -> tuple[int, float, float]:
    """The part of its own piece on which a source comes to the first node."""
    costs = np.array([cost[0] for cost in network.costs_from(source)])
    costs[network.pieces.ends[source.pieces[0]] != node] = np.inf
    return source.pieces[0], source.along[0], float(np.argmin(costs))


def _hop(network: Network, one: int, other: int) -> tuple[int, float, float]:
    """The cheapest piece from a node to the next, and which way it is driven."""
    begin, end = network.pieces.ends.T
    there = np.where((begin == one) & (end == other), network.there, np.inf)
    back = np.where((end == one) & (begin == other), network.back, np.inf)
    if there.min() <= back.min():
        return int(np.argmin(there)), 0.0, 1.0
    return int(np.argmin(back)), 1.0, 0.0


def _line(network: Network, parts: list[tuple[int, float, float]]) -> shapely.LineString:
    drawn = [substring(network.pieces.lines[piece], start, end, normalized=True) for piece, start, end in parts]
    vertices = np.concatenate([shapely.get_coordinates(part) for part in drawn])
    moves = np.append(True, (vertices[1:] != vertices[:-1]).any(axis=1))
    kept = vertices[moves]
    return shapely.LineString(kept if len(kept) > 1 else np.repeat(kept, 2, axis=0))
