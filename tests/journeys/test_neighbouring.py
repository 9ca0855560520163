"""Neighbours write to each other in a real browser: legible to all, on any screen, without scripts too."""

import pytest
from playwright.sync_api import Page, expect

from geo.models import Residence
from scopes.models import Level, Openness
from tests.directory.speaking import reply, say
from tests.journeys.conftest import PHONE
from tests.journeys.test_rights import ENLARGED, sideways
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour

pytestmark = pytest.mark.browser


@pytest.fixture
def alice(village):
    return neighbour("Alice", Residence.objects.order_by("pk").first(), listed=True)


@pytest.fixture
def word(alice):
    """A word of Alice's to the residence, with an answer; and one that she opened."""
    post = say(alice, Level.RESIDENCE, "Quelqu’un aurait une échelle ?")
    reply(neighbour("Anna", alice.residence, listed=True), post, "Moi, ce soir.")
    say(alice, Level.MUNICIPALITY, "Chat gris trouvé", openness=Openness.PUBLIC)
    return post


@pytest.fixture
def own(page: Page, alice, client, base_url: str) -> Page:
    """Alice's browser."""
    client.force_login(alice.account)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])
    return page


def addresses(word) -> list[str]:
    post = f"/mot/{word.public_id}/"
    return [
        "/immeuble/",
        "/quartier/",
        "/ville/",
        "/publier/",
        "/publier/mot/",
        post,
        f"{post}modifier/",
        "/moi/vu/",
        "/moi/mots/",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_legible_on_any_screen(own, word, scheme):
    own.emulate_media(color_scheme=scheme)
    for address in addresses(word):
        own.goto(address)
        assert serious_findings(own) == [], address
    for size in (PHONE, ENLARGED):
        own.set_viewport_size(size)
        for address in addresses(word):
            own.goto(address)
            assert sideways(own) == 0, (address, size)


@pytest.mark.slow
def test_what_is_pressed_is_large_enough(own, word):
    own.set_viewport_size(PHONE)
    for address in addresses(word):
        own.goto(address)
        # A label that a control is painted as, a button, and a link that stands by itself.
        for target in own.locator("main .btn, main .chip, main .circle-control > :not(input), .circles a").all():
            if target.is_visible():
                assert target.bounding_box()["height"] >= 44, (address, target.inner_text())


def test_who_will_see_it_and_whom_it_reaches_change_with_the_circle(own):
    own.goto("/publier/mot/")
    inside, to_everyone = "de votre immeuble, et personne d’autre", "Le montrer aussi à tout le monde"
    reach = own.locator("#reach")
    expect(reach).to_contain_text("foyer")
    before = reach.inner_text()
    expect(own.get_by_text(inside)).to_be_visible()
    expect(own.get_by_label(to_everyone)).to_be_hidden()
    own.get_by_text("ville", exact=True).click()
    expect(own.get_by_text(inside)).to_be_hidden()
    expect(own.get_by_label(to_everyone)).to_be_visible()
    expect(reach).not_to_have_text(before)
    expect(reach).to_contain_text("foyers connectés")


def test_an_answer_joins_the_others_and_the_reader_stays(own, word, context):
    """Where scripts run the page is not loaded anew; nothing is lost without a network, nor by sending nothing."""
    own.goto(f"/mot/{word.public_id}/")
    own.evaluate("window.stays = true")
    answer, send = own.get_by_label("Votre réponse"), own.get_by_role("button", name="Répondre")
    answer.fill("Merci !\n<b>À ce soir.</b>")
    send.click()
    expect(own.locator(".answer")).to_have_count(2)
    expect(own.get_by_text("<b>À ce soir.</b>")).to_be_visible()
    expect(own.get_by_role("status").filter(has_text="Votre réponse est là.")).to_be_visible()
    expect(answer).to_have_value("")
    expect(send).to_be_focused()
    own.locator(".answer.is-mine").get_by_role("button", name="Retirer ma réponse").click()
    expect(own.locator(".answer")).to_have_count(1)
    assert own.evaluate("window.stays") is None, "what has no need of it stays an ordinary form"


class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "java_script_enabled": False}

    @pytest.mark.slow
    def test_three_actions_send_a_word_and_one_answers_it(self, own):
        own.goto("/immeuble/")
        own.get_by_role("link", name="Publier").click()
        own.get_by_role("link", name="Un mot").click()
        own.get_by_text("Une question", exact=True).click()
        own.get_by_label("En une ligne").fill("Une échelle ?")
        own.get_by_label("Votre mot").fill("Qui en prête une ?")
        own.get_by_text("immeuble", exact=True).click()
        own.get_by_role("button", name="Envoyer").click()
        expect(own.get_by_role("status")).to_contain_text("pour l’immeuble")
        own.get_by_label("Votre réponse").fill("Trouvée, merci.")
        own.get_by_role("button", name="Répondre").click()
        expect(own.get_by_text("Trouvée, merci.")).to_be_visible()
        own.get_by_role("link", name="Mon immeuble", exact=True).first.click()
        expect(own.get_by_role("link", name="Une échelle ?")).to_be_visible()
        expect(own.get_by_text("1 réponse")).to_be_visible()
