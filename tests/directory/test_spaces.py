"""The spaces of a home and the page of a post, asked for as people do, without JavaScript."""

import re

import pytest
from django.utils import timezone

from directory import feeds
from directory.models import Answer, Post
from scopes import second_lock
from scopes.models import Level, Openness
from tests.directory.exchanged import share
from tests.directory.speaking import looking, reply, say
from tests.neighbours import asker, neighbour, person
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

SPACES = ("/immeuble/", "/quartier/", "/ville/")


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"], listed=True)


@pytest.fixture
def sign_in(client):
    """A browser in which someone has signed in."""

    def signed_in(someone):
        client.force_login(getattr(someone, "account", someone))
        return client

    return signed_in


def titles_on(page) -> list[str]:
    """Titles of the posts of a space, in their order."""
    return re.findall(r'<h2><a href="/mot/[0-9a-f-]{36}/">([^<]+)</a></h2>', page.content.decode())


def write(client, **filled):
    """Fill the form of a new post and send it."""
    filled = {"category": "question", "title": "Une échelle ?", "text": "Qui en prête une ?", **filled}
    return client.post("/publier/mot/", {"level": "residence", **filled}, follow=True)


def test_a_word_in_my_residence_is_read_and_answered_there_and_nowhere_else(village, alice, sign_in):
    page = write(sign_in(alice))
    address = page.redirect_chain[-1][0]
    assert "Une échelle ?" in page.content.decode() and "pour l’immeuble" in page.content.decode()

    anna = sign_in(neighbour("Anna", village.residences["A"]))
    assert titles_on(anna.get("/immeuble/")) == ["Une échelle ?"]
    said = anna.post(address, {"text": "Moi, ce soir."}, follow=True).content.decode()
    assert "Moi, ce soir." in said and "Anna D." in said and "Alice D." in said

    bruno = sign_in(neighbour("Bruno", village.residences["B"]))
    for place in SPACES:
        assert titles_on(bruno.get(place)) == []
    assert bruno.get(address).status_code == 404
    assert bruno.post(address, {"text": "Et moi ?"}).status_code == 404
    assert "Moi, ce soir." in sign_in(alice).get(address).content.decode()


