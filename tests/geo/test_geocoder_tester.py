"""What real people typed, among the streets of every case: geocoder-tester (https://github.com/geocoders/geocoder-tester)."""

import csv

import pytest
from django.conf import settings
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon

from geo.geocoding import complete
from geo.models import Municipality, Street
from geo.toponyms import rebuild
from geo.wording import plain

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "geocoder-tester"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data is not on this machine"),
]

#: A person after the address, a department as "06", a misspelling in one word of two, figures for Henri IV, and a
#: square that the case expects under the name of the street beside it.
KNOWN_MISSES = {
    "7 rue desbrest, vichy (03200) karceles yves",
    "domaine des sausse 06 st jeannet",
    "20 bd ponyatowsky",
    "39 bd henry 4",
    "sq vert galant",
}


def cases_of(pattern: str) -> list[dict]:
    """Cases that expect a street of a named town."""
    rows: list[dict] = []
    for path in sorted(FOLDER.glob(pattern)):
        with path.open() as file:
            rows += csv.DictReader(file)
    return [row for row in rows if row["expected_street"] and row["expected_city"]]


def open_towns_of(cases: list[dict]) -> None:
    """Each town of the cases with all their streets there: every other one may be taken for the right one."""
    towns: dict[str, Municipality] = {}
    for number, row in enumerate(cases):
        name = row["expected_city"]
        if name not in towns:
            code = f"34{len(towns):03d}"
            west = 2 + len(towns) / 1_000
            towns[name] = Municipality.objects.create(
                key=f"insee:{code}", source="test", insee_code=code, department="34", name=name, population=5_000,
                boundary=MultiPolygon(Polygon.from_bbox((west, 43, west + 0.001, 43.001))),
                location=Point(west, 43), postcodes=[row["expected_postcode"]] if row["expected_postcode"] else [],
            )  # fmt: skip
        Street.objects.create(
            key=f"test:{number}", source="test", municipality=towns[name], name=row["expected_street"],
            line=LineString((2, 43), (2, 43.001)),
        )  # fmt: skip
    rebuild([town.pk for town in towns.values()])


def place_of(row: dict) -> int | None:
    """At which of five suggestions the right one stands, from 0; nowhere where it is missed."""
    wanted = plain(row["expected_street"]), plain(row["expected_city"])
    found = [(plain(one.street), plain(one.city)) for one in complete(row["query"], limit=5)]
    return found.index(wanted) if wanted in found else None


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_what_people_typed_is_found(every):
    """101 queries of people, all but five; 19 in 20 at the first suggestion. Every day a fourth of them."""
    cases = [row for pattern in ("*/test_from_user_input.csv", "*/fuzzy/test_typo.csv") for row in cases_of(pattern)]
    cases += cases_of("test_abbreviations.csv")
    open_towns_of(cases)
    cases = cases[::every]
    places = [(row["query"].strip(), place_of(row)) for row in cases]
    missed = {query for query, place in places if place is None}
    assert missed <= KNOWN_MISSES, sorted(missed - KNOWN_MISSES)
    not_first = [query for query, place in places if place != 0]
    assert len(not_first) <= 0.05 * len(cases), not_first


@pytest.mark.slow
def test_addresses_of_six_regions_are_found():
    """Every eighth, each among the streets of all."""
    cases = cases_of("*/test_addresses.csv")[::8]
    open_towns_of(cases)
    missed = [row["query"] for row in cases if place_of(row) is None]
    assert len(missed) <= 0.01 * len(cases), missed
