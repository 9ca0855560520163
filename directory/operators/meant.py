"""To whom a program's notice goes: what it names, by public numbers, within a mandate of its organisation.

`directory.notice_audiences` resolves it, as it does for the page; here it is told what nobody knows and what lies
outside. Nothing asks who lives anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.errors import InvalidAudience, KeyCannot
from directory.mailing_models import Mailing
from directory.notice_audiences import Audience, audience_of, right_under
from directory.operators.bodies import Asked
from geo.drawn_areas import read_area
from geo.errors import InvalidParameter, NotFound
from geo.models import Residence
from geo.querysets import ResidenceQuerySet
from geo.residences_named import (
    Standing,
    address_key,
    residences_of_addresses,
    residences_of_buildings,
    residences_of_keys,
)
from geo.street_zones import Side, addresses_along, residences_along, residences_in
from geo.towns import find_municipality
from scopes.models import Acting, ApiKey, Mandate
from scopes.organisations.proposing import acting_as

To = Mailing.To
#: Residences and ids that one answer lists; their number is told beside.
MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a program named."""

    to: str
    #: What `audience_of` is told; for ids, all of those that are known.
    parameters: Mapping[str, object]
    #: What was named one by one -> the residences it stands for: one outside the mandate refuses all.
    standing: Standing | None = None
    #: Ids that no data know.
    unknown: tuple[str, ...] = ()
    #: Numbers of the residences of a place, which is cut at the mandate's limits.
    place: frozenset[int] | None = None

    @property
    def one_by_one(self) -> bool:
        """Whether each was named."""
        return self.place is None


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside a mandate: how many there are, all of the ids, or the first residences of a place."""

    number: int
    ids: tuple[str, ...]
    #: Whether nothing lies inside.
    all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What of it a mandate covers."""

    mandate: Mandate
    outside: Outside
    #: What is covered; nothing where none of it is.
    audience: Audience | None


def meant_by(asked: Asked) -> Meant:
    """Return what was named; raise `InvalidParameter` for a place that does not exist."""
    return _MEANT[asked.kind](asked.named)


def within_a_mandate(asked: Asked, meant: Meant, *, key: ApiKey) -> Within:
    """Return what the named mandate covers, else the one that leaves the least outside.

    Raises `KeyCannot` where none is in force, `InvalidParameter` for one that is not the organisation's.
    """
    mandates = list(Mandate.objects.in_force().filter(organisation=key.organisation_id).order_by("pk"))
    if not mandates:
        raise KeyCannot(_("Aucun mandat de votre organisme n’est en vigueur."))
    if asked.mandate is not None:
        mandates = [one for one in mandates if one.handle == asked.mandate]
        if not mandates:
            raise InvalidParameter("/mandate", _("Ce mandat n’est pas de ceux de votre organisme."))
    acting = acting_as(key.made_by, key.organisation)
    beyond = {one: _outside(meant, one, acting) for one in mandates}
    mandate = min(mandates, key=lambda one: beyond[one].number)
    return _resolved(asked, meant, mandate, acting, beyond[mandate])


def check_all_within(asked: Asked, meant: Meant, within: Within) -> Audience:
    """Return the audience where everything that was named is known and covered; refuse all of it otherwise."""
    outside = within.outside.ids if meant.one_by_one else ()
    if meant.unknown or outside:
        more = {"unknown": list(meant.unknown), "outside": list(outside)}
        raise InvalidAudience(f"/audience/{asked.kind}", more=more)
    if within.audience is None:
        raise InvalidAudience(
            f"/audience/{asked.kind}", _("Aucun immeuble de vos mandats n’est concerné."), more={"outside": []}
        )
    return within.audience


def _resolved(asked: Asked, meant: Meant, mandate: Mandate, acting: Acting | None, outside: Outside) -> Within:
    # An area holds passers-by too, and is told without any building.
    if outside.all and (meant.one_by_one or not mandate.is_by_area):
        return Within(mandate=mandate, outside=outside, audience=None)
    parameters = _without(meant, frozenset(outside.ids))
    try:
        audience = audience_of(mandate=mandate, acting=acting, to=meant.to, parameters=parameters)
    except InvalidParameter as error:
        raise InvalidParameter(f"/audience/{asked.kind}", str(error)) from error
    return Within(mandate=mandate, outside=outside, audience=audience)


