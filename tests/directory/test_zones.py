"""A word to a zone: it is read where a cell's point lies in it, and nowhere else; how it is filled in and sent."""

import json

import pytest
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from directory.models import Post, SearchEntry
from directory.pausing import say_again
from geo.catchments import radius_around
from geo.errors import InvalidParameter
from scopes.leaving import leave
from scopes.models import Level, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.browsing import browser
from tests.directory.speaking import looking, say, seen_by
from tests.neighbours import neighbour
from tests.scopes.village import SPACING

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

ZONE = {"level": "catchment", "zone": "radius", "radius": "500"}
WORD = {"category": "question", "title": "Une échelle ?", "text": "Qui en prête une ?"}


@pytest.fixture
def people(village):
    """One in each residence: cells 0, 0, 1, 2, 3 and 4, 400 m apart."""
    return {name: neighbour(name, residence) for name, residence in village.residences.items() if name != "house"}


def zone(village, number, metres):
    return radius_around(Point(*village.cells[number].location.coords, srid=4326), D(m=metres))


def test_it_is_read_by_those_whose_cell_has_its_point_there(village, people):
    say(people["A"], Level.CATCHMENT, "500 m", catchment=zone(village, 0, SPACING + 100))
    readers = {name for name, member in people.items() if "500 m" in seen_by(member)}
    assert readers == {"A", "B", "C"}
    assert seen_by(ANONYMOUS) == set()


def test_it_carries_the_cell_the_area_and_no_home(village, people):
    catchment = zone(village, 0, 500)
    post = say(people["A"], Level.CATCHMENT, catchment=catchment)
    assert (post.residence, post.space, post.location) == (None, None, None)
    assert post.cell == village.cells[0]
    assert post.catchment.equals(catchment.area)
    assert SearchEntry.objects.get(listing=post.pk).catchment.equals(catchment.area)


def test_it_may_be_opened_to_everyone(village, people):
    say(people["A"], Level.CATCHMENT, "ouvert", catchment=zone(village, 0, 500), openness=Openness.PUBLIC)
    assert seen_by(ANONYMOUS) == {"ouvert"}


@pytest.mark.parametrize("level", Level.values)
def test_a_zone_belongs_to_the_level_of_zones_alone(village, people, level):
    given = None if level == Level.CATCHMENT else zone(village, 0, 500)
    with pytest.raises(InvalidParameter) as refused:
        say(people["A"], level, catchment=given)
    assert refused.value.parameter == "level"
    assert not Post.objects.exists()


def test_it_is_filled_in_and_sent(village, people):
    page = browser(people["A"]).post("/publier/mot/", WORD | ZONE, follow=True)
    assert "pour les habitants alentour" in page.content.decode()
    assert seen_by(people["C"]) == {"Une échelle ?"}
    assert seen_by(people["D"]) == set()


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        ({"zone": "homes"}, "nécessaire pour cette zone"),
        ({"zone": "street", "street": "Rue des Baobabs"}, "Rue des Baobabs"),
        ({"zone": "drawing", "drawing": "{}"}, "GeoJSON"),
        ({"zone": ""}, "Choisissez une zone"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_sent(village, people, filled, why):
    page = browser(people["A"]).post("/publier/mot/", WORD | ZONE | filled)
    assert page.status_code == 400
    assert why in page.content.decode()
    assert WORD["title"] in page.content.decode()
    assert not Post.objects.exists()


def test_a_circle_reads_nothing_of_the_zone(village, people):
    page = browser(people["A"]).post(
        "/publier/mot/", WORD | ZONE | {"level": "neighbourhood", "radius": ""}, follow=True
    )
    assert page.status_code == 200
    assert Post.objects.get().catchment is None


def test_who_comes_back_from_the_map_finds_what_was_filled_in_and_nothing_is_sent(village, people):
    drawing = json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})
    filled = WORD | ZONE | {"zone": "drawing", "drawing": drawing, "openness": "on", "edit": "1"}
    page = browser(people["A"]).post("/publier/mot/", filled)
    assert page.status_code == 200
    body = page.content.decode()
    assert 'value="Une échelle ?"' in body and "Qui en prête une ?" in body
    assert "Votre tracé est gardé" in body
    assert 'value="catchment" checked' in body and 'value="drawing" selected' in body
    assert not Post.objects.exists()


def test_said_again_from_another_home_it_goes_to_the_voisinage_there(village, people):
    """The zone was around the home that was left, which nothing may link to the new one."""
    said = say(people["A"], Level.CATCHMENT, catchment=zone(village, 0, 500))
    leave(membership=people["A"])
    neighbour("A", village.residences["F"], account=people["A"].account, agrees=False)
    with looking(people["A"]) as viewer:
        again = say_again(viewer=viewer, home=viewer.home, public_id=said.public_id)
    assert (again.level, again.cell, again.catchment) == (Level.VOISINAGE, village.cells[4], None)
