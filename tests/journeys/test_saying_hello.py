"""On a phone, someone new says hello; once its day has come, a neighbour reads it."""

import pytest
from playwright.sync_api import Page, expect

from directory.models import Hello
from geo.models import Residence
from scopes import second_lock
from tests.directory.exchanged import come
from tests.journeys.conftest import PHONE
from tests.journeys.test_exchanging import become
from tests.journeys.test_rights import sideways
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": PHONE}


@pytest.mark.slow
def test_who_is_new_says_hello_and_a_neighbour_reads_it(page: Page, village, client, base_url, complaints):
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    complaints.listen(page)
    become(page, alice, client, base_url)
    page.goto("/publier/")
    page.get_by_role("link", name="je dis bonjour").click()
    page.get_by_label("En une ligne").fill("Bonjour, moi c’est Alice")
    page.get_by_text("immeuble", exact=True).click()
    assert serious_findings(page) == [] and sideways(page) == 0
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Personne d’autre ne le lit encore")).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0

    with second_lock.opened([residence.pk]):
        come(Hello.objects.get())
    become(page, anna, client, base_url)
    page.goto("/immeuble/")
    page.get_by_role("link", name="Bonjour, moi c’est Alice").click()
    expect(page.get_by_text("· Alice D. ·")).to_be_visible()
    expect(page.locator(".leaflet-container")).to_have_count(0)
    assert sideways(page) == 0
