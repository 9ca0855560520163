"""The plan round a door: numbered as the page lists it, drawn in metres, asking for nothing."""

import re

import pytest
from django.urls import reverse

from geo.models import Address
from maps.door_plan import HALF, plan_of
from scopes.home_pages.finding import doors_found
from scopes.home_pages.forms import FindForm
from tests.neighbours import person

pytestmark = pytest.mark.django_db


def door_at(text: str):
    return doors_found(FindForm({"address": text}))[0]


def test_the_plan_is_read_off_the_grid(toy_town):
    """Block (1, 0) holds three footprints of two residences; the door is in the middle of its south front."""
    door = door_at("4 rue des Acacias, Villegrille")
    plan = plan_of(door)
    numbered = [shape for shape in plan.buildings if shape.number]
    assert {shape.number for shape in numbered} == {choice.number for choice in door.choices}
    own = [shape for shape in numbered if shape.number == 1]
    assert own and all(abs(shape.x) <= 40 and -60 <= shape.y <= 0 for shape in own)
    assert plan.streets


def test_shapes_are_drawn_to_scale(toy_town):
    """The building of block (3, 1) is 40 m wide, and 8 rue des Bleuets is in the middle of its south front."""
    door = door_at("8 rue des Bleuets, Villegrille")
    (own,) = [shape for shape in plan_of(door).buildings if shape.number == 1]
    points = [tuple(map(float, pair.split(","))) for pair in re.findall(r"-?[\d.]+,-?[\d.]+", own.path)]
    assert max(x for x, _ in points) - min(x for x, _ in points) == pytest.approx(40, abs=0.5)
    assert max(y for _, y in points) == pytest.approx(0, abs=2)
    assert own.y == pytest.approx(-20, abs=2)


def test_the_page_draws_the_plan_and_asks_for_no_tile(toy_town, client):
    client.force_login(person("Zoé"))
    page = client.post(reverse("find-home"), {"address": "4 rue des Acacias, Villegrille"}).content.decode()
    assert 'class="door-plan"' in page and "Plan autour de la porte" in page
    assert f'viewBox="-{HALF} -{HALF} {2 * HALF} {2 * HALF}"' in page
    for number in re.findall(r'href="#(door-\d+-\d+)"', page):
        assert f'id="{number}"' in page
    assert "/tiles/" not in page
    assert str(Address.objects.get(street_name="Rue des Acacias", number=4).location.x)[:7] not in page


def test_one_residence_needs_no_plan(toy_town, client):
    client.force_login(person("Zoé"))
    page = client.post(reverse("find-home"), {"address": "8 rue des Bleuets, Villegrille"}).content.decode()
    assert "J’habite ici" in page and "door-plan" not in page


@pytest.mark.plan
def test_what_stands_round_a_door_is_found_by_its_index(toy_town):
    from django.db import connection

    from geo.models import Building, Street
    from maps.door_plan import _box

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_building, geo_street")
        cursor.execute("SET LOCAL enable_seqscan = off")
    box = _box(Address.objects.first().location)
    assert "geo_building_footprint" in Building.objects.open().filter(footprint__bboverlaps=box).explain()
    assert "geo_street_line" in Street.objects.open().filter(line__bboverlaps=box).explain()
