"""To whom a notice goes: residences and entrances that a mandate names, or everyone in an area that it covers.

What names buildings (`residences`, `entrances`) is written into their spaces. What names places (`streets`, `quarters`,
`polygon`, `all`) chooses among the residences of a mandate that names residences; under a mandate by area it is one
public notice to whole public cells, houses and passers-by included (docs/adr/0014). Nothing here asks who lives there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from directory.mailing_models import Mailing
from directory.street_lines import read_streets
from geo.catchments import cells_covered, united
from geo.drawn_areas import read_area
from geo.errors import InvalidParameter
from geo.models import Address, Municipality, Neighbourhood, PublicCell, Residence
from geo.querysets import PlaceQuerySet, PublicCellQuerySet, ResidenceQuerySet
from geo.street_zones import Side, addresses_along, cells_on, residences_along, residences_in
from scopes.errors import Refused
from scopes.models import Acting, Level, Mandate
from scopes.organisations.covering import area_under, boundary_of, cells_under, only_areas, residences_under
from scopes.organisations.delegating import within_delegation

To = Mailing.To
#: Communes in which one street of a mandate is looked for.
MOST_TOWNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """To whom a notice goes, by public data alone."""

    to: str
    #: What was asked, by public names and keys: the same parameters give the same audience again.
    parameters: Mapping[str, object]
    #: Each is told in its own space.
    residence_ids: tuple[int, ...] = ()
    #: Number of a residence -> keys of the addresses that are meant there; all of it where it has none.
    entrances: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: The area of one public notice; nothing where residences are told.
    area: MultiPolygon | None = None
    level: Level = Level.RESIDENCE
    municipality_id: int | None = None
    neighbourhood_id: int | None = None
    homes: int = 0
    #: Some of these homes are estimated, or a part of a building's.
    homes_estimated: bool = False
    #: What the reader should know of how it was made.
    notes: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether it is one notice that everyone may read."""
        return self.area is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What an account may write to under a mandate, its delegation considered."""

    mandate: Mandate
    acting: Acting
    #: The quarters that the one responsible named; everywhere where none.
    quarters: tuple[int, ...] | None

    @property
    def residences(self) -> ResidenceQuerySet:
        return within_delegation(self.acting, residences_under(self.mandate))

    @property
    def cells(self) -> PublicCellQuerySet:
        cells = cells_under(self.mandate)
        if self.quarters is None:
            return cells
        inside = PublicCell.objects.filter(containments__neighbourhood__in=self.quarters)
        return cells.filter(pk__in=inside.values("pk"))

    @property
    def area(self) -> MultiPolygon:
        area = area_under(self.mandate)
        if self.quarters is not None:
            area = only_areas(area & boundary_of(Neighbourhood.objects.open().filter(pk__in=self.quarters)))
        return area

    @property
    def neighbourhoods(self):
        """Quarters that lie in it, of a kind that may be someone's circle."""
        open_ones = Neighbourhood.objects.open().filter(kind__in=Neighbourhood.CIRCLE_KINDS)
        if self.quarters is not None:
            open_ones = open_ones.filter(pk__in=self.quarters)
        if self.mandate.over == Mandate.Over.TOWN:
            return open_ones.filter(municipality=self.mandate.municipality_id)
        if self.mandate.over == Mandate.Over.QUARTERS:
            return open_ones.filter(pk__in=self.mandate.neighbourhoods.values("pk"))
        if self.mandate.over == Mandate.Over.DRAWING:
            return open_ones.filter(boundary__coveredby=self.mandate.area)
        return open_ones.filter(containments__residence__in=self.residences.values("pk")).distinct()

    @property
    def towns(self):
        """Communes that it is in."""
        inside = self.cells if self.mandate.is_by_area else self.residences
        named = {self.mandate.municipality_id} if self.mandate.municipality_id else inside.values("municipality")
        return Municipality.objects.filter(pk__in=named).defer("boundary").order_by("pk")

    @property
    def time_zone(self) -> str:
        """The clock of moments that come without one: that of its first commune."""
        return self.towns.values_list("time_zone", flat=True).first() or settings.TIME_ZONE


def right_under(mandate: Mandate, acting: Acting | None) -> Right:
    """Return what someone who acts for the organisation may write to; raise `Refused` for who does not act for it."""
    if acting is None or acting.organisation_id != mandate.organisation_id or acting.ended_at:
        raise Refused(_("Ce mandat ne permet pas d’envoyer un avis aujourd’hui."))
    quarters = None if acting.everywhere else tuple(acting.neighbourhoods.values_list("pk", flat=True))
    return Right(mandate=mandate, acting=acting, quarters=quarters)


def audience_of(*, mandate: Mandate, acting: Acting | None, to: str, parameters: Mapping[str, object]) -> Audience:
    """Resolve what was asked to an audience within the mandate, and within what was delegated to the writer.

    `parameters` is `{residences: [keys]}`, `{entrances: [keys of addresses]}`, `{streets: text or list}`,
    `{quarters: [keys]}`, `{polygon: GeoJSON}` or nothing for `all`. Raises `InvalidParameter` naming one of these.
    """
    resolve = _RESOLVERS.get(to)
    if resolve is None:
        raise InvalidParameter("to", _("Choisissez à qui cet avis s’adresse."))
    return resolve(right_under(mandate, acting), parameters)


