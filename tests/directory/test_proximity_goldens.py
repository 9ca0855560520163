"""The 40 addresses of Montpellier: the ten nearest and the counts of four layers, as computed by others."""

import csv
import gzip
import json

import pytest
from django.conf import settings

from directory.here import Here
from directory.search import SearchRequest, search
from directory.within import Within
from tests.directory.around import copy_entries, points_at

SHARED = settings.BASE_DIR.parent / "shared" / "data"
GOLDENS = SHARED / "goldens" / "proximity-montpellier.json"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.conformance,
    pytest.mark.skipif(not GOLDENS.exists(), reason="../shared/data is not on this machine"),
]
#: Each layer stands under a category of its own.
LAYERS = {"adresses": "post_box", "commerces": "bakery", "pharmacies": "pharmacy", "associations": "library"}


def geojson_points(name: str) -> list[tuple[float, float]]:
    with gzip.open(SHARED / "montpellier" / f"{name}.geojson.gz", "rt") as file:
        return [feature["geometry"]["coordinates"][:2] for feature in json.load(file)["features"]]


def associations() -> list[tuple[float, float]]:
    with gzip.open(SHARED / "montpellier" / "associations_2011.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    return [(float(row["Longitude"]), float(row["Latitude"])) for row in rows if row["Longitude"] and row["Latitude"]]


def near(case: dict, layer: str, **asked) -> list[float]:
    """Distances of what search finds of a layer around the address of a case."""
    where = Here(longitude=case["query"]["lon"], latitude=case["query"]["lat"])
    return [item.distance for item in search(SearchRequest(here=where, categories=(LAYERS[layer],), **asked)).items]


def count(case: dict, layer: str, metres: str) -> int:
    """How many pages hold."""
    where = Here(longitude=case["query"]["lon"], latitude=case["query"]["lat"])
    asked = {"here": where, "categories": (LAYERS[layer],), "within": Within.parse(f"{metres}m"), "limit": 100}
    total, cursor = 0, ""
    while True:
        answer = search(SearchRequest(**asked, cursor=cursor))
        total += len(answer.items)
        if not (cursor := answer.next):
            return total


@pytest.fixture
def cases():
    """The cases, with the four layers loaded."""
    read = {
        "adresses": geojson_points("adresses"),
        "commerces": geojson_points("commerces_osm"),
        "pharmacies": geojson_points("pharmacies_osm"),
        "associations": associations(),
    }
    goldens = json.loads(GOLDENS.read_text())
    assert {layer: len(points) for layer, points in read.items()} == goldens["n_layers"]
    first = 0
    for layer, points in read.items():
        copy_entries(points_at(points), first=first, categories=[LAYERS[layer]])
        first += len(points)
    return goldens["cases"]


@pytest.mark.slow
def test_the_ten_nearest_and_the_counts_near_by_are_those_of_the_goldens(cases):
    assert len(cases) == 40
    for case in cases:
        for layer, expected in case["layers"].items():
            distances = [metres for _identity, metres in expected["nearest"]]
            assert near(case, layer, limit=10) == pytest.approx(distances, rel=0.001, abs=0.002)
            assert count(case, layer, "100") == expected["within"]["100"]


@pytest.mark.slow
def test_as_many_lie_within_300_to_1000_m(cases):
    for case in cases:
        for layer, expected in case["layers"].items():
            for metres in ("300", "500", "1000"):
                assert count(case, layer, metres) == expected["within"][metres]
