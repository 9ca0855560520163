"""Those who write to homes, in a real browser: an agent with its list of buildings, a town secretary alone at night."""

import pytest
from playwright.sync_api import Page, expect

from directory.models import Mailing
from geo.models import Municipality, Residence
from tests.directory.browsing import browser
from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.neighbours import person
from tests.scopes.mandates import in_force, over_area, town_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def clerk(village):
    return person("Sylvie")


@pytest.fixture
def own(page: Page, clerk, base_url: str) -> Page:
    """The browser of someone who acts for an organisation."""
    session = browser(clerk, two_factors=True).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])
    return page


def test_a_town_secretary_alone_at_night_draws_one_side_of_the_river(own, clerk, village):
    town = Municipality.objects.get(pk=Residence.objects.first().municipality_id)
    over_area(clerk, town_hall(clerk, town, name="Mairie"), municipality=town)
    own.set_viewport_size(PHONE)
    own.goto("/avis/")
    own.get_by_role("link", name="Sécurité").click()
    own.get_by_text("Inondation", exact=True).click()
    own.get_by_label("Que faut-il faire ?").fill("Montez à l’étage.")
    own.get_by_label("Si vous êtes seul").fill("URGENT")
    own.get_by_text("À une zone que je dessine").click()
    for east, north in ((0, 0), (-120, 0), (0, -120)):
        own.evaluate("([x, y]) => map_alentour.panBy([x, y], {animate: false})", [east, north])
        own.get_by_role("button", name="Poser un coin au milieu").click()
    expect(own.get_by_text("Coins posés : 3")).to_be_visible()
    own.get_by_role("button", name="Voir l’avis").click()
    expect(own.get_by_text("Ce que tout le monde lira")).to_be_visible()
    expect(own.locator(".a4")).to_be_visible()
    assert serious_findings(own) == []
    own.get_by_role("button", name="Envoyer l’avis").click()
    expect(own.get_by_text("part dans deux minutes")).to_be_visible()
    mailing = Mailing.objects.get()
    assert mailing.urgent and mailing.area is not None
    own.get_by_role("button", name="Reprendre").click()
    expect(own.get_by_text("L’avis est repris.")).to_be_visible()


def test_an_agent_sifts_its_buildings_and_sends(own, clerk, village):
    homes = list(Residence.objects.mandatable().order_by("pk")[:3])
    in_force(clerk, homes)
    own.goto("/avis/")
    own.get_by_role("link", name="Collecte").click()
    own.get_by_text("À des immeubles", exact=True).click()
    own.get_by_role("button", name="Cocher ceux qui se voient").click()
    expect(own.get_by_text(f"{len(homes)} / {len(homes)} cochés")).to_be_visible()
    assert serious_findings(own) == []
