"""Chooses the few sites that serve most homes: the maximal covering location problem, solved exactly (ADR 36).

R. Church, C. ReVelle, *The maximal covering location problem*, Papers of the Regional Science Association 32 (1974).
A good choice and a Lagrangian bound prove most sites to be in no better choice; what is left of the problem is made
smaller without losing an optimum, and given to HiGHS (https://highs.dev) by SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

#: Seconds that HiGHS is given, and ones of the matrix: larger ones it does not leave in time.
SECONDS, MOST_ONES = 2.5, 150_000
#: Pairs of sites that cover a thing: what is compared in a second.
MOST_PAIRS = 100_000_000
#: Steps towards the least bound, and of how many without a better one the next are half as long.
STEPS, PATIENCE = 300, 12
#: Of whole numbers that are added up in floating point.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Covering:
    """A choice of sites."""

    #: Numbers of the sites chosen, the one that adds most first; fewer where others would add nothing.
    chosen: np.ndarray
    #: Weight that they cover together, and what no choice of as many can exceed.
    covered: int
    bound: int


def cover_most(covers: csr_array, weights: np.ndarray, count: int, *, seconds: float = SECONDS) -> Covering:
    """Choose at most `count` of m sites so that what they cover weighs most.

    Parameters
    ----------
    covers : which of n things each site covers: ones, of shape (m, n)
    weights : whole numbers, of shape (n,)
    count : how many sites, 1 or more
    seconds : time for the solver

    Examples
    --------
    The second covers most alone; the first and the third together cover all.

    >>> covers = csr_array(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]))
    >>> best = cover_most(covers, np.array([2, 3, 3, 2]), 2)
    >>> best.chosen.tolist(), best.covered, best.bound
    ([0, 2], 10, 10)
    """
    covers, weights = _merged(csr_array(covers, dtype=np.int64), np.asarray(weights, dtype=np.int64))
    known = _exchanged(covers, weights, _one_by_one(covers, weights, count))
    covered = bound = _worth(covers, weights, known)
    # One, or all that add anything, is the best by itself.
    if 1 < count == len(known):
        left, bound = _that_may_be_better(covers, weights, count, covered)
        found, proved = _solved(covers[left], weights, count, seconds)
        bound = min(bound, max(proved, covered))
        if _worth(covers, weights, left[found]) > covered:
            known, covered = left[found], _worth(covers, weights, left[found])
    order = _one_by_one(covers[known], weights, len(known))
    return Covering(known[order], covered, bound)


def _worth(covers: csr_array, weights: np.ndarray, sites: np.ndarray) -> int:
    """What some sites cover together."""
    return int(weights[np.unique(covers[sites].indices)].sum())


def _merged(covers: csr_array, weights: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """Things that the same sites cover as one of them all; those that none covers are left out."""
    by_thing = covers.tocsc()
    by_thing.sort_indices()
    first: dict[bytes, int] = {}
    group = np.full(len(weights), -1)
    for thing in np.flatnonzero((np.diff(by_thing.indptr) > 0) & (weights > 0)):
        told = by_thing.indices[by_thing.indptr[thing] : by_thing.indptr[thing + 1]].tobytes()
        group[thing] = first.setdefault(told, len(first))
    those = np.flatnonzero(group >= 0)
    merged = np.bincount(group[those], weights[those], minlength=len(first)).astype(np.int64)
    one_of_each = those[np.unique(group[those], return_index=True)[1]]
    return csr_array(by_thing[:, one_of_each]), merged


def _one_by_one(covers: csr_array, weights: np.ndarray, count: int) -> np.ndarray:
    """The site that adds most, then the one that adds most to it, and so on: at least 63 % of the best (1 - 1/e)."""
    left, chosen = weights.copy(), []
    while len(chosen) < min(count, covers.shape[0]):
        gains = covers @ left
        best = int(np.argmax(gains))
        if gains[best] == 0:
            break
        chosen.append(best)
        left[covers[[best]].indices] = 0
    return np.array(chosen, dtype=int)


def _exchanged(covers: csr_array, weights: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Exchange one site for another for as long as that covers more."""
    worth, is_better = _worth(covers, weights, chosen), True
    while is_better:
        is_better = False
        for place in range(len(chosen)):
            others = np.delete(chosen, place)
            left = weights.copy()
            left[covers[others].indices] = 0
            gains = covers @ left
            best = int(np.argmax(gains))
            if weights.sum() - left.sum() + gains[best] > worth:
                chosen, is_better = np.append(others, best), True
                worth = int(weights.sum() - left.sum() + gains[best])
    return chosen


