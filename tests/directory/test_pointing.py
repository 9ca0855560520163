"""The point of a request: a place out of doors, in reach, and never one's own door; who reads the request sees it."""

import re

import pytest
from django.contrib.gis.geos import Point

from directory.asking import withdraw
from directory.models import Ask, Post
from directory.pointing import read_point
from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.leaving import leave
from scopes.organisations.mandating import end
from scopes.own_door import is_at_own_door
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.around import at
from tests.directory.browsing import browser
from tests.directory.requesting import asks, hall_of
from tests.directory.speaking import looking
from tests.directory.test_ask_pages import NOBODY, body, everything
from tests.neighbours import asker, neighbour, person
from tests.scopes.mandates import in_force, town_hall
from tests.scopes.village import make_village
from tests.toy_town import ToyTown

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

#: Of residence A, in metres: the residences of the village lie 400 m apart.
OWN = (0, 20)


def place(east: float, north: float) -> Point:
    longitude, latitude = at(east, north)
    return Point(round(longitude, 5), round(latitude, 5), srid=4326)


@pytest.fixture
def village():
    return make_village()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def mayor(village):
    mayor = person("Maire")
    town_hall(mayor, village.town)
    return mayor


class TestOwnDoor:
    def test_one_s_own_place_and_25_metres_round_it(self, alice):
        east, north = OWN
        for metres, is_own in ((0, True), (23, True), (28, False)):
            assert is_at_own_door(alice.account, place(east + metres, north)) is is_own

    def test_every_home_of_the_person_those_asked_for_too_and_none_left(self, village, alice):
        second = asker("Alice", village.residences["C"], account=alice.account)
        assert is_at_own_door(alice.account, place(400, 20))
        assert not is_at_own_door(neighbour("Bruno", village.residences["D"]).account, place(400, 20))
        leave(membership=second)
        assert not is_at_own_door(alice.account, place(400, 20))

    def test_round_the_walls_and_the_entrance(self, toy_town: ToyTown):
        """The building of block (3, 1) stands from x = 330 to 370 and y = 130 to 170; 7 ter is its gate, 25 m away."""
        ana = neighbour("Ana", Residence.objects.get(buildings__key__endswith="BATIMENT-03-01"))
        own = {
            (x, y): is_at_own_door(ana.account, toy_town.point(x, y)) for x, y in ((350, 150), (350, 107), (350, 193))
        }
        assert all(own.values()), own
        assert not is_at_own_door(ana.account, toy_town.point(350, 197))
        assert not is_at_own_door(ana.account, toy_town.point(450, 150)), "the next building"

    def test_which_house_is_one_s_own_is_not_known_so_that_each_of_the_cell_is(self, toy_town: ToyTown):
        """Block (20, 0) of Voisine holds a house from x = 2030 to 2070 and y = 30 to 70."""
        house = Residence.objects.get(buildings__key__endswith="BATIMENT-20-00")
        circle = Residence.objects.open().get(houses_of=house.public_cell_id)
        hugo = neighbour("Hugo", circle)
        assert is_at_own_door(hugo.account, toy_town.point(2050, 50))
        assert is_at_own_door(hugo.account, toy_town.point(2050, 26))
        assert not is_at_own_door(hugo.account, toy_town.point(2050, 15)), "the lamp on the other side of the road"


class TestAsking:
    def test_it_is_kept_with_the_address_nearest_to_it(self, toy_town: ToyTown):
        """The address of a building is in the middle of its south front: 6 rue des Acacias lies at (250, 30)."""
        mayor, ana = person("Maire"), neighbour("Ana", Residence.objects.get(buildings__key__endswith="BATIMENT-08-08"))
        town_hall(mayor, toy_town.municipality)
        lamp = toy_town.point(250, 10)
        made = asks(ana, hall_of(mayor), point=lamp)
        made.refresh_from_db()
        assert made.location.coords == lamp.coords
        assert made.near == "6 Rue des Acacias"

    @pytest.mark.parametrize(
        ("where", "words"), [(OWN, "dites-le en mots"), ((10, 15), "dites-le en mots"), ((0, 10_500), "10 km")]
    )
    def test_one_s_own_door_and_what_is_far_are_refused_and_nothing_is_written(self, alice, mayor, where, words):
        with pytest.raises(InvalidParameter, match=words) as refusal:
            asks(alice, hall_of(mayor), point=place(*where), shown_to="neighbourhood")
        assert refusal.value.parameter == "point"
        with everything():
            assert not Ask.objects.exists() and not Post.objects.exists()

    def test_nor_is_the_agent_who_knows_the_residence_shown_its_door(self, village, alice):
        with pytest.raises(InvalidParameter):
            asks(alice, in_force(person("Gil"), [village.residences["A"]]), point=place(*OWN))

    def test_taken_back_or_erased_nothing_is_left_of_it(self, alice, mayor):
        made, other = (asks(alice, hall_of(mayor), title=title, point=place(200, 0)) for title in ("Banc", "Lampe"))
        (first, _second) = told(alice.account)["ce que vous avez demandé à un organisme"]
        assert [round(degrees, 5) for degrees in first["location"]["coordinates"]] == list(place(200, 0).coords)
        with looking(alice) as viewer:
            withdraw(viewer=viewer, public_id=made.public_id)
        made.refresh_from_db()
        assert (made.location, made.near) == (None, "")
        erase(account=alice.account)
        assert not Ask.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_shown_is_no_point(text):
    assert read_point(text) is None


