"""Seeing oneself through others' eyes, the list of residents, and one's own words."""

import re

import pytest

from scopes.leaving import leave
from scopes.models import Level, Openness
from tests.directory.speaking import say
from tests.neighbours import neighbour, person
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def alices(client, alice):
    client.force_login(alice.account)
    return client


def seen_by(alices, kind: str) -> str:
    page = still_page(alices.get("/moi/vu/", {"par": kind}))
    return page[page.index("<main") : page.index("</main>")]


@pytest.fixture
def words(alice):
    for level in (Level.RESIDENCE, Level.NEIGHBOURHOOD):
        say(alice, level, f"mot {level}")
    say(alice, Level.MUNICIPALITY, "mot ouvert", openness=Openness.PUBLIC)


class TestAsSeen:
    def test_each_sees_the_words_that_are_for_them(self, alices, words):
        told = {kind: re.findall(r">(mot [a-z]+)<", seen_by(alices, kind)) for kind in ("voisin", "quartier")}
        assert told == {
            "voisin": ["mot ouvert", "mot neighbourhood", "mot residence"],
            "quartier": ["mot ouvert", "mot neighbourhood"],
        }

    @pytest.mark.parametrize("kind", ["commerce", "inconnu"])
    def test_a_merchant_and_a_stranger_see_what_was_opened_without_a_name(self, alices, words, kind):
        page = seen_by(alices, kind)
        assert "mot ouvert" in page and "mot neighbourhood" not in page
        assert "Alice D." not in page and "Aucun nom" in page

    def test_who_wrote_nothing_is_nowhere(self, alices):
        assert "Nulle part" in seen_by(alices, "quartier") and "Nulle part" in seen_by(alices, "inconnu")

    def test_an_unknown_kind_is_the_neighbour(self, alices):
        assert seen_by(alices, "martien") == seen_by(alices, "voisin")

    def test_who_may_write_is_told_by_the_rule_itself(self, alices, alice):
        assert "Possible" in seen_by(alices, "quartier") and "Impossible" in seen_by(alices, "commerce")
        alice.alias.written_by = Level.RESIDENCE
        alice.alias.save()
        assert "Possible" in seen_by(alices, "voisin") and "Impossible" in seen_by(alices, "quartier")

    def test_without_a_home_nobody_sees_anything(self, client):
        client.force_login(person("Nouveau"))
        assert "personne ne vous voit" in client.get("/moi/vu/").content.decode()

    def test_a_passer_by_is_asked_to_sign_in(self, client):
        for address in ("/moi/vu/", "/moi/mots/"):
            assert client.get(address).status_code == 302


class TestList:
    def test_one_chooses_to_be_in_it_and_out_of_it(self, village, alices, alice, client):
        assert "Vous n’y figurez pas" in seen_by(alices, "voisin")
        alices.post("/moi/liste/")
        assert "Vous y figurez." in seen_by(alices, "voisin")
        alice.refresh_from_db()
        assert alice.listed
        alices.post("/moi/liste/", {"out": "1"})
        assert "Vous n’y figurez pas" in seen_by(alices, "voisin")

    def test_who_lives_elsewhere_is_in_no_list(self, village, client):
        owner = neighbour("Odile", village.residences["A"], role="absent_owner")
        client.force_login(owner.account)
        assert client.post("/moi/liste/").status_code == 404
        owner.refresh_from_db()
        assert not owner.listed


class TestWords:
    def test_ones_words_stand_together(self, alices, words):
        page = alices.get("/moi/mots/").content.decode()
        assert page.count('href="/mot/') == 3 and "En pause" not in page

    def test_what_pauses_is_said_again(self, village, alices, alice, words):
        neighbour("Alice", village.residences["F"], account=alice.account)
        leave(membership=alice)
        page = alices.get("/moi/mots/").content.decode()
        assert page.count("Redire") == 2 and "mot residence" not in page
        address = re.search(r'action="(/moi/mots/[0-9a-f-]+/redire/)"', page)[1]
        assert "C’est redit" in alices.post(address, follow=True).content.decode()
        assert alices.get("/moi/mots/").content.decode().count("Redire") == 1

    def test_who_has_no_home_left_says_nothing_again(self, alices, alice, words):
        leave(membership=alice)
        page = alices.get("/moi/mots/").content.decode()
        assert "mot neighbourhood" in page and "Redire" not in page
        nobody = "00000000-0000-4000-8000-000000000000"
        assert alices.post(f"/moi/mots/{nobody}/redire/").status_code == 403

    def test_anothers_words_are_not_there(self, village, alices, words):
        say(neighbour("Anna", village.residences["A"]), Level.RESIDENCE, "mot d’Anna")
        assert "mot d’Anna" not in alices.get("/moi/mots/").content.decode()
