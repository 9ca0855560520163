"""What a word would reach, on the map, before it is sent: whole cells, whoever lives there, and what was written."""

import json
import re

import pytest

from geo.models import Residence
from scopes.models import Membership
from scopes.preview import preview_of
from scopes.reach_table import renew_reach
from scopes.viewing import viewer_of
from tests.directory.browsing import browser, said
from tests.neighbours import asker, neighbour, person

pytestmark = pytest.mark.django_db

WORD = {"category": "question", "title": "Une échelle ?", "text": "Qui en <b>prête</b> une ?"}


@pytest.fixture
def camille(toy_town) -> Membership:
    return neighbour("Camille", Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04"))


def seen(member, **filled):
    return browser(member).post("/portee/", WORD | filled)


def facts(page) -> list[str]:
    return re.findall(r"<li>([^<]+)</li>", page.content.decode().split("audience-facts")[-1].split("</ul>")[0])


def drawn(page) -> dict:
    """The circle of the map."""
    data = re.search(r"geo_json_circle_add\((\{.*\})\);", page.content.decode())
    features = json.loads(data[1])["features"]
    return next(feature["geometry"] for feature in features if feature["properties"]["part"] == "circle")


@pytest.mark.parametrize("level", ["residence", "voisinage", "neighbourhood", "municipality"])
def test_each_circle_is_told_and_drawn(camille, level):
    page = seen(camille, level=level)
    told = preview_of(home=viewer_of(camille.account_id).home, level=level)
    assert page.status_code == 200
    assert f"{told.homes}"[-3:] in facts(page)[0]
    assert drawn(page) == told.as_json()["drawing"]
    assert ("moins de 20 foyers connectés" in facts(page)) is (level != "residence")


def test_a_zone_tells_what_lies_outside(camille):
    page = seen(camille, level="catchment", zone="radius", radius="5000")
    assert any("données non chargées sur" in fact for fact in facts(page))
    middle = neighbour("Alex", Residence.objects.get(buildings__key="bdtopo:BATIMENT-10-10"))
    assert not any("données" in fact for fact in facts(seen(middle, level="catchment", zone="radius", radius="250")))
    assert "s’arrête avant elles" in facts(seen(camille, level="catchment", zone="walk", minutes="20"))[-1]


def test_what_was_written_comes_along_escaped_and_nothing_is_sent(camille):
    body = seen(camille, level="voisinage").content.decode()
    assert '<input type="hidden" name="text" value="Qui en &lt;b&gt;prête&lt;/b&gt; une ?">' in body
    assert '<input type="hidden" name="level" value="voisinage">' in body
    assert 'name="intruder"' not in seen(camille, level="voisinage", intruder="x").content.decode()


def test_a_zone_to_draw_opens_the_map_around_the_cell(camille):
    page = seen(camille, level="catchment", zone="drawing")
    assert page.status_code == 200
    assert "drawing-tools" in page.content.decode()
    assert facts(page) == [] or "foyer" not in facts(page)[0]


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        ({"level": "catchment", "zone": "drawing", "drawing": "{"}, "GeoJSON"),
        ({"level": "catchment", "zone": "street", "street": "Rue des Baobabs"}, "Baobabs"),
        ({"level": "catchment", "zone": "homes"}, "nécessaire"),
        ({"level": "planet"}, "Choisissez une zone"),
    ],
)
def test_what_cannot_be_shown_is_said(camille, filled, why):
    page = seen(camille, **filled)
    assert page.status_code == 400
    assert why in page.content.decode()


def test_nothing_of_it_is_for_who_has_no_home(camille, client):
    assert client.post("/portee/", WORD).status_code == 302
    residence = camille.residence
    for someone in (person("Nul"), asker("Alix", residence)):
        assert browser(someone).post("/portee/", WORD | {"level": "residence"}).headers["Location"] == "/publier/"
    assert browser(camille).get("/portee/").headers["Location"] == "/publier/"


@pytest.mark.privacy
def test_two_homes_of_one_cell_are_shown_the_same(toy_town):
    residence = Residence.objects.get(buildings__key="bdtopo:BATIMENT-04-04")
    other = residence.public_cell.residences.exclude(pk=residence.pk).filter(houses_of=None).order_by("pk").first()
    members = [neighbour("Camille", one) for one in (residence, other)]
    for filled in ({"level": "voisinage"}, {"level": "catchment", "zone": "homes", "homes": "300"}):
        assert len({said(seen(member, **filled)) for member in members}) == 1


@pytest.mark.privacy
def test_nobody_sees_that_someone_joined_before_the_next_quarter(camille):
    renew_reach()
    before = [said(seen(camille, level=level)) for level in ("residence", "voisinage", "municipality")]
    neighbour("Noa", camille.residence)
    neighbour("Lou", Residence.objects.circles().exclude(pk=camille.residence_id).first())
    assert before == [said(seen(camille, level=level)) for level in ("residence", "voisinage", "municipality")]


class TestWhileWriting:
    """What the page of writing asks as circles are chosen: the same facts, without the page around them."""

    def asked(self, member, **filled):
        return browser(member).post("/portee/", WORD | filled, headers={"HX-Request": "true"})

    @pytest.mark.parametrize("level", ["residence", "voisinage", "municipality"])
    def test_the_facts_alone_come_and_they_are_those_of_the_page(self, camille, level):
        told = self.asked(camille, level=level)
        assert facts(told) == facts(seen(camille, level=level))
        assert b"<html" not in told.content and b"leaflet" not in told.content

    def test_what_is_missing_is_said_in_their_place_and_is_no_error_of_the_page(self, camille):
        told = self.asked(camille, level="catchment", zone="radius", radius="<i>")
        assert told.status_code == 200
        assert 'role="alert"' in told.content.decode() and b"<i>" not in told.content

    def test_a_zone_that_is_still_to_be_drawn_is_no_mistake(self, camille):
        assert self.asked(camille, level="catchment", zone="drawing").content.strip() == b""

    def test_no_cache_keeps_it(self, camille):
        assert self.asked(camille, level="voisinage")["Cache-Control"] == "private, no-store"
