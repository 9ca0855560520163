"""What the toy town's grid says, the database says: residences, quarters, entrances, circles."""

import sys
from pathlib import Path

import pytest

from geo.models import Address, Building, Municipality, Neighbourhood, Release, Residence, Street
from tests.toy_town import FOLDER, TOWN


def quarter_of(residence: Residence, kind: str = "quartier") -> str:
    return residence.containments.get(kind=kind).neighbourhood.code


def residence_at(name: str) -> Residence:
    return Building.objects.get(key=f"bdtopo:BATIMENT-{name}").residence


def test_everything_is_there(toy_town):
    assert Municipality.objects.open().count() == 2
    assert Neighbourhood.objects.open().count() == 4 + 16
    assert Building.objects.open().count() == 400 - 1 + 2 + 2 + 9
    assert Street.objects.open().count() == 840
    assert Address.objects.open().count() == 399 + 2
    assert Release.objects.active().count() == 6


def test_footprints_that_share_an_rnb_id_are_one_residence(toy_town):
    one = residence_at("00-00-a")
    assert [residence_at(f"00-00-{letter}") for letter in "bc"] == [one, one]
    assert (one.dwellings, one.key) == (6, "bdtopo:BATIMENT-00-00-a")


def test_a_footprint_of_two_rnb_ids_ties_both(toy_town):
    assert residence_at("01-00-a") == residence_at("01-00-b")
    assert residence_at("01-00-c") != residence_at("01-00-a")


def test_a_building_across_a_limit_lies_where_most_of_it_is(toy_town):
    assert quarter_of(residence_at("09-05")) == "SO"


@pytest.mark.parametrize("i, j", [(0, 0), (9, 9), (10, 0), (0, 10), (19, 19), (5, 14)])
def test_each_residence_lies_in_its_quarters(toy_town, i, j):
    residence = residence_at(f"{i:02}-{j:02}-a" if (i, j) == (0, 0) else f"{i:02}-{j:02}")
    assert quarter_of(residence) == ("S" if j < 10 else "N") + ("O" if i < 10 else "E")
    assert quarter_of(residence, "sous_quartier") == f"{i // 5}{j // 5}"


def test_a_town_without_quarters_has_no_circle_kind(toy_town):
    assert (toy_town.municipality.circle_kind, toy_town.neighbour.circle_kind) == ("quartier", "")
    assert toy_town.neighbour.residences.count() == 9


def test_addresses_open_on_buildings(toy_town):
    door = Address.objects.get(street_name="Rue des Églantines", number=8)
    assert door.building.key == "bdtopo:BATIMENT-03-04"
    assert Address.objects.get(number=7, suffix="ter").building.key == "bdtopo:BATIMENT-03-01"
    assert Address.objects.get(number=1).building is None


def test_points_are_looked_up_by_the_grid(toy_town):
    assert Municipality.objects.covering(toy_town.point(50, 50)).get().insee_code == TOWN
    assert Building.objects.covering(toy_town.point(250, 250)).get().key == "bdtopo:BATIMENT-02-02"
    assert Neighbourhood.objects.covering(toy_town.point(1999, 1)).get(kind="quartier").code == "SE"


def test_metres_of_the_grid_are_metres_on_the_ground(toy_town):
    from django.contrib.gis.db.models.functions import Distance

    here = toy_town.point(0, 0)
    far = Building.objects.annotate(away=Distance("location", here)).get(key="bdtopo:BATIMENT-19-19")
    assert far.away.m == pytest.approx(1950 * 2**0.5, rel=1 / 30_000)


def test_the_files_are_those_that_the_script_draws(tmp_path):
    sys.path.insert(0, str(FOLDER))
    try:
        import make_toy_town
    finally:
        sys.path.remove(str(FOLDER))
    make_toy_town.write(tmp_path)
    for drawn in sorted(Path(tmp_path).iterdir()):
        assert drawn.read_bytes() == (FOLDER / drawn.name).read_bytes(), drawn.name