def _that_may_be_better(covers: csr_array, weights: np.ndarray, count: int, known: int) -> tuple[np.ndarray, int]:
    """Numbers of the sites that may be in a choice worth more than what is known, and what no choice exceeds.

    For any price of each thing from 0 to its weight, no choice is worth more than the weights above the prices and the
    prices that the best `count` sites collect (Lagrange). A site with which that is no more than what is known is out.
    Prices are moved towards the least of these bounds (subgradients, N. Shor; steps by B. Polyak).
    """
    left, prices = np.arange(covers.shape[0]), weights / 2
    least, step, since = float(weights.sum()), 1.0, 0
    for _ in range(STEPS):
        collected = covers @ prices
        best = np.argsort(-collected, kind="stable")[:count]
        bound = float((weights - prices).sum() + collected[best].sum())
        least, step, since = (bound, step, 0) if bound < least else (least, step, since + 1)
        may_be = np.minimum(bound, bound - collected[best[-1]] + collected) > known + 1 - ROUNDING
        if least < known + 1 - ROUNDING or not may_be.any():
            return np.empty(0, dtype=int), known
        downhill = np.bincount(covers[best].indices, minlength=len(weights)) - 1.0
        downhill[((prices <= 0) & (downhill > 0)) | ((prices >= weights) & (downhill < 0))] = 0
        if not downhill.any():
            break
        if since > PATIENCE:
            step, since = step / 2, 0
        prices = np.clip(prices - step * (bound - known) / (downhill @ downhill) * downhill, 0, weights)
        if not may_be.all():
            left, covers = left[may_be], covers[may_be]
    return left, int(np.floor(least + ROUNDING))


def _solved(covers: csr_array, weights: np.ndarray, count: int, seconds: float) -> tuple[np.ndarray, int]:
    """Numbers of the sites that HiGHS chooses, and the bound that it proves; of no sites, or of too many, none."""
    sites = np.arange(covers.shape[0])
    while True:
        shape = covers.shape
        covers, weights = _merged(covers, weights)
        if (np.bincount(covers.indices, minlength=1) ** 2).sum() > MOST_PAIRS:
            return np.empty(0, dtype=int), int(weights.sum())
        kept = _not_dominated(covers)
        sites, covers = sites[kept], covers[kept]
        if covers.shape == shape:
            break
    if not len(sites):
        return sites, 0
    if covers.nnz > MOST_ONES:
        return np.empty(0, dtype=int), int(weights.sum())
    chosen, bound = _by_highs(covers, weights, count, seconds)
    return sites[chosen], bound


def _not_dominated(covers: csr_array) -> np.ndarray:
    """Numbers of the sites of which no other covers all that they cover; of equals the first.

    Any choice with a site that is left out is as good with the other.
    """
    sizes = np.diff(covers.indptr)
    common = (covers @ covers.T).tocoo()
    one, other = common.coords
    within = (common.data == sizes[one]) & (one != other)
    more = (sizes[other] > sizes[one]) | ((sizes[other] == sizes[one]) & (other < one))
    dominated = np.zeros(len(sizes), dtype=bool)
    dominated[one[within & more]] = True
    return np.flatnonzero(~dominated & (sizes > 0))


def _by_highs(covers: csr_array, weights: np.ndarray, count: int, seconds: float) -> tuple[np.ndarray, int]:
    """Choose by mixed-integer programming."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # 0.3 s: loaded when first used
    from scipy.sparse import eye_array, hstack

    sites, things = covers.shape
    is_chosen, is_covered = np.ones(sites), np.zeros(things)
    result = milp(
        np.concatenate([np.zeros(sites), -weights.astype(float)]),
        integrality=np.concatenate([is_chosen, is_covered]),
        bounds=Bounds(0, 1),
        constraints=[
            # A thing is covered no more than by how many of its sites are chosen.
            LinearConstraint(hstack([covers.T, -eye_array(things)], format="csr"), 0, np.inf),
            LinearConstraint(np.concatenate([is_chosen, is_covered])[None], 0, count),
        ],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = -result.mip_dual_bound if result.mip_dual_bound is not None else weights.sum()
    found = np.flatnonzero(result.x[:sites] > 0.5) if result.x is not None else np.empty(0, dtype=int)
    return found, int(np.floor(min(bound, weights.sum()) + ROUNDING))
