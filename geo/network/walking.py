"""How far it is along a network: to the nearest of many sources, or between two places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.network.graph import LEAST_COST, Network, Stops

#: So many sources go through one search at a time: a row of distances for each.
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Ways:
    """Some ways: from which source to which target, and what they cost (metres, seconds by car); of one shape."""

    targets: np.ndarray
    sources: np.ndarray
    costs: np.ndarray


def near_sources(network: Network, sources: Stops, targets: Stops, *, count: int, limit: float = np.inf) -> Ways:
    """Return ways to each target, in the order of targets, among which are those from the `count` nearest sources.

    Who is not among so many nearest to either end of its piece, nor on it, is not among so many nearest to a target.
    On foot both connectors count; no way leads to a target that is not on the network.
    """
    usable, placed = np.flatnonzero(sources.placed), np.flatnonzero(targets.placed)
    leaving, coming = sources[usable], targets[placed]
    costs, by = _nearest_to_nodes(network, leaving, count, limit)
    ends = network.pieces.ends[coming.pieces]
    # Target by target: both ends of its piece with each of the nearest to it.
    by_ends = costs.T[ends] + np.column_stack(network.costs_to(coming))[:, :, None]
    target, source, direct = _on_one_piece(network, leaving, coming)
    ways = Ways(
        targets=np.concatenate([np.repeat(np.arange(len(placed)), 2 * len(costs)), target]),
        sources=np.concatenate([by.T[ends].ravel(), source]),
        costs=np.concatenate([by_ends.ravel(), direct]),
    )
    near = np.flatnonzero(np.isfinite(ways.costs) & (ways.costs <= limit))
    near = near[np.argsort(ways.targets[near], kind="stable")]
    return Ways(placed[ways.targets[near]], usable[ways.sources[near]], ways.costs[near])


def _nearest_to_nodes(network: Network, sources: Stops, count: int, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Costs from the `count` nearest sources to each node and which these are, each of shape (count, n).

    One search for each rank. The way of the n-th nearest comes over a neighbour, where that source is among the n
    nearest too: either already known, and not yet known here; or the n-th there as well, where both know the same ones.
    """
    size, streets = len(network.pieces.nodes), network.streets
    before, after = np.repeat(np.arange(size), np.diff(streets.indptr)), streets.indices
    entered, entering = (
        network.pieces.ends[sources.pieces].ravel(),
        np.column_stack(network.costs_from(sources)).ravel(),
    )
    owner = np.repeat(np.arange(len(sources.pieces)), 2)
    costs, by = np.full((count, size), np.inf), np.full((count, size), -1)
    for rank in range(count if len(owner) else 0):
        news = np.full(len(before), rank)
        for known in reversed(range(rank)):
            news[(by[:rank, after] != by[known, before]).all(axis=0)] = known
        told = news < rank
        unheard = (by[:rank, entered] != owner).all(axis=0)
        begins = _Beginnings.cheapest(
            nodes=np.concatenate([entered[unheard], after[told]]),
            sources=np.concatenate([owner[unheard], by[news[told], before[told]]]),
            costs=np.concatenate([entering[unheard], costs[news[told], before[told]] + streets.data[told]]),
        )
        costs[rank], by[rank] = begins.spread(streets, ~told, limit)
    return costs, by


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """Where a search begins: at some nodes, each with what it costs to be there and the source one comes from."""

    nodes: np.ndarray
    sources: np.ndarray
    costs: np.ndarray

    @classmethod
    def cheapest(cls, *, nodes: np.ndarray, sources: np.ndarray, costs: np.ndarray) -> _Beginnings:
        """Of several at one node keep the cheapest."""
        order = np.lexsort((costs, nodes))
        order = order[np.isfinite(costs[order])]
        first = order[np.diff(nodes[order], prepend=-1) != 0]
        return cls(nodes[first], sources[first], costs[first])

    def spread(self, streets: csr_array, ways: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """Go on from there over those of the ways between nodes that this mask leaves: costs, and sources, of nodes."""
        size, more = streets.shape[0], len(self.nodes)
        if not more:
            return np.full(size, np.inf), np.full(size, -1)
        kept = np.concatenate([[0], np.cumsum(ways)])[streets.indptr]
        graph = csr_array(
            (
                np.concatenate([streets.data[ways], self.costs.clip(LEAST_COST)]),
                np.concatenate([streets.indices[ways], self.nodes]),
                np.concatenate([kept, kept[-1] + np.arange(1, more + 1)]),
            ),
            shape=(size + more, size + more),
        )
        reached, _, origin = dijkstra(
            graph, indices=size + np.arange(more), min_only=True, limit=limit, return_predecessors=True
        )
        found = np.isfinite(reached[:size])
        return reached[:size], np.where(found, self.sources[np.where(found, origin[:size] - size, 0)], -1)


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
