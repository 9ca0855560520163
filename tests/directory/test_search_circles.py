"""What belongs to each circle, and why: read off a town drawn in metres around *here*."""

import json
import math

import pytest
from django.contrib.gis.geos import GEOSGeometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.circles import circle_around
from directory.search import SearchRequest, search
from directory.within import Level, Within
from geo.models import Building, Neighbourhood
from tests.directory.around import (
    box,
    found,
    here,
    load_buildings,
    make_building,
    make_quarter,
    make_town,
    put,
    titles,
)

pytestmark = pytest.mark.django_db
LEVELS = ["residence", "voisinage", "neighbourhood", "municipality"]


@pytest.fixture
def town():
    """6 km by 4 km, its two quarters parted 100 m east of *here*; 20 homes on *here*, 280 more up to 200 m."""
    town = make_town("Bourg", "44001", box(-3_000, -2_000, 3_000, 2_000), circle_kind="quartier")
    make_quarter(town, "Couchant", box(-3_000, -2_000, 100, 2_000))
    make_quarter(town, "Levant", box(100, -2_000, 3_000, 2_000))
    load_buildings(box(-3_000, -2_000, 3_000, 2_000))
    make_building(town, 0, 0, dwellings=20)
    make_building(town, 0, 50, dwellings=2)
    make_building(town, -120, 0, dwellings=100)
    make_building(town, 0, -200, dwellings=178)
    make_building(town, 1_500, 100, dwellings=500)
    return town


@pytest.fixture
def listings(town):
    """One in each circle, and what is known at its quarter or town only."""
    put(town, "in the building", (5, 5))
    put(town, "next door", (-60, 0))
    put(town, "same quarter", (-900, 0))
    put(town, "other quarter", (1_500, 0))
    put(town, "quarter only", None, neighbourhood=Neighbourhood.objects.get(name="Couchant"))
    put(town, "town only", None)
    elsewhere = make_town("Ailleurs", "44002", box(3_000, -2_000, 9_000, 2_000))
    put(elsewhere, "other town", (3_200, 0))
    put(elsewhere, "other town only", None)
    return town


def why(within, **asked):
    return {item.title: item.why["rule"] for item in found(within, **asked)}


def test_a_residence_holds_what_has_its_place_in_the_building(listings):
    assert why("residence") == {"in the building": "residence"}


def test_an_address_on_the_doorstep_belongs_to_the_building(listings):
    assert titles("residence", where=here(25, 0)) == ["in the building"]


def test_a_voisinage_reaches_as_far_as_the_three_hundredth_home(listings):
    answer = search(SearchRequest(here=here(), within=Within(Level.VOISINAGE)))
    assert answer.circle.voisinage.m == pytest.approx(200, abs=0.01)
    assert answer.notes == ()
    assert why("voisinage") == {"in the building": "residence", "next door": "voisinage"}


def test_a_quarter_within_150_m_of_its_limit_also_shows_the_other_side(listings):
    assert why("neighbourhood") == {
        "in the building": "residence",
        "next door": "voisinage",
        "same quarter": "neighbourhood",
        "other quarter": "border",
        "quarter only": "neighbourhood",
    }


def test_a_quarter_away_from_its_limit_shows_its_own(listings):
    west = ["same quarter", "next door", "in the building", "quarter only"]
    assert titles("neighbourhood", where=here(-900, 0)) == west
    assert titles("neighbourhood", where=here(1_500, 0)) == ["other quarter"]


def test_a_town_shows_everything_of_the_town_and_what_has_no_place_last(listings):
    items = found("municipality")
    assert {item.title: item.why["rule"] for item in items} == {
        "in the building": "residence",
        "next door": "voisinage",
        "same quarter": "neighbourhood",
        "other quarter": "border",
        "quarter only": "neighbourhood",
        "town only": "municipality",
    }
    assert [item.distance is None for item in items] == [False] * 4 + [True] * 2
    assert {item.point for item in items[-2:]} == {None}
    assert "metres" not in items[-1].why


def test_the_voisinage_crosses_the_limit_of_the_town(listings):
    at_the_limit = here(2_950, 0)
    assert "other town" in titles("municipality", where=at_the_limit)
    assert why("voisinage", where=at_the_limit)["other town"] == "voisinage"


