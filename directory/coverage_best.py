"""Where should the next sites be? The few places that serve most of the homes that are too far, those that exist kept.

Homes are weighed, not people: dwellings are known everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array

from directory.candidate_sites import Candidates, candidates_for
from directory.coverage import Coverage
from directory.maximal_covering import cover_most
from geo.nearness import sites_within
from geo.walks import Doorsteps

#: Sites that are looked for at once.
MOST = 5


@dataclass(frozen=True, slots=True, eq=False)
class BestSites:
    """The best next sites, the one that adds most first."""

    #: Longitudes and latitudes, shape (k, 2): fewer than asked for where others would add nothing.
    sites: np.ndarray
    #: Homes newly served by each alone, and by all together.
    alone: list[int]
    together: int
    #: No choice of as many of these candidates serves more homes anew than this.
    bound: int
    among: Candidates

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that no other choice serves more."""
        return self.together >= self.bound

    @property
    def gap(self) -> float:
        """How much of the best may be missing, from 0 to 1."""
        return 1 - self.together / self.bound if self.bound else 0.0


def best_sites(answer: Coverage, count: int) -> BestSites:
    """Find the `count` candidates that together serve most homes that are too far; each has all the services.

    Raises `InvalidParameter` where there are too many candidates for a server to look through.
    """
    missed = np.flatnonzero(~answer.served)
    homes = answer.housing.homes[missed]
    among = candidates_for(answer, missed)
    covers = _covers(answer, among.places, missed)
    best = cover_most(covers, homes, count)
    alone = covers[best.chosen] @ homes
    return BestSites(among.places[best.chosen], alone.tolist(), best.covered, best.bound, among)


def _covers(answer: Coverage, places: np.ndarray, missed: np.ndarray) -> csr_array:
    """Which of the buildings that are missed each of m places serves: ones, of shape (m, n)."""
    housing, within = answer.housing, answer.request.threshold.m
    shape = len(places), len(missed)
    if not all(shape):
        return csr_array(shape, dtype=np.int64)
    if answer.request.pace:
        reached = Doorsteps.kept(housing.buildings).reached(shapely.points(places), within)
        return csr_array(reached[:, missed], dtype=np.int64)
    site, footprint = sites_within(housing.footprints[missed], housing.plane.metres(places), within)
    return csr_array((np.ones(len(site), dtype=np.int64), (site, footprint)), shape=shape)
