"""Invents the listings of a demonstration town: always the same, marked as such, and never at anyone's home.

Merchants, public places and the few associations with a door stand in real buildings of commercial use; the others are
known at the commune, and services between neighbours at their quarter, with no point. Telephone numbers are of a range
that the Arcep keeps for fiction (02 61 91 XX XX, plan de numérotation, decision 2018-0881, https://www.arcep.fr).
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from directory.importing.drafting import Draft
from directory.importing.report import Report
from directory.importing.running import import_drafts
from directory.models import Service
from geo.models import Building, Municipality, Neighbourhood

SOURCE, LICENCE = "demonstration", "CC0 1.0"
MERCHANTS, PLACES, SERVICES, ASSOCIATIONS = 420, 60, 120, 60
#: One association in so many opens its door at hours it tells; the others are known at the commune.
OPEN_EVERY = 3


class Spot(NamedTuple):
    """A building where something can be invented."""

    key: str
    longitude: float
    latitude: float
    address: str


def create_demonstration(*, municipality: Municipality) -> Report:
    """Invent the listings of this town, or bring them in line with its buildings; a second time changes nothing."""
    spots = _spots(municipality, most=MERCHANTS + PLACES + ASSOCIATIONS // OPEN_EVERY)
    drafts = (
        *_inhabit(spots[:MERCHANTS], _invention()["merchants"], with_phone=True),
        *_inhabit(spots[MERCHANTS : MERCHANTS + PLACES], _invention()["places"], with_phone=False),
        *_associations(municipality, spots[MERCHANTS + PLACES :]),
        *_services(municipality),
    )
    return import_drafts(drafts, source=SOURCE, dataset=municipality.insee_code, licence=LICENCE)


def _inhabit(spots: Sequence[Spot], kinds: Mapping[str, Mapping], *, with_phone: bool) -> Iterator[Draft]:
    """Give each spot a category by its weight, and a name that no other has."""
    weights = [kind["weight"] for kind in kinds.values()]
    taken: set[str] = set()
    for spot in spots:
        # Seeded by the building: the same on every machine, and no other building moves it. By more than its key: the
        # first draw from the key chose the building (`_spots`), and would choose the first categories again.
        chance = random.Random(f"{spot.key}/kind")  # noqa: S311 - nothing secret
        (code,) = chance.choices(list(kinds), weights)
        names = [name.format(word=word) for name in kinds[code]["names"] for word in _invention()["words"]]
        chance.shuffle(names)
        title = next((name for name in names if name not in taken), None)
        if title is None:
            continue
        taken.add(title)
        yield Draft(
            number=spot.key,
            key=f"{spot.key}/{code}",
            longitude=spot.longitude,
            latitude=spot.latitude,
            placed=True,
            named=True,
            category=code,
            title=title,
            address=spot.address,
            phone=f"+3326191{chance.randrange(10_000):04d}" if with_phone else "",
            opening_hours=chance.choice(kinds[code]["hours"]),
            demonstration=True,
        )


def _associations(municipality: Municipality, spots: Sequence[Spot]) -> Iterator[Draft]:
    """Associations of every kind in turn, most known at the commune, as the register knows them."""
    kinds, doors = _invention()["associations"], iter(spots)
    for rank in range(ASSOCIATIONS):
        code = list(kinds)[rank % len(kinds)]
        spot = next(doors, None) if rank % OPEN_EVERY == 0 else None
        key = f"{municipality.insee_code}/association/{rank}"
        chance = random.Random(key)  # noqa: S311 - nothing secret
        yield Draft(
            number=key,
            key=key,
            longitude=spot.longitude if spot else None,
            latitude=spot.latitude if spot else None,
            placed=spot is not None,
            named=True,
            category=code,
            title=kinds[code]["names"][rank // len(kinds)],
            description=kinds[code]["purpose"],
            insee_code=municipality.insee_code,
            address=spot.address if spot else "",
            phone=f"+3326191{chance.randrange(10_000):04d}" if spot else "",
            opening_hours=chance.choice(_invention()["open_doors"]) if spot else "",
            demonstration=True,
        )


def _services(municipality: Municipality) -> Iterator[Draft]:
    """Offers and requests of neighbours who do not exist, spread over the quarters in turn."""
    quarters = list(
        Neighbourhood.objects.open()
        .filter(municipality=municipality, kind=municipality.circle_kind)
        .order_by("code")
        .values_list("pk", flat=True)
    ) or [None]
    said = [
        (code, direction, title)
        for code, service in _invention()["services"].items()
        for direction, titles in ((Service.Direction.OFFER, "offers"), (Service.Direction.REQUEST, "requests"))
        for title in service[titles]
    ]
    for rank in range(SERVICES):
        code, direction, title = said[rank % len(said)]
        key = f"{municipality.insee_code}/service/{rank}"
        yield Draft(
            number=key,
            key=key,
            longitude=None,
            latitude=None,
            placed=False,
            named=True,
            category=code,
            title=title,
            insee_code=municipality.insee_code,
            direction=direction.value,
            neighbourhood_id=quarters[rank % len(quarters)],
            demonstration=True,
        )


def _spots(municipality: Municipality, *, most: int) -> list[Spot]:
    """Choose buildings of commercial use, those with an address first, by a hash of their key."""
    commercial = Q(use=Building.Use.COMMERCIAL) | Q(second_use=Building.Use.COMMERCIAL)
    buildings = Building.objects.open().filter(commercial, municipality=municipality).prefetch_related("addresses")
    spots = (_spot(building) for building in buildings)
    return sorted(spots, key=lambda spot: (not spot.address, random.Random(spot.key).random()))[:most]  # noqa: S311


def _spot(building: Building) -> Spot:
    address = min((str(address) for address in building.addresses.all() if not address.closed_on), default="")
    return Spot(building.key, building.location.x, building.location.y, address)


@cache
def _invention() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
