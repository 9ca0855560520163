"""Where a next site may be: at the crossings of a town; where these reach no home, at the buildings themselves.

Public places, everywhere alike. There are as many as a server looks through in some seconds: where all would be more,
one in each square of a grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from directory.coverage import Coverage
from directory.proposed_sites import DIGITS
from geo.entrances import REACH
from geo.errors import InvalidParameter
from geo.nearness import discs_around, nearest_sites
from geo.walks import Doorsteps

#: Candidates with the missed buildings about them, and on foot with all doors: what takes three seconds, and 250 MB.
MOST_PAIRS, MOST_WAYS = 2_000_000, 30_000_000
#: Sides of the squares, in parts of the threshold: the first that leaves few enough is taken; 0 leaves all.
SIDES = (0.0, 0.1, 0.2, 0.4)
#: A plane measures up to so much more than the way that it stands for; most walks are so much longer than that way.
PLANE, DETOUR = 1.01, 1.25


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Where a site may be."""

    #: Longitudes and latitudes, of shape (m, 2): so many crossings, then places of buildings.
    places: np.ndarray
    crossings: int
    #: Metres: one in each square of this side was looked at; 0 where all were.
    side: float = 0.0

    def __len__(self) -> int:
        return len(self.places)

    @property
    def buildings(self) -> int:
        """How many are places of buildings that no crossing is near enough to."""
        return len(self) - self.crossings


def candidates_for(answer: Coverage, missed: np.ndarray) -> Candidates:
    """Return where a site may be, in the town, for the buildings with these numbers, which are too far from any.

    Raises `InvalidParameter` where there are too many for a server to look through.
    """
    if not len(missed):
        return Candidates(np.empty((0, 2)), 0)
    crossings, places = _crossings(answer, missed), _places_of(answer, missed)
    for share in SIDES:
        side = share * answer.request.threshold.m
        some = _one_a_square(answer, crossings, side)
        # What the address of the page cannot say is not looked at: what is promised is what they serve once added.
        others = np.unique(places[_metres_to(answer, some, missed) > answer.request.threshold.m], axis=0)
        found = np.concatenate([some, _one_a_square(answer, _in_town(answer, others), side)])
        if _are_few(answer, found, missed):
            return Candidates(found, len(some), side)
    raise InvalidParameter("best", _("Cette commune est trop grande : choisissez une distance plus courte."))


def _crossings(answer: Coverage, missed: np.ndarray) -> np.ndarray:
    """The crossings of the town that are near enough to a home that is missed, or seem so."""
    from scipy.spatial import KDTree  # 0.2 s: loaded when first used

    housing = answer.housing
    crossings = Doorsteps.kept(housing.buildings).network.crossings()
    crossings = _in_town(answer, np.unique(crossings.round(DIGITS), axis=0))
    if not len(crossings):
        return crossings
    # No walk is shorter than the straight line from its door, no door farther from a wall than it may be, and no wall
    # farther from the middle of its building than the building reaches.
    middles, reach = discs_around(housing.footprints[missed])
    far, _building = KDTree(middles).query(housing.plane.metres(crossings))
    doors = REACH if answer.request.pace else 0
    return crossings[far <= PLANE * answer.request.threshold.m + reach.max() + doors]


def _places_of(answer: Coverage, missed: np.ndarray) -> np.ndarray:
    """A place that serves each building, of shape (n, 2): on foot where its door meets a street, else in its walls."""
    housing = answer.housing
    if answer.request.pace:
        return Doorsteps.kept(housing.buildings).kerbs()[missed].round(DIGITS)
    inside = shapely.get_coordinates(shapely.point_on_surface(housing.footprints[missed]))
    return housing.plane.degrees(inside).round(DIGITS)


def _metres_to(answer: Coverage, places: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """How far each building is from the nearest place, as coverage measures it; infinite where there is none."""
    housing = answer.housing
    if not len(places):
        return np.full(len(missed), np.inf)
    if answer.request.pace:
        return Doorsteps.kept(housing.buildings).walks_to(shapely.points(places)).metres[0][missed]
    return nearest_sites(housing.footprints[missed], housing.plane.metres(places), count=1)[0][:, 0]


def _in_town(answer: Coverage, places: np.ndarray) -> np.ndarray:
    boundary = answer.request.town.boundary
    if not boundary:
        return places
    area = shapely.from_wkb(bytes(boundary.wkb))
    shapely.prepare(area)
    return places[shapely.covers(area, shapely.points(places))]


def _one_a_square(answer: Coverage, places: np.ndarray, side: float) -> np.ndarray:
    """Of the places in each square of this side (metres) the one that is nearest to its middle; all, of no side."""
    if not side or not len(places):
        return places
    flat = answer.housing.plane.metres(places) / side
    squares = np.floor(flat)
    order = np.lexsort((np.hypot(*(flat - squares - 0.5).T), squares[:, 1], squares[:, 0]))
    _squares, first = np.unique(squares[order], axis=0, return_index=True)
    return places[np.sort(order[first])]


def _are_few(answer: Coverage, places: np.ndarray, missed: np.ndarray) -> bool:
    """Whether a server looks through them in time, and in its memory."""
    from scipy.spatial import KDTree

    housing = answer.housing
    middles, _reach = discs_around(housing.footprints[missed])
    around, buildings, on_foot = answer.request.threshold.m, KDTree(middles), answer.request.pace
    pairs = buildings.count_neighbors(KDTree(housing.plane.metres(places)), around / DETOUR if on_foot else around)
    ways = len(places) * len(Doorsteps.kept(housing.buildings).doors) if on_foot else 0
    return pairs <= MOST_PAIRS and ways <= MOST_WAYS
