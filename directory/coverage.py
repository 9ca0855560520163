"""Coverage (*couverture*): the share of homes, and of people, near enough to a service, and where the others live.

An analysis is two choices, a service (or sites of one's own) and a threshold (`CoverageRequest`). Its answer
(`Coverage`) holds, for each inhabited building of the town, how far the nearest site is; every figure is a sum over
these columns, so that shares by quarter, by IRIS and by gap close on the same homes. What is not loaded is no building:
figures are of what is loaded, and the answer says how much of the town that is. Everything here is public: open data,
and listings that anyone sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.contrib.gis.measure import D
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.models import Listing
from directory.own_sites import OwnSites
from directory.people_told import LEAST, People, Share, groups_of, spread_evenly, tell_people
from directory.querysets import ListingQuerySet
from geo.errors import InvalidParameter
from geo.housing import NOWHERE, Housing, housing_of
from geo.models import Municipality, Neighbourhood
from geo.nearness import nearest_sites
from geo.network.loading import box_around
from geo.pace import Pace
from geo.walks import Doorsteps
from scopes.viewer import ANONYMOUS

#: Sites are looked for so far around the buildings; farther ones are said to be farther.
HORIZON = D(km=5)
#: Inhabited buildings, more than any municipality of France has, and sites of all services together: what is measured
#: and drawn in some seconds, as it costs by the one and by the other and not by their pairs.
MOST_BUILDINGS, MOST_SITES = 200_000, 20_000
#: On foot, their doors and the pieces of streets around.
MOST_DOORSTEPS = 500_000
#: The distance to the nearest site is told, and to the third.
NTH = 3
#: Metres: homes without the service that stand nearer than twice this are one gap.
APART = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRequest:
    """Everything an analysis depends on; equal requests have equal answers while nothing is published."""

    town: Municipality
    #: Codes of categories, each with its whole branch. Of several, a home has the service when each is near enough.
    services: tuple[str, ...] = ()
    #: In place of services, sites that somebody gave for this analysis.
    own: OwnSites | None = None
    threshold: D
    #: On foot along the streets, at this pace; as the crow flies where there is none.
    pace: Pace | None = None
    #: Only sites that are open at this moment (aware); unknown hours do not count as open.
    open_at: datetime | None = None
    #: Longitudes and latitudes of sites that do not exist and are counted too; each has all the services.
    proposed: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What is told of some buildings together: a neighbourhood, or the whole of what is loaded."""

    #: The neighbourhoods told of: several where one alone has too few homes; none for the whole town.
    areas: tuple[Neighbourhood, ...]
    homes: Share
    #: Those of the homes whose number is an estimate; nothing in results of before that was told by row.
    estimated: int | None = None
    #: By what INSEE counts; nothing where not all of them are known.
    people: People | None
    #: Metres to the nearest site, and to the n-th, for the home in the middle; infinite beyond `HORIZON`.
    nearest: float
    nth: float