def _without(meant: Meant, outside: frozenset[str]) -> Mapping[str, object]:
    """What is left to resolve without the ids outside."""
    if not meant.one_by_one or not outside:
        return meant.parameters
    return _parameters(meant.to, {one: of for one, of in meant.standing.items() if one not in outside})


def _parameters(to: str, standing: Standing) -> dict[str, object]:
    if to == To.ENTRANCES:
        return {"entrances": [address_key(one) for one in standing]}
    numbers = {number for residences in standing.values() for number in residences}
    return {"residences": sorted(Residence.objects.filter(pk__in=numbers).values_list("key", flat=True))}


def _outside(meant: Meant, mandate: Mandate, acting: Acting | None) -> Outside:
    """What was named and is not, or not whole, of the mandate."""
    numbers = meant.place if meant.standing is None else frozenset().union(*meant.standing.values())
    covered = set(right_under(mandate, acting).residences.filter(pk__in=numbers).values_list("pk", flat=True))
    if meant.standing is None:
        beyond = numbers - covered
        first = Residence.objects.filter(pk__in=beyond).order_by("key").values_list("key", flat=True)[:MOST_LISTED]
        return Outside(len(beyond), tuple(first), not covered)
    doors = dict(mandate.mandated.exclude(entrances=[]).values_list("residence", "entrances"))

    def is_inside(one: str, residences: Collection[int]) -> bool:
        door = address_key(one)
        is_shut = meant.to == To.ENTRANCES and any(door not in doors.get(number, [door]) for number in residences)
        return bool(residences) and covered.issuperset(residences) and not is_shut

    beyond = tuple(one for one, residences in meant.standing.items() if not is_inside(one, residences))
    return Outside(len(beyond), beyond, len(beyond) == len(meant.standing))


def _ids(to: str, find: Callable[[tuple[str, ...]], Standing]) -> Callable[[tuple[str, ...]], Meant]:
    def meant(ids: tuple[str, ...]) -> Meant:
        found = find(ids)
        standing = {one: found[one] for one in ids if one in found}
        unknown = tuple(one for one in ids if one not in found)
        return Meant(to=to, parameters=_parameters(to, standing), standing=standing, unknown=unknown)

    return meant


def _street(told: Mapping[str, object]) -> Meant:
    pointer = "/audience/street"
    try:
        town = find_municipality(told["insee_code"])
    except NotFound as error:
        raise InvalidParameter(f"{pointer}/insee_code", str(error)) from error
    try:
        addresses = addresses_along(town, told["street"], told["first"], told["last"], Side(told["side"]))
    except InvalidParameter as error:
        member = {"street": "name", "first": "from"}.get(error.parameter, "name")
        raise InvalidParameter(f"{pointer}/{member}", str(error)) from error
    streets = [{**told, "insee_code": town.insee_code}]
    return Meant(to=To.STREETS, parameters={"streets": streets}, place=_numbers(residences_along(addresses)))


def _geometry(told: Mapping[str, object]) -> Meant:
    area, _notes = read_area(json.dumps(told), parameter="/audience/geometry")
    return Meant(to=To.POLYGON, parameters={"polygon": json.loads(area.geojson)}, place=_numbers(residences_in(area)))


def _numbers(residences: ResidenceQuerySet) -> frozenset[int]:
    return frozenset(residences.values_list("pk", flat=True))


_MEANT: dict[str, Callable[..., Meant]] = {
    "geometry": _geometry,
    "street": _street,
    "rnb_ids": _ids(To.RESIDENCES, residences_of_buildings),
    "ban_ids": _ids(To.ENTRANCES, residences_of_addresses),
    "residences": _ids(To.RESIDENCES, residences_of_keys),
}
