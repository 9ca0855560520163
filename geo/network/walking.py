"""How far it is along a network: to the nearest of many sources, or between two places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from geo.network.graph import Network, Stops

#: So many sources go through one search at a time: a row of distances for each.
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each of k targets, the nearest of the sources."""

    #: Metres (or seconds by car), of shape (k,); infinite beyond the limit, and where no way leads.
    costs: np.ndarray
    #: Number of that source, of shape (k,); -1 where there is none.
    sources: np.ndarray


@dataclass(frozen=True, slots=True)
class Ways:
    """Some ways: from which source to which target, and what they cost; arrays of one shape, in no order."""

    targets: np.ndarray
    sources: np.ndarray
    costs: np.ndarray


def nearest_source(network: Network, sources: Stops, targets: Stops, *, limit: float = np.inf) -> Nearest:
    """Return how far each target is from the nearest source, and which that is, by one search from all sources.

    On foot both connectors count; the ways of a target that is not on the network are infinite.
    """
    usable = np.flatnonzero(sources.placed)
    leaving = sources[usable]
    nearest = Nearest(np.full(len(targets.pieces), np.inf), np.full(len(targets.pieces), -1))
    placed = np.flatnonzero(targets.placed)
    if not len(usable) or not len(placed):
        return nearest
    coming = targets[placed]
    nodes = len(network.pieces.nodes)
    reached, _, origin = dijkstra(
        network.matrix(leaving),
        indices=nodes + np.arange(len(usable)),
        min_only=True,
        limit=limit,
        return_predecessors=True,
    )
    begin, end = network.pieces.ends[coming.pieces].T
    from_begin, from_end = network.costs_to(coming)
    by_begin, by_end = reached[begin] + from_begin, reached[end] + from_end
    costs, by = np.minimum(by_begin, by_end), np.where(by_begin <= by_end, origin[begin], origin[end]) - nodes
    target, source, direct = _on_one_piece(network, leaving, coming)
    # The cheapest last: of several values for one place NumPy keeps that.
    for_one = np.argsort(-direct, kind="stable")
    for_one = for_one[direct[for_one] < costs[target[for_one]]]
    costs[target[for_one]], by[target[for_one]] = direct[for_one], source[for_one]
    within = np.isfinite(costs) & (costs <= limit)
    nearest.costs[placed[within]] = costs[within]
    nearest.sources[placed[within]] = usable[by[within]]
    return nearest


def near_sources(network: Network, sources: Stops, targets: Stops, *, count: int, limit: float = np.inf) -> Ways:
    """Return ways to each target among which are those from the `count` sources that are nearest to it.

    Who is not among so many nearest to either end of its piece, nor on it, is not among so many nearest to a target.
    """
    if count == 1:  # one search for all sources, ten times as fast
        nearest = nearest_source(network, sources, targets, limit=limit)
        found = np.flatnonzero(nearest.sources >= 0)
        return Ways(found, nearest.sources[found], nearest.costs[found])
    usable, placed = np.flatnonzero(sources.placed), np.flatnonzero(targets.placed)
    leaving, coming, nodes = sources[usable], targets[placed], len(network.pieces.nodes)
    costs, by = np.empty((0, nodes)), np.empty((0, nodes), dtype=int)
    for start in range(0, len(usable), AT_ONCE):
        some = np.arange(start, min(start + AT_ONCE, len(usable)))
        matrix = network.matrix(leaving[some])
        costs = np.concatenate([costs, dijkstra(matrix, indices=nodes + some - start, limit=limit)[:, :nodes]])
        by = np.concatenate([by, np.broadcast_to(some[:, None], (len(some), nodes))])
        if len(costs) > count:
            best = np.argpartition(costs, count - 1, axis=0)[:count]
            costs, by = np.take_along_axis(costs, best, 0), np.take_along_axis(by, best, 0)
    begin, end = network.pieces.ends[coming.pieces].T
    from_begin, from_end = network.costs_to(coming)
    every = np.broadcast_to(np.arange(len(placed)), (len(costs), len(placed)))
    target, source, direct = _on_one_piece(network, leaving, coming)
    ways = Ways(
        targets=np.concatenate([every.ravel(), every.ravel(), target]),
        sources=np.concatenate([by[:, begin].ravel(), by[:, end].ravel(), source]),
        costs=np.concatenate([(costs[:, begin] + from_begin).ravel(), (costs[:, end] + from_end).ravel(), direct]),
    )
    near = np.isfinite(ways.costs) & (ways.costs <= limit)
    return Ways(placed[ways.targets[near]], usable[ways.sources[near]], ways.costs[near])


def between(network: Network, sources: Stops, targets: Stops, *, limit: float = np.inf) -> np.ndarray:
    """Return how far each of j targets is from each of k sources, of shape (k, j); infinite where no way leads."""
    costs = np.full((len(sources.pieces), len(targets.pieces)), np.inf)
    usable, placed = np.flatnonzero(sources.placed), np.flatnonzero(targets.placed)
    coming, nodes = targets[placed], len(network.pieces.nodes)
    begin, end = network.pieces.ends[coming.pieces].T
    from_begin, from_end = network.costs_to(coming)
    for start in range(0, len(usable), AT_ONCE):
        some = usable[start : start + AT_ONCE]
        leaving = sources[some]
        reached = dijkstra(network.matrix(leaving), indices=nodes + np.arange(len(some)), limit=limit)
        found = np.minimum(reached[:, begin] + from_begin, reached[:, end] + from_end)
        target, source, direct = _on_one_piece(network, leaving, coming)
        np.minimum.at(found, (source, target), direct)
        costs[np.ix_(some, placed)] = np.where(found <= limit, found, np.inf)
    return costs


def _on_one_piece(network: Network, sources: Stops, targets: Stops) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each target with each source on the same piece, and what it costs straight along: (targets, sources, costs)."""
    order = np.argsort(sources.pieces, kind="stable")
    standing = sources.pieces[order]
    first, after = (np.searchsorted(standing, targets.pieces, side) for side in ("left", "right"))
    counts = after - first
    target = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(target)) - np.repeat(np.cumsum(counts) - counts, counts)
    source = order[np.repeat(first, counts) + rank]
    return target, source, network.costs_along(sources[source], targets[target])
