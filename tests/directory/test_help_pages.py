"""Pages of helping hands: asked, joined by a code, read, ended; wrong words stand at their field."""

import pytest
from django.core.cache import cache

from directory.models import Help
from tests.directory.around import publish
from tests.directory.browsing import browser
from tests.directory.helping import TITLE, asks_for_help, helps_of, trusts
from tests.neighbours import neighbour, person
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
ASKED = {"by": "oneself", "title": TITLE, "text": "", "called": ""}


@pytest.fixture
def village():
    cache.clear()
    return make_village()


@pytest.fixture
def jeanne(village):
    return neighbour("Jeanne", village.residences["A"])


def test_from_asking_to_the_end(village, jeanne):
    asking, claire = browser(jeanne), person("Claire", "Martin")
    page = asking.post("/coups-de-main/demander/", ASKED, follow=True)
    address = page.request["PATH_INFO"]
    assert "invitez quelqu’un" in page.text
    code = asking.post(f"{address}inviter/", {"called": "Claire", "part": "helper"}).context["code"]
    assert code not in asking.get(address).text and "n’a pas encore écrit son code" in asking.get(address).text
    joined = browser(claire).post("/coups-de-main/code/", {"code": code}, follow=True)
    assert joined.request["PATH_INFO"] == address
    assert "Claire M." in joined.text and "agit pour Jeanne, avec son accord" in joined.text
    assert "C’est terminé." in asking.post(f"{address}terminer/", follow=True).text
    assert browser(claire).get(address).status_code == 404


def test_the_page_is_not_the_register_and_gives_the_town_hall_s_number(village, jeanne):
    hall = {"category": "town_hall", "location": village.cells[0].location, "municipality": village.town}
    address = f"/coups-de-main/{asks_for_help(jeanne).public_id}/"
    assert "Ceci n’est pas le registre de la mairie" in browser(jeanne).get(address).text
    publish(title="Mairie d’Enfilade", phone="+33240123456", **hall)
    page = browser(jeanne).get(address).text
    assert "Mairie d’Enfilade" in page and 'href="tel:+33240123456"' in page and "02 40 12 34 56" in page


def test_for_someone_without_their_consent_the_tick_is_asked_for(jeanne):
    answer = browser(jeanne).post("/coups-de-main/demander/", ASKED | {"by": "relative", "called": "Lucien"})
    assert answer.status_code == 400 and "Demandez d’abord à cette personne" in answer.text
    assert not Help.objects.exists()


def test_a_wrong_code_is_said_at_its_field(jeanne):
    answer = browser(jeanne).post("/coups-de-main/code/", {"code": "4K7QW-2M9XT"})
    assert answer.status_code == 400 and "Ce code n’ouvre rien ici" in answer.text


def test_who_is_trusted_leaves_and_who_is_not_finds_nothing(village, jeanne):
    anna, help_ = neighbour("Anna", village.residences["B"]), asks_for_help(jeanne)
    address = f"/coups-de-main/{help_.public_id}/"
    for way in ("", "inviter/"):
        assert browser(anna).get(f"{address}{way}").status_code == 404
    for way in ("inviter/", "quitter/", "terminer/", f"retirer/{help_.circle.get().public_id}/"):
        assert browser(anna).post(f"{address}{way}", {"called": "Léo", "part": "friend"}).status_code == 404
    trusts(jeanne, help_, anna)
    assert "C’est terminé" not in browser(anna).get(address).text
    assert browser(anna).post(f"{address}terminer/").status_code == 404
    browser(anna).post(f"{address}quitter/")
    assert helps_of(anna) == [] and helps_of(jeanne) == [TITLE]


def test_a_passer_by_is_asked_to_sign_in(jeanne):
    address = f"/coups-de-main/{asks_for_help(jeanne).public_id}/"
    assert browser(None).get(address).status_code == 302


def test_who_has_no_home_joins_and_asks_nothing(village):
    client = browser(person("Claire"))
    assert client.get("/coups-de-main/").status_code == 200
    assert "seules les personnes que vous invitez" in client.get("/coups-de-main/demander/").text
    assert client.post("/coups-de-main/demander/", ASKED).status_code == 200 and not Help.objects.exists()