def to_residences(residences: Collection[Residence], *, mandate: Mandate, acting: Acting | None) -> Audience:
    """Resolve residences that the caller holds already."""
    keys = [one.key for one in residences]
    return audience_of(mandate=mandate, acting=acting, to=To.RESIDENCES, parameters={"residences": keys})


def _all(right: Right, parameters: Mapping) -> Audience:
    if not right.mandate.is_by_area:
        return _told(right, To.ALL, {}, right.residences)
    if right.mandate.over == Mandate.Over.TOWN and right.quarters is None:
        columns = {"level": Level.MUNICIPALITY, "municipality_id": right.mandate.municipality_id}
        return _counted(Audience(to=To.ALL, parameters={}, area=right.area, **columns), right.cells)
    if right.mandate.over != Mandate.Over.DRAWING:
        keys = list(right.neighbourhoods.values_list("key", flat=True))
        return replace(_quarters(right, {"quarters": keys}), to=To.ALL, parameters={})
    return _within(right, To.ALL, {}, right.area)


def _residences(right: Right, parameters: Mapping) -> Audience:
    keys = _keys(parameters, "residences")
    chosen = right.residences.filter(key__in=keys)
    if not keys or chosen.count() != len(keys):
        raise InvalidParameter("residences", _("Choisissez parmi les immeubles de ce mandat."))
    return _told(right, To.RESIDENCES, {"residences": sorted(keys)}, chosen)


def _entrances(right: Right, parameters: Mapping) -> Audience:
    keys = _keys(parameters, "entrances")
    doors = Address.objects.open().filter(key__in=keys, building__closed_on=None)
    doors = doors.filter(building__residence__in=right.residences.values("pk")).select_related("building")
    by_residence: dict[int, list[str]] = {}
    for door in doors.order_by("key"):
        by_residence.setdefault(door.building.residence_id, []).append(door.key)
    named = dict(right.mandate.mandated.exclude(entrances=[]).values_list("residence", "entrances"))
    beyond = any(set(doors) - set(named.get(number, doors)) for number, doors in by_residence.items())
    if not keys or beyond or sum(map(len, by_residence.values())) != len(keys):
        raise InvalidParameter("entrances", _("Choisissez parmi les entrées de ce mandat."))
    chosen = Residence.objects.filter(pk__in=by_residence)
    return _told(right, To.ENTRANCES, {"entrances": sorted(keys)}, chosen, only=by_residence)


def _streets(right: Right, parameters: Mapping) -> Audience:
    asked = parameters.get("streets") or ""
    streets = read_streets(asked) if isinstance(asked, str) else [dict(one) for one in asked]
    along = [addresses for told in streets for addresses in _along(right, told)]
    if right.mandate.is_by_area:
        zones = [cells_on(addresses) for addresses in along]
        return _within(right, To.STREETS, {"streets": streets}, united([zone.area for zone in zones]), zones[0].notes)
    doors = Address.objects.filter(pk__in={pk for addresses in along for pk in addresses.values_list("pk", flat=True)})
    chosen = right.residences.filter(pk__in=residences_along(doors).values("pk"))
    if not chosen.exists():
        raise InvalidParameter("streets", _("Aucun immeuble de ce mandat ne donne sur ces numéros."))
    return _told(right, To.STREETS, {"streets": streets}, chosen)


def _along(right: Right, told: Mapping) -> list[PlaceQuerySet]:
    """The addresses of one line, in each of the communes that have them, or in the one that it names."""
    found, refused = [], InvalidParameter("streets", _("Aucune rue de ce mandat ne porte ce nom."))
    towns = right.towns.filter(insee_code=told["insee_code"]) if "insee_code" in told else right.towns
    for town in towns[:MOST_TOWNS]:
        try:
            numbers = {name: told.get(name) for name in ("first", "last")}
            found.append(addresses_along(town, told["street"], **numbers, side=Side(told.get("side") or "both")))
        except InvalidParameter as error:
            refused = InvalidParameter("streets", str(error))
    if not found:
        raise refused
    return found


def _quarters(right: Right, parameters: Mapping) -> Audience:
    keys = _keys(parameters, "quarters")
    chosen = list(right.neighbourhoods.filter(key__in=keys).select_related("municipality").order_by("name", "key"))
    if not keys or len(chosen) != len(keys):
        raise InvalidParameter("quarters", _("Choisissez parmi les quartiers de ce mandat."))
    asked = {"quarters": sorted(keys)}
    if not right.mandate.is_by_area:
        inside = right.residences.filter(containments__neighbourhood__in=chosen)
        return _told(right, To.QUARTERS, asked, inside)
    quarter, town = chosen[0], chosen[0].municipality
    if len(chosen) > 1 or quarter.kind != town.circle_kind:
        return _within(right, To.QUARTERS, asked, boundary_of(Neighbourhood.objects.filter(pk__in=chosen)))
    cells = right.cells.filter(containments__neighbourhood=quarter)
    columns = {"level": Level.NEIGHBOURHOOD, "municipality_id": town.pk, "neighbourhood_id": quarter.pk}
    return _counted(Audience(to=To.QUARTERS, parameters=asked, area=quarter.boundary, **columns), cells)


