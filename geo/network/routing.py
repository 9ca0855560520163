"""The cheapest ways over a network, as lines: in metres on foot, in seconds by car."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from geo.network.graph import Network, Stops


@dataclass(frozen=True, slots=True)
class Route:
    """A way from street to street."""

    #: As the network tells it, the steps from and to the doors included: metres on foot, seconds by car.
    cost: float
    #: Along the streets, without these steps.
    metres: float
    #: In degrees.
    line: shapely.LineString


def routes(network: Network, source: Stops, targets: Stops, *, limit: float = np.inf) -> list[Route | None]:
    """Return the cheapest way from one stop to each of k others, found by one search.

    None where none that costs no more than the limit leads, or one of the two is off the network. Turns that are
    forbidden are not known.
    """
    if not source.placed[0]:
        return [None] * len(targets.pieces)
    source_node = len(network.pieces.nodes)
    reached, before = dijkstra(network.matrix(source), indices=source_node, return_predecessors=True, limit=limit)
    there = [targets[[number]] for number in range(len(targets.pieces))]
    found = [_route(network, source, one, reached, before) if one.placed[0] else None for one in there]
    return [one if one and one.cost <= limit else None for one in found]


def _route(network: Network, source: Stops, target: Stops, reached: np.ndarray, before: np.ndarray) -> Route | None:
    ends = network.pieces.ends[target.pieces[0]]
    arriving = [reached[end] + further[0] for end, further in zip(ends, network.costs_to(target), strict=True)]
    straight = network.costs_along(source, target)[0] if source.pieces[0] == target.pieces[0] else np.inf
    cost = min(*arriving, straight)
    if not np.isfinite(cost):
        return None
    if straight == cost:
        parts = [(source.pieces[0], source.along[0], target.along[0])]
    else:
        last = int(np.argmin(arriving))
        passed = _passed(before, ends[last], len(network.pieces.nodes))
        hops = [_hop(network, one, other) for one, other in pairwise(passed)]
        parts = [_leaving(network, source, passed[0]), *hops, (target.pieces[0], float(last), target.along[0])]
    metres = sum(network.pieces.metres[piece] * abs(end - start) for piece, start, end in parts)
    return Route(float(cost), float(metres), _line(network, parts))


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