@dataclass(frozen=True, slots=True)
class Gap:
    """An area of homes that are all too far away (`LEAST` of them, or more)."""

    area: shapely.Geometry
    homes: int
    #: Ids of its buildings.
    buildings: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage:
    """The answer to an analysis."""

    request: CoverageRequest
    housing: Housing
    #: Longitude and latitude of each site that exists, shape (m, 2).
    sites: np.ndarray
    #: From the edge of each building to the nearest site and to the n-th, shape (n,); infinite beyond `HORIZON`.
    nearest: np.ndarray
    nth: np.ndarray
    #: Whether a distance on foot is as the crow flies, because no street is known near the building.
    straight_line: np.ndarray

    @cached_property
    def served(self) -> np.ndarray:
        """Whether each building has the service near enough."""
        return self.nearest <= self.request.threshold.m

    @property
    def kinds(self) -> list[str]:
        """Kinds of neighbourhoods that are told of: the town's circle first, then those of statistics."""
        kinds = (self.request.town.circle_kind, Neighbourhood.Kind.IRIS, Neighbourhood.Kind.QPV)
        return [str(kind) for kind in kinds if kind in self.housing.within]

    @property
    def whole(self) -> Covered:
        """The town, as far as it is loaded."""
        return self._all_told[0]

    def by(self, kind: str) -> list[Covered]:
        """Tell of each neighbourhood of a kind that homes are in; those of too few homes are told of together.

        Homes that lie in none of them are told of with no area, and so is what is told of together with them. Together,
        rows are the whole town; there are none where all of it has too few homes, or where the kind is not told of.
        """
        return self._all_told[1].get(kind, [])

    @cached_property
    def _all_told(self) -> tuple[Covered, dict[str, list[Covered]]]:
        """The whole and its tables at once: what one of them tells of people, another must not give away."""
        whole = self._told(np.full(len(self.housing), True), ())
        return tell_people(whole, {kind: self._rows(kind) for kind in self.kinds})

    def _rows(self, kind: str) -> list[Covered]:
        lies_in = self.housing.within[kind]
        named = Neighbourhood.objects.in_bulk(np.unique(lies_in).tolist())
        groups = _enough_homes({area: int(self.housing.homes[lies_in == area].sum()) for area in np.unique(lies_in)})
        told = [
            self._told(np.isin(lies_in, group), () if NOWHERE in group else tuple(named[area] for area in group))
            for group in groups
        ]
        return sorted(told, key=lambda row: (not row.areas, len(row.areas), str(row.areas[0]) if row.areas else ""))

    @cached_property
    def gaps(self) -> list[Gap]:
        """Areas of homes that are too far away, those of most homes first; scattered ones are in none of them."""
        missed = np.flatnonzero(~self.served)
        if not len(missed):
            return []
        outlines, homes = self.housing.footprints[missed], self.housing.homes[missed]
        parts = shapely.get_parts(shapely.union_all(shapely.buffer(outlines, APART, quad_segs=4)))
        # Asked this way round, each part is prepared once for all the buildings in it.
        part, building = shapely.STRtree(outlines).query(parts, predicate="contains")
        # Drawn back towards the houses: in parts, where these stand 60 m apart and more.
        drawn = shapely.simplify(shapely.buffer(parts, -APART / 2, quad_segs=4), 1)
        drawn = shapely.transform(drawn, lambda metres: self.housing.plane.degrees(metres).round(6))
        members = [building[part == number] for number in range(len(parts))]
        gaps = [
            Gap(area, int(homes[inside].sum()), self.housing.buildings[missed[inside]])
            for area, inside in zip(drawn, members, strict=True)
        ]
        return sorted((gap for gap in gaps if gap.homes >= LEAST), key=lambda gap: -gap.homes)

    def _told(self, here: np.ndarray, areas: tuple[Neighbourhood, ...]) -> Covered:
        housing, near = self.housing, here & self.served
        return Covered(
            areas=areas,
            homes=Share(int(housing.homes[near].sum()), int(housing.homes[here].sum())),
            estimated=int(housing.homes[here & housing.estimated].sum()),
            people=self._people(here, near),
            nearest=_of_the_home_in_the_middle(self.nearest[here], housing.homes[here]),
            nth=_of_the_home_in_the_middle(self.nth[here], housing.homes[here]),
        )

    def _people(self, here: np.ndarray, near: np.ndarray) -> People | None:
        told, people = self.housing.inhabitants, self._people_spread
        if not told.known[here].all():
            return None
        by_whom = (self.housing.homes[here & which] for which in (told.by_square, told.in_square, told.imputed))
        return People(*(int(part.sum()) for part in (people[near], people[here], *by_whom)))

    @cached_property
    def groups(self) -> np.ndarray:
        """The group whose people are told together, of each building whose people are known; the same for any request.

        Homes of one IRIS, or of squares alone; shape (n,), and -1 where people are not known.
        """
        housing, told = self.housing, self.housing.inhabitants
        iris = housing.within.get(Neighbourhood.Kind.IRIS, np.full(len(housing), NOWHERE))
        places = shapely.get_coordinates(shapely.centroid(housing.footprints))
        columns = (housing.homes, places, np.where(told.by_square, NOWHERE, iris))
        groups = np.full(len(housing), -1)
        groups[told.known] = groups_of(*(column[told.known] for column in columns))
        return groups

    @cached_property
    def _people_spread(self) -> np.ndarray:
        """The people of each building, as far as they are told: those of its group, by homes."""
        told = self.housing.inhabitants
        people = np.zeros(len(self.housing), dtype=int)
        columns = (told.people, self.housing.homes, self.groups)
        people[told.known] = spread_evenly(*(column[told.known] for column in columns))
        return people


def cover(request: CoverageRequest, *, housing: Housing | None = None) -> Coverage:
    """Answer an analysis, of homes that were read already or are read now.

    Raises `InvalidParameter` where it would take a server too long.
    """
    housing = housing_of(request.town) if housing is None else housing
    if len(housing) > MOST_BUILDINGS:
        raise InvalidParameter("town", _("Cette commune a trop de bâtiments pour être analysée ici."))
    if request.own:
        sites = [np.array(request.own.places, dtype=float).reshape(-1, 2)]
    else:
        sites = [sites_of(code, around=housing, open_at=request.open_at) for code in request.services]
    if sum(map(len, sites)) > MOST_SITES:
        message = _("Trop de lieux à la fois pour cette commune : choisissez un service plus précis.")
        raise InvalidParameter("service", message)
    proposed = _proposed(request, housing)
    doors = _doors(housing) if request.pace else None
    all_sites = [np.concatenate([each, proposed]) for each in sites]
    measured = [_on_foot(doors, each) if doors else _straight(housing, each) for each in all_sites]
    nearest, nth = (np.max([metres[row] for metres, _straight_line in measured], axis=0) for row in (0, -1))
    return Coverage(
        request=request,
        housing=housing,
        sites=np.concatenate(sites),
        nearest=nearest,
        nth=nth,
        straight_line=np.any([straight_line for _metres, straight_line in measured], axis=0),
    )