def test_what_has_no_place_is_never_near(listings):
    assert set(titles("nearest")) & {"quarter only", "town only", "other town only"} == set()
    assert titles("200km") == titles("nearest")


def test_what_has_no_place_comes_after_the_last_page_of_what_has(listings):
    pages, cursor = [], ""
    while True:
        answer = search(SearchRequest(here=here(), within=Within(Level.MUNICIPALITY), limit=1, cursor=cursor))
        pages += [item.id for item in answer.items]
        if not (cursor := answer.next):
            break
    assert pages == [item.id for item in found("municipality")]


def test_a_house_has_no_circle_of_its_own(listings):
    answer = search(SearchRequest(here=here(0, 50), within=Within(Level.RESIDENCE)))
    assert answer.circle.level is Level.VOISINAGE
    assert answer.notes == ("Moins de trois logements ici : voici le voisinage.",)


def test_a_building_of_unknown_homes_is_a_residence(town):
    make_building(town, 400, 400, dwellings=None)
    assert circle_around(here(400, 400), Within(Level.RESIDENCE)).level is Level.RESIDENCE


def test_a_building_that_is_gone_is_no_residence(listings):
    Building.objects.filter(key="building:0,0").update(closed_on="2026-01-01")
    assert circle_around(here(), Within(Level.RESIDENCE)).level is Level.VOISINAGE


@pytest.mark.parametrize(
    ("within", "note"),
    [
        (Level.RESIDENCE, "Aucun immeuble connu ici : voici le voisinage."),
        (Level.NEIGHBOURHOOD, "Pas de quartiers connus ici : voici le voisinage."),
        (Level.MUNICIPALITY, "Hors des communes connues : voici le voisinage."),
    ],
)
def test_a_circle_that_does_not_exist_answers_with_the_voisinage_and_says_so(within, note):
    circle = circle_around(here(), Within(within))
    assert circle.level is Level.VOISINAGE
    assert circle.voisinage.m == 500
    assert circle.notes == (note, "Bâtiments : données non chargées ici ; le voisinage est pris à 500 m.")


def test_few_homes_make_a_wide_voisinage_but_not_an_endless_one():
    town = make_town("Hameau", "44003", box(-9_000, -9_000, 9_000, 9_000))
    load_buildings(box(-9_000, -9_000, 9_000, 9_000))
    make_building(town, 30, 0, dwellings=4)
    circle = circle_around(here(), Within(Level.VOISINAGE))
    assert (circle.voisinage.m, circle.notes) == (5_000, ())


def test_the_circle_draws_itself(listings):
    def area(within):
        shape = search(SearchRequest(here=here(), within=Within.parse(within))).shape
        return GEOSGeometry(json.dumps(shape)).transform(2154, clone=True).area

    assert area("residence") == pytest.approx(400, rel=0.01)
    assert area("voisinage") == pytest.approx(math.pi * 200**2, rel=0.01)
    assert area("neighbourhood") == pytest.approx(3_100 * 4_000, rel=0.01)
    assert area("municipality") == pytest.approx(6_000 * 4_000, rel=0.01)
    assert area("500m") == pytest.approx(math.pi * 500**2, rel=0.01)
    assert search(SearchRequest(here=here())).shape is None


def test_the_circle_is_named(listings):
    assert circle_around(here(), Within(Level.NEIGHBOURHOOD)).name == "Couchant"
    assert circle_around(here(), Within(Level.MUNICIPALITY)).name == "Bourg"


def test_categories_and_words_hold_for_what_has_no_place_too(listings):
    assert titles("municipality", text="ville town") == []
    assert titles("municipality", text="town only") == ["town only"]
    assert titles("municipality", categories=("hairdresser",)) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(east=st.floats(-3_500, 3_500), north=st.floats(-2_500, 2_500))
def test_each_level_holds_the_narrower_ones(listings, east, north):
    where = here(east, north)
    narrower: set[str] = set()
    for level in LEVELS:
        shown = set(titles(level, where=where))
        assert narrower <= shown
        narrower = shown
