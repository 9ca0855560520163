"""What an analysis of coverage found, as plain data: its page, its files and its kept results all tell the same.

Findings hold nothing of the database: neighbourhoods are areas with a name and an outline, sites are points without a
name (a shop may be called after a person, who may want to be forgotten) save those that were given with one for this
analysis, and of buildings only their ids are known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import Q

from directory.coverage import LEAST, Coverage, Covered, Gap, cover, listings_of
from directory.coverage_choices import code_of
from directory.models import SourceRecord
from geo.census import VINTAGE
from geo.corners import streets_at
from geo.loaded import percent_loaded
from geo.models import Address, Municipality, Neighbourhood, Release
from geo.pace import Pace
from geo.plane import Plane
from scopes.moments import today_at

#: Of a gap that are named.
STREETS = 3
#: Metres that an outline may be off where it is drawn; neighbours keep their common edge.
FINE = 2


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood as it was when the analysis was made; its key is the same for life."""

    key: str
    code: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NamedGap:
    """A gap, and the streets that most of its addresses are of, else the nearest one; none far from any street."""

    #: Nothing where it is shown no more (`gone_sites`).
    area: shapely.Geometry | None
    homes: int
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Data that an analysis was made from."""

    #: A dataset of `Release`, `census`, `listings`, or `own` for sites that were given for this analysis.
    dataset: str
    source: str
    vintage: str
    licence: str


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """The inhabited buildings: place `i` of each column is of one; metres to the nearest site, infinite beyond 5 km.

    Where metres are no number they are not told, and `served` says nothing.
    """

    ids: np.ndarray
    homes: np.ndarray
    metres: np.ndarray
    served: np.ndarray
    #: Whether the number of homes is an estimate; nothing in results of before that was kept.
    estimated: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What is told of the same homes without the proposed sites, row by row."""

    whole: Covered
    by: dict[str, list[Covered]]
    #: Homes of each gap.
    gaps: list[int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """The answer to an analysis, made on a day."""

    town: Municipality
    #: What was asked: a category or a set, metres (on foot where there is a pace), open at a moment.
    service: str
    threshold: float
    pace: Pace | None
    open_at: datetime | None
    made_on: date
    #: Percent of the town in which buildings are loaded; nothing where its limits are not known.
    loaded: int | None
    estimated_homes: int
    #: Homes whose walk is measured as the crow flies.
    straight_homes: int
    whole: Covered
    #: Kind of neighbourhood -> its rows, whose areas are `Area`s; the town's circle first.
    by: dict[str, list[Covered]]
    #: Key of an area -> its outline in degrees.
    outlines: dict[str, shapely.Geometry]
    gaps: list[NamedGap]
    #: Longitudes and latitudes, shape (m, 2), and of the sites that are proposed and counted too, shape (k, 2).
    sites: np.ndarray
    proposed: np.ndarray
    #: Where sites are proposed, and in results since that is kept.
    before: Before | None = None
    #: Of sites that were given for this analysis: what they are, how each is called, and how many were not counted.
    named: str = ""
    site_names: tuple[str, ...] = ()
    left_out: int = 0
    #: Sites of a kept result that count in its figures, and are public no more (`gone_sites`).
    gone: int = 0
    #: South-west and north-east of the inhabited buildings, shape (2, 2); zeros where there are none.
    corners: np.ndarray
    buildings: Buildings
    sources: tuple[Source, ...]

    @property
    def is_told(self) -> bool:
        """Whether there are homes enough to tell of."""
        return self.whole.homes.total >= LEAST

    @property
    def scattered(self) -> int:
        """Homes that are missed and lie in no gap."""
        return self.whole.homes.missed - sum(gap.homes for gap in self.gaps)

    @property
    def with_people(self) -> list[Covered]:
        """What tells of people: the town; where it does not know all of them, the rows of the first kind that do."""
        tables = ([self.whole], *self.by.values())
        return next(filter(None, ([row for row in rows if row.people] for rows in tables)), [])


def findings_of(answer: Coverage) -> Findings:
    """Read off an answer, once, all that is told of it; cost: some tenths of a second in a large town."""
    request, housing, own = answer.request, answer.housing, answer.request.own
    rows = {kind: answer.by(kind) for kind in answer.kinds}
    sources = _sources(answer)
    return Findings(
        town=request.town,
        service=code_of(request.services),
        threshold=float(request.threshold.m),
        pace=request.pace,
        open_at=request.open_at,
        made_on=today_at(request.town.time_zone),
        loaded=percent_loaded(request.town.boundary),
        estimated_homes=int(housing.homes[housing.estimated].sum()),
        straight_homes=int(housing.homes[answer.straight_line].sum()),
        whole=answer.whole,
        by={kind: [_plain(row) for row in told] for kind, told in rows.items()},
        outlines=_outlines(rows.values(), housing.plane),
        gaps=list(_named(answer.gaps)),
        sites=answer.sites,
        proposed=np.array(request.proposed, dtype=float).reshape(-1, 2),
        before=_before(answer) if request.proposed else None,
        named=own.name if own else "",
        site_names=own.names if own else (),
        left_out=own.left_out if own else 0,
        corners=housing.corners if len(housing) else np.zeros((2, 2)),
        buildings=Buildings(housing.buildings, housing.homes, answer.nearest, answer.served, housing.estimated),
        sources=tuple(sorted(sources)),
    )


def _before(answer: Coverage) -> Before:
    # Of the same homes, though a release may show others by now: rows follow from these alone.
    before = cover(replace(answer.request, proposed=()), housing=answer.housing)
    rows = {kind: [_plain(row) for row in before.by(kind)] for kind in before.kinds}
    return Before(before.whole, rows, [gap.homes for gap in before.gaps])


def _plain(row: Covered) -> Covered:
    return replace(row, areas=tuple(Area(area.key, area.code, area.name) for area in row.areas))


def _outlines(tables: Iterable[list[Covered]], plane: Plane) -> dict[str, shapely.Geometry]:
    """The outline of each neighbourhood, simplified kind by kind so that neighbours still touch."""
    found = {}
    for rows in tables:
        ids = [area.pk for row in rows for area in row.areas]
        told = Neighbourhood.objects.filter(pk__in=ids).order_by("key").values_list("key", AsWKB("boundary"))
        keys, shapes = zip(*told, strict=True) if told else ((), ())
        flat = shapely.transform(shapely.from_wkb([bytes(shape) for shape in shapes]), plane.metres)
        # An area of which nothing would be left, half of FINE squared, keeps its corners.
        simple = shapely.coverage_simplify(flat, FINE)
        found |= zip(keys, shapely.transform(simple, lambda metres: plane.degrees(metres).round(6)), strict=True)
    return found


def _named(gaps: list[Gap]) -> Iterator[NamedGap]:
    """Each gap with the streets that most of its addresses are of; without addresses, with the nearest street."""
    told = Address.objects.open().filter(building__in=[int(one) for gap in gaps for one in gap.buildings])
    street_of = defaultdict(list)
    for building, street in told.order_by("pk").values_list("building", "street_name"):
        street_of[building].append(street)
    counted = [Counter(street for building in gap.buildings.tolist() for street in street_of[building]) for gap in gaps]
    nameless = np.array([gap.area for gap, streets in zip(gaps, counted, strict=True) if not streets], dtype=object)
    nearest = iter(streets_at(shapely.get_coordinates(shapely.point_on_surface(nameless))))
    for gap, streets in zip(gaps, counted, strict=True):
        names = [street for street, _times in streets.most_common(STREETS)] or next(nearest)
        yield NamedGap(gap.area, gap.homes, tuple(names))


def _sources(answer: Coverage) -> set[Source]:
    """The releases that speak of the town, the census where it counts, and whence the sites are known."""
    request, town = answer.request, answer.request.town
    inhabitants = answer.housing.inhabitants
    also = {"streets": request.pace is not None, "squares": inhabitants.in_square.any()}
    datasets = ["municipalities", "neighbourhoods", "buildings", "addresses", *(name for name in also if also[name])]
    here = Q(territory="FR") | Q(territory__startswith=town.insee_code)
    if town.boundary:
        here |= Q(extent__intersects=town.boundary)
    releases = Release.objects.active().filter(here, dataset__in=datasets)
    found = {Source(*told) for told in releases.values_list("dataset", "source", "vintage", "licence")}
    if (inhabitants.known & ~inhabitants.by_square).any():
        found.add(Source("census", "insee", VINTAGE, "Licence Ouverte 2.0"))
    if request.own:
        found.add(Source("own", request.own.name, "", ""))
    for service in request.services:
        sites = listings_of(service, around=answer.housing, open_at=request.open_at)
        records = SourceRecord.objects.filter(listing__in=sites, gone_on=None).order_by()
        told = records.values_list("source", "licence").distinct()
        found |= {Source("listings", source, "", licence) for source, licence in told}
    return found