def _doors(housing: Housing) -> Doorsteps:
    doors = Doorsteps.kept(housing.buildings)
    if len(doors) > MOST_DOORSTEPS:
        message = _("Trop de portes et de rues pour cette commune : choisissez une distance à vol d’oiseau.")
        raise InvalidParameter("within", message)
    return doors


def _proposed(request: CoverageRequest, housing: Housing) -> np.ndarray:
    """Sites that are proposed, of shape (k, 2); one that could serve no home is refused."""
    sites = np.array(request.proposed, dtype=float).reshape(-1, 2)
    if not within_reach(sites, housing).all():
        raise InvalidParameter("site", _("Ce lieu est à plus de 5 km des logements de la commune."))
    return sites


def within_reach(places: np.ndarray, housing: Housing) -> np.ndarray:
    """Say of places, of shape (n, 2) in degrees, whether a home may be served from there: anywhere, if none is known.

    What is no number is nowhere.
    """
    if not len(housing):
        return np.isfinite(places).all(axis=1) & (np.abs(places) <= (180, 90)).all(axis=1)
    west, south, east, north = box_around(housing.corners, margin=HORIZON.m).extent
    return ((places >= (west, south)) & (places <= (east, north))).all(axis=1)


def _straight(housing: Housing, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres from the edge of each building to the nearest site and to the n-th, of shape (2, n)."""
    metres = np.full((2, len(housing)), np.inf)
    far, _sites = nearest_sites(housing.footprints, housing.plane.metres(sites), count=NTH)
    metres[0] = far.min(axis=1, initial=np.inf)
    if len(sites) >= NTH:
        metres[1] = far[:, -1]
    return np.where(metres <= HORIZON.m, metres, np.inf), np.full(len(housing), False)


def _on_foot(doors: Doorsteps, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres along the streets from a door of each building to the nearest sites, of shape (n-th, n)."""
    walks = doors.walks_to(shapely.points(sites), count=NTH)
    return walks.metres, walks.straight_line[0]


def sites_of(service: str, *, around: Housing, open_at: datetime | None = None) -> np.ndarray:
    """Return where a service is found in a town and beyond its limits: longitudes and latitudes, shape (m, 2)."""
    found = listings_of(service, around=around, open_at=open_at)
    return np.array([place.coords for place in found.values_list("location", flat=True)]).reshape(-1, 2)


def listings_of(service: str, *, around: Housing, open_at: datetime | None = None) -> ListingQuerySet:
    """Return the same as what everyone sees there; nothing where no homes are known."""
    if not len(around):
        return Listing.objects.none()
    found = public_listings(service, within=box_around(around.corners, margin=HORIZON.m))
    if open_at:
        found = found.filter(entry__open_periods__contains=open_at)
    return found


def public_listings(service: str, *, within: Polygon) -> ListingQuerySet:
    """Return the listings of a service that everyone sees at a place of their own, in a box."""
    category = tree()[service]
    return (
        Listing.objects.live()
        .visible_to(ANONYMOUS)
        .filter(
            # A page without a place of its own stands at a cell, where nobody's door is.
            location__isnull=False,
            entry__location__bboverlaps=within,
            entry__category_number__range=(category.number, category.last),
        )
    )


def _enough_homes(homes: dict[int, int]) -> list[list[int]]:
    """Put areas of fewer than `LEAST` homes together, with the next smallest one where they are still too few."""
    by_size = sorted(homes, key=lambda area: (homes[area], area))
    if sum(homes.values()) < LEAST:
        return []
    few = [area for area in by_size if homes[area] < LEAST]
    enough = by_size[len(few) :]
    while few and enough and sum(homes[area] for area in few) < LEAST:
        few.append(enough.pop(0))
    return [[area] for area in enough] + ([few] if few else [])


def _of_the_home_in_the_middle(metres: np.ndarray, homes: np.ndarray) -> float:
    """Return the distance that half of the homes are nearer than (median, each building counted for its homes)."""
    if not len(homes):
        return np.inf
    order = np.argsort(metres, kind="stable")
    middle = np.searchsorted(homes[order].cumsum(), homes.sum() / 2)
    return float(metres[order][middle])