@pytest.mark.parametrize("text", ["ici", "1", "1,2,3", "nan,47", "inf,0", "181,0", "0,-91", "<b>,1", "1;2"])
def test_what_is_no_point_is_refused_in_words(text):
    with pytest.raises(InvalidParameter) as refusal:
        read_point(text)
    assert refusal.value.parameter == "point"


def test_a_point_is_read_to_a_metre():
    assert read_point("-1.5539124,47.2173451").coords == (-1.55391, 47.21735)


class TestPages:
    SAID = {"title": "Le lampadaire", "text": "Éteint.", "shown_to": "neighbourhood"}

    @pytest.fixture
    def address(self, mayor) -> str:
        return f"/demandes/a/{hall_of(mayor).handle}/"

    def test_from_the_map_to_who_reads_it(self, village, alice, mayor, address):
        page = body(browser(alice.account).get(address))
        assert 'name="point"' in page and "map_alentour" in page and str(alice.residence.location.x)[:8] not in page
        longitude, latitude = place(200, 0).coords
        made = browser(alice.account).post(address, {**self.SAID, "point": f"{longitude},{latitude}"}, follow=True)
        assert made.status_code == 200
        asked = Ask.objects.get()
        plan = f"/demandes/{asked.public_id}/plan.svg"
        office = browser(mayor, two_factors=True)
        dora = browser(neighbour("Dora", village.residences["D"]).account)
        for reader, read in (
            (browser(alice.account), f"/demandes/{asked.public_id}/"),
            (office, f"/avis/demandes/{asked.public_id}/"),
            (dora, f"/mot/{asked.post.public_id}/"),
        ):
            assert plan in body(reader.get(read))
            answer = reader.get(plan)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/svg+xml"
            assert answer["Cache-Control"] == "private, no-store" and "ETag" not in answer
            assert "<circle" in body(answer)

    def test_nobody_else_finds_the_plan(self, village, alice, mayor, client):
        made = asks(alice, hall_of(mayor), point=place(200, 0), shown_to="neighbourhood")
        private = asks(alice, hall_of(mayor), title="Autre", point=place(200, 0))
        nowhere = asks(alice, hall_of(mayor), title="Sans lieu")
        elsa = browser(neighbour("Elsa", village.residences["E"]).account)
        bruno = browser(neighbour("Bruno", village.residences["B"]).account)
        one_factor, staff = browser(mayor), browser(person("Sam", is_staff=True), two_factors=True)
        absent = body(client.get(f"/demandes/{NOBODY}/plan.svg"))
        assert bruno.get(f"/demandes/{made.public_id}/plan.svg").status_code == 200
        for reader, asked in (
            *((reader, made) for reader in (elsa, one_factor, staff, client)),
            (bruno, private),
            (browser(alice.account), nowhere),
        ):
            answer = reader.get(f"/demandes/{asked.public_id}/plan.svg")
            assert answer.status_code == 404
        assert body(client.get(f"/demandes/{made.public_id}/plan.svg")).replace(str(made.public_id), NOBODY) == absent

    def test_nor_the_organisation_once_its_mandate_is_over(self, village, alice):
        agent = person("Gil")
        mandate = in_force(agent, [village.residences["A"]])
        plan = f"/demandes/{asks(alice, mandate, point=place(200, 0)).public_id}/plan.svg"
        office = browser(agent, two_factors=True)
        assert office.get(plan).status_code == 200
        end(by=agent, mandate=mandate)
        assert office.get(plan).status_code == 404

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"point": "ici"}, "point"),
            ({"point_address": "Rue des Inconnus"}, "point_address"),
            ({"point": "{},{}".format(*place(*OWN).coords)}, "point"),
        ],
    )
    def test_what_is_wrong_is_said_there_and_nothing_is_written(self, alice, address, wrong, field):
        answer = browser(alice.account).post(address, {**self.SAID, **wrong})
        assert answer.status_code == 400 and "Éteint." in body(answer) and "field-error" in body(answer)
        assert answer.context["form"].errors.keys() == {field}
        with everything():
            assert not Ask.objects.exists()

    def test_without_a_map_an_address_says_it(self, toy_town: ToyTown):
        mayor, ana = person("Maire"), neighbour("Ana", Residence.objects.get(buildings__key__endswith="BATIMENT-08-08"))
        town_hall(mayor, toy_town.municipality)
        address, private = f"/demandes/a/{hall_of(mayor).handle}/", self.SAID | {"shown_to": ""}
        street = browser(ana.account).post(address, {**private, "point_address": "rue des Acacias, Villegrille"})
        assert street.status_code == 400 and "pas toute la rue" in body(street)
        browser(ana.account).post(address, {**private, "point_address": "6 rue des Acacias, Villegrille"})
        assert Ask.objects.get().near == "6 Rue des Acacias"

    def test_the_plan_is_drawn_from_what_stands_there_with_the_names_of_streets(self, toy_town: ToyTown):
        """Within 75 m of the crossing (300, 100) stand the buildings of four blocks and run two streets."""
        mayor, ana = person("Maire"), neighbour("Ana", Residence.objects.get(buildings__key__endswith="BATIMENT-08-08"))
        town_hall(mayor, toy_town.municipality)
        made = asks(ana, hall_of(mayor), point=toy_town.point(300, 100))
        plan = body(browser(mayor, two_factors=True).get(f"/demandes/{made.public_id}/plan.svg"))
        assert set(re.findall(r"<text[^>]*>([^<]+)<", plan)) == {"Rue des Bleuets", "Allée n° 3"}
        assert "script" not in plan and "style" not in plan and "href" not in plan
