"""From an address to the residences that people may call home there, and what a residence is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.geocoding import complete
from geo.models import Address, Building, Residence

#: A court behind the street door, a row of staircases along a garden.
AROUND_A_DOOR = D(m=60)
#: Scores (0 to 1) that differ by less leave a doubt: one street in two towns.
AS_LIKELY = 0.05
MOST_ADDRESSES, MOST_RESIDENCES, MOST_NAMED = 4, 8, 3


def addresses_meant(text: str) -> list[Address]:
    """Return the house numbers that a typed address may mean, the likeliest first; none for a street or a town.

    Those that are clearly less like it than the first are left out: a street and a town written whole mean one door.
    """
    found = [suggestion for suggestion in complete(text, limit=12) if suggestion.type == "housenumber"]
    keys = [one.id for one in found[:MOST_ADDRESSES] if one.score > found[0].score - AS_LIKELY]
    addresses = (
        Address.objects.open().select_related("municipality", "building__residence").in_bulk(keys, field_name="key")
    )
    return [addresses[key] for key in keys if key in addresses]


def residences_at(address: Address) -> list[Residence]:
    """Return the residence that the address opens on, then the inhabited ones round the door, nearest first."""
    door = Building.objects.open().filter(location__dwithin=(address.location, AROUND_A_DOOR))
    inhabited = door.filter(Q(dwellings__gt=0) | Q(pk=address.building_id), residence__in=Residence.objects.open())
    nearest = inhabited.select_related("residence").order_by(Distance("location", address.location), "key")
    own = address.building and address.building.residence
    first = [own] if own and own.closed_on is None else []
    found = dict.fromkeys([*first, *(building.residence for building in nearest)])
    return list(found)[:MOST_RESIDENCES]


def address_near(point: Point) -> str:
    """Return the house number nearest to a point, as one says it; empty where none is round it."""
    around = Address.objects.open().filter(location__dwithin=(point, AROUND_A_DOOR), number__isnull=False)
    nearest = around.order_by(Distance("location", point), "key").first()
    return str(nearest) if nearest else ""


def addresses_of(residence: Residence) -> Iterator[Address]:
    """Yield the addresses of a residence, by street and number."""
    addresses = Address.objects.open().filter(building__residence=residence, building__closed_on__isnull=True)
    yield from addresses.select_related("municipality").order_by("street_name", "number", "suffix")


def name_of(residence: Residence) -> str:
    """Return what people call a residence: its name, else its addresses, else that it is one of houses."""
    return _named(residence, addresses_of(residence))


def names_of(residences: Iterable[Residence]) -> dict[int, str]:
    """Return what many residences are called, by number, in one question."""
    residences = list(residences)
    doors = Address.objects.open().filter(building__residence__in=residences, building__closed_on__isnull=True)
    told: dict[int, list[Address]] = {}
    for door in doors.select_related("building").order_by("street_name", "number", "suffix"):
        told.setdefault(door.building.residence_id, []).append(door)
    return {one.pk: _named(one, told.get(one.pk, [])) for one in residences}


def _named(residence: Residence, doors: Iterable[Address]) -> str:
    if residence.name:
        return residence.name
    if residence.houses_of_id:
        return _("Les maisons du voisinage")
    return told_briefly(_street_by_street(doors)) or _("Un immeuble sans adresse connue")


def doors_in_words(keys: Iterable[str]) -> str:
    """Name the doors of these keys, each of them, as one says them: "3 et 5 Rue Haute, 1 Rue Basse"."""
    return doors_told({0: keys})[0]


def doors_told(groups: Mapping[int, Iterable[str]]) -> dict[int, str]:
    """Name the doors of each of these groups of keys, in one question."""
    groups = {number: set(keys) for number, keys in groups.items()}
    asked = set().union(*groups.values())
    known = list(Address.objects.filter(key__in=asked).order_by("street_name", "number", "suffix")) if asked else []
    return {
        number: ", ".join(_street_by_street([door for door in known if door.key in keys], each=True))
        for number, keys in groups.items()
    }


def _street_by_street(addresses: Iterable[Address], *, each: bool = False) -> Iterator[str]:
    """Tell the doors of each street together, as one says it: "23 et 25 Avenue Camus", "1 à 13 Rue Haute"."""
    for street, doors in groupby(addresses, key=attrgetter("street_name")):
        numbers = [f"{door.number or ''} {door.suffix}".strip() for door in doors]
        yield f"{_numbers(numbers, each=each)} {street}".strip()


def _numbers(numbers: list[str], *, each: bool) -> str:
    """Tell a few numbers one by one, more of them from the first to the last, unless each is wanted."""
    if len(numbers) > MOST_NAMED and not each:
        return _("%(first)s à %(last)s") % {"first": numbers[0], "last": numbers[-1]}
    first, last = ", ".join(numbers[:-1]), numbers[-1]
    return _("%(first)s et %(last)s") % {"first": first, "last": last} if first else last


def told_briefly(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    names = list(names)
    more = len(names) - MOST_NAMED
    if more <= 0:
        return ", ".join(names)
    rest = ngettext("%(number)d autre", "%(number)d autres", more) % {"number": more}
    return _("%(names)s et %(rest)s") % {"names": ", ".join(names[:MOST_NAMED]), "rest": rest}


def size_of(residence: Residence) -> str:
    """Return how big a residence is, as public data say it; empty where they do not."""
    if not residence.dwellings:
        return ""
    told = ngettext("%(number)d logement", "%(number)d logements", residence.dwellings)
    size = told % {"number": residence.dwellings}
    return _("environ %(size)s") % {"size": size} if residence.dwellings_estimated else size
