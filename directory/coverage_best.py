"""Where should the next sites be? The few places that serve most of the homes that are too far, those that exist kept.

Candidates are the crossings of the town's streets, public and the same for everyone; where no streets are loaded, the
buildings that are missed. Homes are weighed, not people: dwellings are known everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import shapely
from django.utils.translation import gettext as _
from scipy.sparse import csr_array

from directory.coverage import Coverage
from directory.maximal_covering import cover_most
from directory.proposed_sites import DIGITS
from geo.errors import InvalidParameter
from geo.nearness import discs_around, sites_within
from geo.walks import Doorsteps

#: Sites that are looked for at once.
MOST = 5
#: Candidates: what takes some seconds, in a town of a hundred thousand homes.
MOST_CANDIDATES = 6_000


class Among(Enum):
    """What the candidates are."""

    CROSSINGS = "crossings"
    BUILDINGS = "buildings"


@dataclass(frozen=True, slots=True, eq=False)
class BestSites:
    """The best next sites, the one that adds most first."""

    #: Longitudes and latitudes, shape (k, 2): fewer than asked for where others would add nothing.
    sites: np.ndarray
    #: Homes newly served by each alone, and by all together.
    alone: list[int]
    together: int
    #: No choice of as many candidates serves more homes anew than this.
    bound: int
    among: Among
    candidates: int

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
    places, among = _candidates(answer, missed)
    if len(places) > MOST_CANDIDATES:
        raise InvalidParameter("best", _("Cette commune est trop grande : choisissez une distance plus courte."))
    covers = _covers(answer, places, missed)
    best = cover_most(covers, homes, count)
    alone = covers[best.chosen] @ homes
    return BestSites(places[best.chosen], alone.tolist(), best.covered, best.bound, among, len(places))


def _candidates(answer: Coverage, missed: np.ndarray) -> tuple[np.ndarray, Among]:
    """Where a site may be, in the town and near enough to a home that is missed, of shape (m, 2) in degrees."""
    from scipy.spatial import KDTree  # 0.2 s: loaded when first used

    housing, town = answer.housing, answer.request.town
    if not len(missed):
        return np.empty((0, 2)), Among.CROSSINGS
    crossings = Doorsteps.kept(housing.buildings).network.crossings()
    if len(crossings):
        places, among = crossings, Among.CROSSINGS
    else:
        middles = shapely.get_coordinates(shapely.point_on_surface(housing.footprints[missed]))
        places, among = housing.plane.degrees(middles), Among.BUILDINGS
    # As the address of the page says them: what is promised is what they serve once they are added.
    places = np.unique(places.round(DIGITS), axis=0)
    if town.boundary:
        boundary = shapely.from_wkb(bytes(town.boundary.wkb))
        shapely.prepare(boundary)
        places = places[shapely.covers(boundary, shapely.points(places))]
    # No walk is shorter than the straight line, and no wall farther from the middle of a building than its reach.
    middles, reach = discs_around(housing.footprints[missed])
    far, _building = KDTree(middles).query(housing.plane.metres(places))
    return places[far <= answer.request.threshold.m + reach.max()], among


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
