"""What people said, on the map and in its list: an area and a distance in words, a name never."""

import json
import re

import pytest

from directory.models import Service
from directory.publishing import publish
from geo.models import Building
from scopes.models import Level, Openness
from tests.directory.around import LATITUDE, LONGITUDE
from tests.directory.speaking import say
from tests.neighbours import neighbour
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

HERE = {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality"}


@pytest.fixture
def village():
    return make_village()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["D"])


def features(page) -> list[dict]:
    """What scripts put on the map."""
    refill = re.search(r'<script id="refill" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    return json.loads(refill[1])["results"]["features"]


def look(client, **asked):
    return client.get("/", HERE | asked, headers={"X-Alentour-Fragment": "results"})


def test_a_word_is_an_area_and_a_distance_in_words(client, village, alice):
    post = say(alice, Level.MUNICIPALITY, "Qui prête une échelle ?")
    client.force_login(neighbour("Bruno", village.residences["A"]).account)
    page = look(client)
    (drawn,) = features(page)
    assert drawn["geometry"]["type"] == "Polygon" and drawn["properties"]["ids"] == [str(post.public_id)]
    words = page.content.decode()
    assert "à 800\u202fm environ" in words
    assert f'href="/mot/{post.public_id}/"' in words and "Alice" not in words


def test_a_passer_by_finds_only_what_was_opened_and_no_name(client, alice):
    say(alice, Level.MUNICIPALITY, "fermé")
    say(alice, Level.MUNICIPALITY, "ouvert", openness=Openness.PUBLIC)
    words = look(client).content.decode()
    assert "ouvert" in words and "fermé" not in words and "Alice" not in words


def test_ones_own_residence_comes_first_without_a_place(client, village, alice):
    residence = village.residences["D"]
    Building.objects.create(
        **{"key": "building:D", "source": "test", "municipality": village.town, "dwellings": 12},
        **{"residence": residence, "location": residence.location, "footprint": village.zone(800, 20, 10)},
    )
    say(alice, Level.RESIDENCE, "entre nous")
    client.force_login(neighbour("Dora", residence).account)
    place = {"lat": residence.location.y, "lon": residence.location.x}
    page = look(client, **place)
    assert "dans votre immeuble" in page.content.decode() and features(page) == []


def test_the_page_of_a_word_found_by_its_other_address_is_its_own(client, alice):
    post = say(alice, Level.MUNICIPALITY, openness=Openness.PUBLIC)
    assert client.get(f"/annonce/{post.public_id}/").url == f"/mot/{post.public_id}/"


def test_paper_holds_what_everyone_may_read_whoever_prints_it(client, alice):
    say(alice, Level.MUNICIPALITY, "fermé")
    say(alice, Level.MUNICIPALITY, "ouvert", openness=Openness.PUBLIC)
    client.force_login(alice.account)
    at_home = client.get("/?within=municipality").content.decode()
    assert "fermé" in at_home and "/imprimer/" not in at_home, "a home is on no paper"
    assert "/imprimer/" in look(client).content.decode()
    words = client.get("/imprimer/", HERE).content.decode()
    assert "ouvert" in words and "fermé" not in words


def test_what_a_neighbour_offers_is_shown_at_the_cell(client, village, alice):
    offered = publish(
        category="sewing_help",
        title="Ourlets",
        municipality=village.town,
        cell=village.cells[2],
        direction=Service.Direction.OFFER,
    )
    words = client.get(f"/echange/{offered.public_id}/").content.decode()
    assert '"part": "circle"' in words and '"Point"' not in words