def _polygon(right: Right, parameters: Mapping) -> Audience:
    drawn = parameters.get("polygon") or ""
    area, notes = read_area(drawn if isinstance(drawn, str) else json.dumps(drawn), parameter="polygon")
    asked = {"polygon": json.loads(area.geojson)}
    if right.mandate.is_by_area:
        return _within(right, To.POLYGON, asked, area, notes)
    chosen = right.residences.filter(pk__in=residences_in(area).values("pk"))
    if not chosen.exists():
        raise InvalidParameter("polygon", _("Aucun immeuble de ce mandat n’est dans cette zone."))
    return replace(_told(right, To.POLYGON, asked, chosen), notes=notes)


_RESOLVERS: dict[str, Callable[[Right, Mapping], Audience]] = {
    To.ALL: _all,
    To.RESIDENCES: _residences,
    To.ENTRANCES: _entrances,
    To.STREETS: _streets,
    To.QUARTERS: _quarters,
    To.POLYGON: _polygon,
}


def _told(
    right: Right,
    to: To,
    parameters: Mapping[str, object],
    residences: ResidenceQuerySet,
    only: Mapping[int, Collection[str]] | None = None,
) -> Audience:
    """Residences, each told in its space; what a mandate restricts to entrances names these."""
    told = {one.pk: one for one in residences.order_by("pk")}
    if not told:
        raise InvalidParameter(str(to), _("Choisissez parmi les immeubles de ce mandat."))
    named = dict(right.mandate.mandated.exclude(entrances=[]).values_list("residence", "entrances"))
    entrances = {pk: tuple(doors) for pk, doors in {**named, **(only or {})}.items() if pk in told}
    parts = _homes_of_entrances([key for doors in entrances.values() for key in doors])
    whole = [one for pk, one in told.items() if pk not in entrances]
    return Audience(
        to=to,
        parameters=parameters,
        residence_ids=tuple(told),
        entrances=entrances,
        homes=sum(one.dwellings or 0 for one in whole) + parts,
        homes_estimated=bool(entrances) or any(one.dwellings_estimated for one in whole),
    )


def _homes_of_entrances(keys: Collection[str]) -> int:
    """The homes behind some doors: of a building with several, an equal part for each, since no data say more.

    A door that a mandate names may have been closed since: nobody lives behind it.
    """
    doors = Address.objects.open().filter(key__in=keys, building__dwellings__gt=0)
    shared = doors.annotate(
        doors=Count("building__addresses", filter=Q(building__addresses__closed_on=None), distinct=True)
    )
    return ceil(sum(dwellings / many for dwellings, many in shared.values_list("building__dwellings", "doors")))


def _within(
    right: Right, to: To, parameters: Mapping[str, object], area: MultiPolygon, notes: tuple[str, ...] = ()
) -> Audience:
    """An area cut at the limits of the mandate and of what was delegated: whole public cells, by their points."""
    allowed = right.area
    if not allowed.covers(area):
        area = only_areas(area & allowed)
        notes = (*notes, _("La zone est coupée aux limites de votre mandat."))
    if area.empty:
        raise InvalidParameter(str(to), _("Cette zone est hors de votre mandat."))
    cells = cells_covered(area).filter(pk__in=right.cells.values("pk"))
    town = cells.values("municipality").annotate(homes=Sum("dwellings")).order_by("-homes", "municipality").first()
    if town is None:
        notes = (*notes, _("Aucun logement n’est connu dans cette zone : seuls les passants liront cet avis."))
    town_id = town["municipality"] if town else right.mandate.municipality_id or _town_at(area)
    columns = {"level": Level.CATCHMENT, "municipality_id": town_id, "notes": notes}
    return _counted(Audience(to=to, parameters=parameters, area=area, **columns), cells)


def _town_at(area: MultiPolygon) -> int:
    towns = Municipality.objects.covering(area.point_on_surface).values_list("pk", flat=True)
    if not towns:
        raise InvalidParameter("polygon", _("Cette zone n’est dans aucune commune connue."))
    return towns[0]


def _counted(audience: Audience, cells: PublicCellQuerySet) -> Audience:
    homes = cells.aggregate(homes=Sum("dwellings", default=0), estimated=Count("pk", filter=Q(estimated=True)))
    return replace(audience, homes=homes["homes"], homes_estimated=homes["estimated"] > 0)


def _keys(parameters: Mapping[str, object], name: str) -> set[str]:
    asked = parameters.get(name) or ()
    return {asked} if isinstance(asked, str) else {str(key) for key in asked}
