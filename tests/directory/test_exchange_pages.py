"""Publishing something to share and what its author does on its page, asked for as people do, without JavaScript."""

import re
from dataclasses import replace

import pytest

from directory.kinds import KINDS
from directory.models import Service
from directory.publishing import publish
from scopes import second_lock
from scopes.models import Level, Openness
from tests.directory.browsing import browser
from tests.directory.exchanged import end, share
from tests.directory.moderation import decided, reported
from tests.directory.speaking import looking, say
from tests.neighbours import neighbour, person

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

GARDEN = {"slug": "service", "direction": "offer", "category": "gardening", "title": "Taille de haies", "text": ""}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in."""

    def signed_in(someone):
        client.force_login(getattr(someone, "account", someone))
        return client

    return signed_in


def body(page) -> str:
    return page.content.decode()


def test_three_actions_what_how_far_send(village, alice, as_):
    browser = as_(alice)
    what = body(browser.get("/quartier/"))
    assert re.search(r'href="/publier/\?level=neighbourhood"', what)
    assert 'href="/publier/service/?level=neighbourhood"' in body(browser.get("/publier/?level=neighbourhood"))
    form = body(browser.get("/publier/service/?level=neighbourhood"))
    assert re.search(r'value="neighbourhood" checked', form) and "Qui le verra ?" in form
    sent = browser.post("/publier/service/", GARDEN | {"level": "neighbourhood"}, follow=True)
    assert "Taille de haies" in body(sent) and "pour le quartier" in body(sent) and "je propose" in body(sent)

    space = body(as_(neighbour("Chloé", village.residences["C"])).get("/quartier/"))
    assert "Taille de haies" in space and "je propose" in space and "Alice D." in space
    assert "Taille de haies" not in body(as_(neighbour("Zoé", village.residences["F"])).get("/quartier/"))


def test_words_and_exchanges_stand_together_newest_first(alice, as_):
    say(alice, Level.RESIDENCE, "avant")
    share(alice, Level.RESIDENCE, "entre")
    say(alice, Level.RESIDENCE, "après")
    space = body(as_(alice).get("/immeuble/"))
    assert re.findall(r'<h2><a href="/(mot|echange)/[^"]+">([^<]+)</a>', space) == [
        ("mot", "après"),
        ("echange", "entre"),
        ("mot", "avant"),
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Il manque « En une ligne »."),
        ({"direction": "steal"}, "steal"),
        ({"category": "bakery"}, "bakery"),
        ({"level": "catchment", "zone": "street", "street": "Rue inconnue"}, "rue"),
        ({"category": "childminding", "openness": "on"}, "Cela reste entre habitants vérifiés."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_written_stays(alice, as_, wrong, words):
    page = as_(alice).post("/publier/service/", GARDEN | {"level": "municipality", "text": "Le samedi."} | wrong)
    assert page.status_code == 400 and words in body(page) and "Le samedi." in body(page)
    assert not Service.objects.exists()


def test_of_a_kind_that_never_opens_nobody_is_asked_whether_it_should(alice, as_, monkeypatch):
    for may_open in (True, False):
        monkeypatch.setitem(KINDS, "service", replace(KINDS["service"], may_open=may_open, levels=(Level.VOISINAGE,)))
        form = body(as_(alice).get("/publier/service/"))
        assert ("Le montrer aussi à tout le monde" in form) is may_open
        assert 'value="voisinage"' in form and 'value="municipality"' not in form
    asked = GARDEN | {"level": "voisinage", "openness": "on"}
    assert "pour le voisinage" in body(as_(alice).post("/publier/service/", asked, follow=True))
    assert as_(alice).post("/publier/service/", asked | {"level": "municipality"}).status_code == 400


def test_who_has_no_home_is_invited_and_an_unknown_kind_is_not_there(alice, as_):
    assert as_(alice).get("/publier/nothing/").status_code == 404
    for address in ("/publier/", "/publier/service/"):
        assert "Dire où j’habite" in body(as_(person("Zoé")).get(address))


def test_from_the_map_what_was_written_comes_back_to_the_page_of_its_kind(alice, as_):
    told = body(as_(alice).post("/portee/", GARDEN | {"level": "municipality"}))
    assert 'action="/publier/service/"' in told and 'value="Taille de haies"' in told
    again = as_(alice).post("/publier/service/", GARDEN | {"level": "municipality", "edit": "1"})
    assert "Taille de haies" in body(again) and not Service.objects.exists()


def test_inside_a_residence_nothing_is_drawn_elsewhere_an_area(alice, as_):
    inside, around = share(alice, Level.RESIDENCE), share(alice, Level.MUNICIPALITY)
    assert "leaflet" not in body(as_(alice).get(f"/echange/{inside.public_id}/"))
    drawn = as_(alice).get(f"/echange/{around.public_id}/")
    assert '"part": "circle"' in body(drawn) and '"Point"' not in body(drawn)
    assert drawn["X-Robots-Tag"] == "noindex"


def test_its_author_changes_renews_opens_and_takes_it_back(village, alice, as_):
    exchange = share(alice, Level.NEIGHBOURHOOD, "Haies")
    own = f"/echange/{exchange.public_id}/"
    browser = as_(alice)
    assert 'value="Haies"' in body(browser.get(f"{own}modifier/"))
    changed = browser.post(f"{own}modifier/", GARDEN | {"direction": "request"}, follow=True)
    assert "Taille de haies" in body(changed) and "je cherche" in body(changed)
    assert browser.post(f"{own}modifier/", GARDEN | {"title": ""}).status_code == 400
    assert "ouvert à tout le monde" in body(browser.post(f"{own}ouvrir/", follow=True))
    assert "Alice" not in body(as_(neighbour("Zoé", village.residences["F"])).get(own)), "opened, without a name"
    browser = as_(alice)
    assert "pour le quartier" in body(browser.post(f"{own}ouvrir/", {"keep": "1"}, follow=True))
    assert "prolongé" in body(browser.post(f"{own}prolonger/", follow=True))
    assert "est retiré" in body(browser.post(f"{own}retirer/", follow=True))
    assert browser.get(own).status_code == 404


def test_what_has_ended_is_its_authors_alone_to_renew(village, alice, as_):
    exchange = share(alice, Level.RESIDENCE, "Fini")
    own = f"/echange/{exchange.public_id}/"
    with second_lock.opened([alice.residence_id]):
        end(exchange)
    mine = as_(alice)
    assert "déjà terminé" in body(mine.get("/moi/mots/")) and "Personne d’autre ne la voit" in body(mine.get(own))
    assert as_(neighbour("Anna", village.residences["A"])).get(own).status_code == 404
    assert as_(alice).post(f"{own}prolonger/").status_code == 302
    with looking(alice):
        assert Service.objects.live().exists()


def test_the_page_of_before_leads_to_the_new_one_where_it_may_be_seen(village, alice, as_, client):
    hidden, opened = share(alice, Level.RESIDENCE), share(alice, openness=Openness.PUBLIC)
    assert client.get(f"/annonce/{opened.public_id}/").url == f"/echange/{opened.public_id}/"
    assert client.get(f"/annonce/{hidden.public_id}/").status_code == 404


def test_what_was_hidden_is_not_there_and_its_author_reads_why(village, alice, as_):
    maud = neighbour("Maud", village.residences["A"], moderates=True)
    exchange = share(alice, Level.RESIDENCE, "Montres", kind="classified")
    own = f"/echange/{exchange.public_id}/"
    assert f'href="/signaler/{exchange.public_id}/"' in body(as_(maud).get(own))
    case = reported(exchange, neighbour("Anna", village.residences["A"]))
    assert f'href="{own}"' in body(as_(maud).get(f"/moderation/{case.public_id}/"))
    decided(case, maud)
    assert as_(maud).get(own).status_code == 404
    assert as_(alice).get(own).url == f"/mes-messages/decisions/{case.public_id}/"


def test_an_invented_one_without_an_author_has_a_page_too(village, client):
    offered = publish(category="sewing_help", title="Ourlets", municipality=village.town, direction="offer")
    page = body(client.get(f"/echange/{offered.public_id}/"))
    assert "Ourlets" in page and "je propose" in page and "ouvert à tout le monde" in page


def test_what_is_no_field_of_the_form_is_nothing(alice):
    assert browser(alice).post("/publier/annonce/", {"price_cents": "abc", "kind": "merchant"}).status_code == 400
