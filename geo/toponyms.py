"""Keeps the names people type: towns, former towns, postcodes, quarters, streets and named buildings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.gis.db.models import Collect, PointField
from django.contrib.gis.db.models.functions import Centroid, ClosestPoint, PointOnSurface
from django.db import connection
from django.db.models import F, Max, TextField, Value
from django.db.models.functions import Cast

from geo.models import WGS84, Address, Building, FormerMunicipality, Municipality, Neighbourhood, Street, Toponym
from geo.settling import Settled
from geo.wording import comparable

Kind = Toponym.Kind

#: How likely each kind is meant, as a share of its town's importance.
WEIGHT = {Kind.MUNICIPALITY: 1.0, Kind.POSTCODE: 0.9, Kind.NEIGHBOURHOOD: 0.7, Kind.STREET: 0.6, Kind.PLACE: 0.5}
FORMER_WEIGHT = 0.8
#: Of places outside France's departments, as in the codes of the COG (Monaco is 99138): it tells nobody anything.
ABROAD = "99"
#: Decimal logarithm of the largest population that matters: Paris, 2.1 million, comes to 0.97.
LARGEST = 6.5
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Name:
    """One row of `geo.models.Toponym`."""

    kind: Kind
    label: str
    name: str
    #: What is matched, before it is made comparable.
    words: str
    town: Municipality
    #: Hexadecimal EWKB, as PostgreSQL writes and reads it: 72,731 of them pass through unopened.
    location: str
    weight: float
    neighbourhood_id: int | None = None

    def columns(self) -> tuple[object, ...]:
        """Values in the order of `COLUMNS`."""
        importance = round(importance_of(self.town.population) * self.weight, 4)
        words = comparable(self.words)[:400]
        label = self.label[:200]
        return (
            self.kind.value,
            label,
            self.name[:160],
            words,
            self.town.pk,
            self.neighbourhood_id,
            self.location,
            importance,
        )


COLUMNS = "kind, label, name, normalised, municipality_id, neighbourhood_id, location, importance"


def rebuild_toponyms(settled: Settled) -> None:
    """Write anew the names of the municipalities where something changed."""
    rebuild(settled.municipality_ids)


def rebuild(municipality_ids: Iterable[int]) -> int:
    """Write anew the names of these municipalities, in the caller's transaction; return how many there are."""
    ids, written = list(municipality_ids), 0
    Toponym.objects.filter(municipality_id__in=ids).delete()
    with connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            # All are read before the first is copied: a connection that copies answers no other question.
            rows = [name.columns() for name in names_of(ids[start : start + BATCH])]
            with cursor.copy(f"COPY geo_toponym ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            written += len(rows)
    return written


def importance_of(population: int | None) -> float:
    """0 to 1 from a population; a town of unknown size counts as one of a hundred people."""
    return min(1.0, math.log10(max(population or 100, 10)) / LARGEST)


def names_of(municipality_ids: list[int]) -> Iterator[Name]:
    """Every name in these municipalities."""
    towns = Municipality.objects.open().defer("boundary", "location").annotate(point=Cast("location", TextField()))
    placed = {town.pk: town for town in towns.filter(pk__in=municipality_ids, location__isnull=False)}
    for town in placed.values():
        yield from _town_names(town)
    yield from _former_names(placed)
    yield from _neighbourhood_names(placed)
    yield from _street_names(placed)
    yield from _building_names(placed)


def _town_names(town: Municipality) -> Iterator[Name]:
    label = f"{town.name} ({town.department})" if town.department != ABROAD else town.name
    yield Name(Kind.MUNICIPALITY, label, town.name, town.name, town, town.point, WEIGHT[Kind.MUNICIPALITY])
    for postcode in town.postcodes:
        label = f"{postcode} {town.name}"
        yield Name(Kind.POSTCODE, label, postcode, label, town, town.point, WEIGHT[Kind.POSTCODE])


def _former_names(towns: dict[int, Municipality]) -> Iterator[Name]:
    former = FormerMunicipality.objects.filter(successor_id__in=towns).exclude(kind="ARM")
    for old in former:
        town = towns[old.successor_id]
        if old.name != town.name:
            label = f"{old.name} ({town.name}, {town.department})"
            yield Name(Kind.MUNICIPALITY, label, old.name, f"{old.name} {town.name}", town, town.point, FORMER_WEIGHT)


def _neighbourhood_names(towns: dict[int, Municipality]) -> Iterator[Name]:
    statistical = (Neighbourhood.Kind.IRIS, Neighbourhood.Kind.QPV)
    quarters = Neighbourhood.objects.open().filter(municipality_id__in=towns).exclude(kind__in=statistical)
    for quarter in quarters.annotate(point=Cast(PointOnSurface("boundary"), TextField())).defer("boundary"):
        town = towns[quarter.municipality_id]
        # "Paris 17e" is typed with the city first, "Chantenay Nantes" with the city last.
        first_city = quarter.kind == Neighbourhood.Kind.ARRONDISSEMENT
        words = f"{town.name} {quarter.name}" if first_city else f"{quarter.name} {town.name}"
        label = words if first_city else f"{quarter.name}, {town.name}"
        yield Name(
            Kind.NEIGHBOURHOOD, label, quarter.name, words, town, quarter.point, WEIGHT[Kind.NEIGHBOURHOOD], quarter.pk
        )


def _street_names(towns: dict[int, Municipality]) -> Iterator[Name]:
    """Streets as their addresses spell them, then those that have none: one name each, however it is spelt."""
    known = set()
    for place in (*_by_addresses(towns), *_by_segments(towns)):
        town, street = towns[place["municipality_id"]], place["street"]
        identity = (town.pk, comparable(street))
        if identity in known:
            continue
        known.add(identity)
        postcode = place["code"] or (town.postcodes[0] if len(town.postcodes) == 1 else "")
        label = f"{street}, {postcode} {town.name}" if postcode else f"{street}, {town.name}"
        yield Name(Kind.STREET, label, street, f"{street} {town.name}", town, place["point"], WEIGHT[Kind.STREET])


def _by_addresses(towns: dict[int, Municipality]) -> Iterator[dict[str, object]]:
    points = Collect(Cast("location", PointField(srid=WGS84)))
    found = Address.objects.filter(closed_on__isnull=True, municipality_id__in=towns).exclude(street_name="")
    grouped = found.values("municipality_id", street=F("street_name")).order_by()
    yield from grouped.annotate(code=Max("postcode"), point=Cast(ClosestPoint(points, Centroid(points)), TextField()))


def _by_segments(towns: dict[int, Municipality]) -> Iterator[dict[str, object]]:
    found = Street.objects.filter(closed_on__isnull=True, municipality_id__in=towns).exclude(name="")
    lines = Collect("line")
    grouped = found.values("municipality_id", street=F("name"), code=Value("")).order_by()
    yield from grouped.annotate(point=Cast(ClosestPoint(lines, Centroid(lines)), TextField()))


def _building_names(towns: dict[int, Municipality]) -> Iterator[Name]:
    named = Building.objects.open().filter(municipality_id__in=towns).exclude(name="")
    for building in named.only("name", "municipality_id").annotate(point=Cast("location", TextField())):
        town = towns[building.municipality_id]
        words = f"{building.name} {town.name}"
        yield Name(
            Kind.PLACE,
            f"{building.name}, {town.name}",
            building.name,
            words,
            town,
            building.point,
            WEIGHT[Kind.PLACE],
        )