class TestSpaces:
    @pytest.fixture(autouse=True)
    def words(self, village, alice):
        for level in (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
            say(alice, level)

    def test_each_space_shows_its_level_and_the_narrower_ones_newest_first(self, village, sign_in):
        browser = sign_in(neighbour("Anna", village.residences["A"]))
        assert [titles_on(browser.get(place)) for place in SPACES] == [
            ["residence"],
            ["neighbourhood", "voisinage", "residence"],
            ["municipality", "neighbourhood", "voisinage", "residence"],
        ]

    def test_each_word_says_why_it_is_there(self, village, sign_in):
        page = sign_in(neighbour("Anna", village.residences["A"])).get("/ville/").content.decode()
        for why in ("dans votre immeuble", "dans votre voisinage", "dans votre quartier", "dans votre ville"):
            assert page.count(why) == 1

    def test_next_door_reads_what_is_wider_than_the_residence(self, village, sign_in):
        browser = sign_in(neighbour("Bruno", village.residences["B"]))
        assert titles_on(browser.get("/immeuble/")) == []
        assert titles_on(browser.get("/quartier/")) == ["neighbourhood", "voisinage"]

    def test_across_the_limit_comes_what_is_open_without_a_name(self, village, sign_in):
        elsa = neighbour("Elsa", village.residences["E"])
        say(elsa, Level.NEIGHBOURHOOD, "en face, ouvert", openness=Openness.PUBLIC)
        say(elsa, Level.NEIGHBOURHOOD, "en face, entre soi")
        page = sign_in(neighbour("Dora", village.residences["D"])).get("/quartier/")
        assert titles_on(page) == ["en face, ouvert", "neighbourhood"]
        assert "quartier voisin" in page.content.decode() and "Elsa" not in page.content.decode()

    def test_a_pile_has_pages_and_an_end(self, village, alice, sign_in, monkeypatch):
        monkeypatch.setattr(feeds, "PAGE", 2)
        browser = sign_in(alice)
        first, second, third = (browser.get(f"/ville/?page={number}") for number in (1, 2, 3))
        assert titles_on(first) == ["municipality", "neighbourhood"] and 'href="?page=2"' in first.content.decode()
        assert titles_on(second) == ["voisinage", "residence"] and "page=3" not in second.content.decode()
        assert titles_on(third) == [] and "Rien de plus ancien" in third.content.decode()
        for strange in ("0", "-1", "²", "abc", "99999"):
            assert titles_on(browser.get("/ville/", {"page": strange})) == titles_on(first)


class TestBeforeProof:
    @pytest.mark.parametrize("place", SPACES)
    def test_the_page_says_the_same_whether_the_residence_has_members_or_none(self, village, sign_in, place):
        someone = asker("Ugo", village.residences["C"])
        before = still_page(sign_in(someone).get(place))
        say(neighbour("Chloé", village.residences["C"], listed=True), Level.RESIDENCE, "secret")
        assert still_page(sign_in(someone).get(place)) == before

    def test_a_passer_by_is_invited_and_asked_nothing(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            for place in SPACES:
                assert "Dire où j’habite" in client.get(place).content.decode()

    def test_who_has_asked_for_a_home_is_led_to_proving_it(self, village, sign_in):
        asked = asker("Ugo", village.residences["C"])
        for place in SPACES:
            page = sign_in(asked).get(place).content.decode()
            assert f'href="/chez-moi/{asked.handle}/"' in page and "il reste à montrer" in page
            assert "Dire où j’habite" not in page

    def test_writing_asks_to_sign_in_and_then_for_a_home(self, client, sign_in):
        assert client.get("/publier/mot/").status_code == 302
        assert "Dire où j’habite" in sign_in(person("Nouveau")).get("/publier/mot/").content.decode()

    def test_a_co_owner_who_lives_elsewhere_does_not_read_the_residents(self, village, alice, sign_in):
        say(alice, Level.RESIDENCE)
        page = sign_in(neighbour("Odile", village.residences["A"], role="absent_owner")).get("/immeuble/")
        assert titles_on(page) == [] and "Alice" not in page.content.decode()


class TestResidents:
    def test_those_who_chose_to_be_listed_are(self, village, alice, sign_in):
        neighbour("Discrète", village.residences["A"])
        neighbour("Ailleurs", village.residences["B"], listed=True)
        page = sign_in(neighbour("Anna", village.residences["A"])).get("/immeuble/").content.decode()
        assert "Alice D." in page and "Discrète" not in page and "Ailleurs" not in page

    def test_a_newcomer_is_welcomed_and_reads_no_list_yet(self, village, alice, sign_in):
        nora = neighbour("Nora", village.residences["A"], settled=False, listed=True)
        assert "Nora D. vient d’arriver" in sign_in(alice).get("/immeuble/").content.decode()
        page = sign_in(nora).get("/immeuble/").content.decode()
        assert "Alice" not in page and "sept jours" in page

    def test_who_left_is_in_no_list(self, village, alice, sign_in):
        anna = neighbour("Anna", village.residences["A"])
        alice.ended_at = timezone.now()
        alice.save()
        assert "Alice" not in sign_in(anna).get("/immeuble/").content.decode()


class TestWriting:
    def test_the_form_says_who_will_see_it(self, alice, sign_in):
        page = sign_in(alice).get("/publier/mot/").content.decode()
        assert "votre immeuble, et personne d’autre" in page
        assert "du quartier Ouest" in page and "vérifiés de Enfilade" in page

    def test_it_begins_with_the_circle_one_comes_from(self, alice, sign_in):
        page = sign_in(alice).get("/publier/mot/?level=municipality").content.decode()
        assert re.search(r'value="municipality" checked', page)
        assert re.search(r'value="residence" checked', sign_in(alice).get("/publier/mot/?level=moon").content.decode())

    def test_what_is_missing_is_said_and_nothing_is_written(self, alice, sign_in):
        page = write(sign_in(alice), title="", level="")
        assert page.status_code == 400 and page.content.decode().count("field-error") == 2
        with looking(alice):
            assert not Post.objects.exists()

    def test_the_residence_stays_closed_even_when_opening_is_asked_for(self, alice, sign_in):
        write(sign_in(alice), openness="on")
        with looking(alice):
            assert Post.objects.get().openness == Openness.MEMBERS

    def test_a_town_without_quarters_says_so(self, village, alice, sign_in):
        village.town.circle_kind = ""
        village.town.save()
        page = sign_in(alice).get("/publier/mot/").content.decode()
        assert "Pas de quartiers à Enfilade" in page
        assert "pour le voisinage" in write(sign_in(alice), level="neighbourhood").content.decode()
        assert "Pas de quartiers ici" in sign_in(alice).get("/quartier/").content.decode()

    def test_the_author_changes_closes_opens_and_withdraws(self, village, alice, sign_in):
        browser = sign_in(alice)
        address = write(browser, level="neighbourhood").redirect_chain[-1][0]
        page = browser.get(f"{address}modifier/").content.decode()
        assert "Qui en prête une ?" in page
        changed = browser.post(f"{address}modifier/", {"title": "Trouvé", "text": "Merci."}, follow=True)
        assert "Trouvé" in changed.content.decode()
        closed = browser.post(f"{address}reponses/", follow=True).content.decode()
        assert "fermé les réponses" in closed and "<textarea" not in closed
        assert "<textarea" in browser.post(f"{address}reponses/", {"reopen": "1"}, follow=True).content.decode()
        assert "ouvert à tout le monde" in browser.post(f"{address}ouvrir/", follow=True).content.decode()
        kept = browser.post(f"{address}ouvrir/", {"keep": "1"}, follow=True).content.decode()
        assert "pour le quartier" in kept
        assert "est retiré" in browser.post(f"{address}retirer/", follow=True).content.decode()
        assert browser.get(address).status_code == 404

    def test_an_answer_is_taken_back(self, village, alice, sign_in):
        post = say(alice, Level.RESIDENCE)
        anna = neighbour("Anna", village.residences["A"])
        given = reply(anna, post, "Trop vite.")
        page = sign_in(anna).post(f"/reponse/{given.public_id}/retirer/", follow=True).content.decode()
        assert "Votre réponse est retirée" in page and "Trop vite." not in page

    def test_markup_is_shown_as_it_was_typed(self, alice, sign_in):
        page = write(sign_in(alice), title="<b>Gras</b>", text="<script>alert(1)</script>").content.decode()
        assert "&lt;b&gt;Gras" in page and "<script>alert" not in page


class TestForged:
    """Ids of others' words, sent to every address that changes something."""

    DEEDS = ("modifier/", "retirer/", "reponses/", "ouvrir/", "")

    @pytest.mark.parametrize("deed", DEEDS)
    def test_what_is_not_ones_own_answers_like_what_is_not_there(self, village, alice, sign_in, client, deed):
        post = say(alice, Level.RESIDENCE)
        filled = {"title": "Pris", "text": "Pris."}
        for someone in (neighbour("Bruno", village.residences["B"]), person("Nouveau"), None):
            browser = sign_in(someone) if someone else client
            told = []
            for key in (str(post.public_id), "00000000-0000-4000-8000-000000000000"):
                answer = browser.post(f"/mot/{key}/{deed}", filled)
                told.append((answer.status_code, answer.content.decode().replace(key, "")))
            assert told[0] == told[1] and told[0][0] == 404
            client.logout()
        with looking(alice):
            kept = Post.objects.get()
            assert (kept.title, kept.withdrawn_at, kept.answers_closed_at) == ("residence", None, None)
            assert not Answer.objects.exists()

    def test_an_answer_is_nobody_elses_to_take_back(self, village, alice, sign_in):
        given = reply(neighbour("Anna", village.residences["A"]), say(alice, Level.RESIDENCE))
        for someone in (alice, neighbour("Bruno", village.residences["B"])):
            assert sign_in(someone).post(f"/reponse/{given.public_id}/retirer/").status_code == 404
        with looking(alice):
            assert Answer.objects.standing().exists()


class TestOpened:
    def test_a_passer_by_reads_the_word_without_a_name_or_the_answers(self, village, alice, client):
        post = say(alice, Level.NEIGHBOURHOOD, "Chat perdu", openness=Openness.PUBLIC)
        reply(neighbour("Anna", village.residences["A"]), post, "Vu rue des Lilas.")
        page = client.get(f"/mot/{post.public_id}/")
        words = page.content.decode()
        assert "Chat perdu" in words and "Alice" not in words and "Vu rue" not in words and "Anna" not in words
        assert page["X-Robots-Tag"] == "noindex" and 'content="noindex"' in words
        assert client.post(f"/mot/{post.public_id}/", {"text": "Bonjour"}).status_code == 403
        assert not Answer.objects.filter(text="Bonjour").exists()


def test_the_second_lock_alone_keeps_the_posts_of_a_residence(village, alice):
    reply(neighbour("Anna", village.residences["A"]), say(alice, Level.RESIDENCE, "secret"), "secret")
    bruno = neighbour("Bruno", village.residences["B"])
    with second_lock.opened([bruno.residence_id]):
        assert not Post.objects.all() and not Answer.objects.all()


def test_a_space_is_narrowed_to_one_kind_and_odd_ones_are_all(village, alice, sign_in):
    say(alice, Level.NEIGHBOURHOOD, "Un mot")
    share(alice, Level.NEIGHBOURHOOD, "Une perceuse", kind="loan")
    browser = sign_in(neighbour("Anna", village.residences["A"]))
    for asked, shown in (("loan", {"Une perceuse"}), ("post", {"Un mot"}), ("classified", set()), ("<b>", None)):
        page = browser.get("/quartier/", {"kind": asked}).content.decode()
        assert {title for title in ("Un mot", "Une perceuse") if f">{title}</a></h2>" in page} == (
            {"Un mot", "Une perceuse"} if shown is None else shown
        )
        assert "<b>" not in page
