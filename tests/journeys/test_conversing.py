"""Two neighbours write to each other on a phone, until one has enough: in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from geo.models import Residence
from scopes.models import Level
from tests.directory.speaking import say
from tests.journeys.conftest import PHONE
from tests.journeys.test_rights import sideways
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_from_a_listing_to_a_block(village, page: Page, client, base_url: str):
    alice = neighbour("Alice", Residence.objects.order_by("pk").first())
    anna = neighbour("Anna", alice.residence)
    word = say(alice, Level.RESIDENCE, "Quelqu’un aurait une échelle ?")
    page.set_viewport_size(PHONE)

    def become(someone) -> None:
        page.context.clear_cookies()
        client.force_login(someone.account)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])

    become(anna)
    page.goto(f"/mot/{word.public_id}/")
    page.get_by_role("link", name="Écrire à Alice D.").click()
    page.get_by_label("Votre message").fill("J’en ai une, elle est un peu lourde.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre message est là.")).to_be_visible()

    become(alice)
    page.goto("/messages/")
    expect(page.get_by_text("1 message à lire")).to_be_visible()
    page.get_by_role("link", name="Quelqu’un aurait une échelle ?").click()
    page.get_by_label("Votre message").fill("Je monte la chercher !")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Montrer mon numéro ou mon adresse…").click()
    page.get_by_label("Votre numéro, ou votre adresse").fill("06 12 34 56 78")
    page.get_by_role("button", name="Le montrer à Anna D.").click()
    expect(page.get_by_role("link", name="06 12 34 56 78")).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0
    page.get_by_role("link", name="Signaler").click()
    page.get_by_text("autre chose").click()
    page.get_by_role("main").get_by_role("button").click()
    page.goto("/messages/")
    page.get_by_role("link", name="Quelqu’un aurait une échelle ?").click()
    page.get_by_role("button", name="Ne plus lire cette personne").click()
    expect(page.get_by_text("Anna D.")).to_be_visible()
    page.goto("/messages/")
    expect(page.get_by_text("Pas encore de messages")).to_be_visible()

    become(anna)
    page.goto("/messages/")
    page.get_by_role("link", name="Quelqu’un aurait une échelle ?").click()
    expect(page.get_by_text("Je monte la chercher !")).to_be_visible()
