"""Someone takes their data along and leaves, in a real browser; the pages of the law are legible to all."""

import time

import pytest
from playwright.sync_api import Page, expect

from scopes.models import Account
from tests.jobs import run_jobs
from tests.journeys.test_searching import serious_findings
from tests.neighbours import person

pytestmark = pytest.mark.browser

LEGAL = ("/mentions-legales/", "/confidentialite/", "/accessibilite/")
OWN = ("/moi/", "/moi/copie/", "/moi/effacer/", "/moi/confirmer/", "/moi/efface/")
#: 1280 pixels enlarged to 400 % (WCAG 2.2, criterion 1.4.10).
ENLARGED = {"width": 320, "height": 256}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.EVEN_SECONDS = 0
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    archives = settings.STORAGES["archives"]
    archives = {**archives, "OPTIONS": {**archives["OPTIONS"], "location": tmp_path / "archives"}}
    settings.STORAGES = {**settings.STORAGES, "archives": archives}


@pytest.fixture
def ada(village) -> Account:
    return person("Ada")


@pytest.fixture
def own(page: Page, ada: Account, client, base_url: str) -> Page:
    """Ada's browser, which has just signed in."""
    client.force_login(ada)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])
    return page


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_legible_enlarged_and_without_a_mouse(own, scheme):
    own.emulate_media(color_scheme=scheme)
    for address in (*LEGAL, *OWN):
        own.goto(address)
        assert serious_findings(own) == [], address
    own.set_viewport_size(ENLARGED)
    for address in (*LEGAL, *OWN):
        own.goto(address)
        assert sideways(own) == 0, address


@pytest.mark.slow
def test_a_passer_by_finds_the_pages_of_the_law_at_the_foot_of_any_page(page):
    page.goto("/donnees/")
    page.get_by_role("link", name="Accessibilité : non conforme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Déclaration d’accessibilité")
    page.get_by_role("link", name="Vos données", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos données")


@pytest.mark.slow
def test_ada_agrees_takes_her_data_and_leaves(own, ada, tmp_path):
    own.goto("/moi/")
    own.get_by_role("button", name="Dire oui").click()
    expect(own.get_by_text("Vous avez dit oui.")).to_be_visible()
    own.get_by_role("link", name="Emporter mes données").click()
    own.get_by_role("button", name="Préparer ma copie").click()
    expect(own.get_by_text("Votre copie se prépare")).to_be_visible()
    run_jobs()
    own.get_by_role("link", name="Voir si elle est prête").click()
    with own.expect_download() as downloading:
        own.get_by_role("link", name="Télécharger ma copie").click()
    assert downloading.value.suggested_filename == "alentour.zip"
    own.goto("/moi/effacer/")
    own.get_by_role("button", name="Effacer mon compte").click()
    assert own.url.endswith("/moi/effacer/"), "the word is asked for"
    own.get_by_label("Pour confirmer").fill("effacer")
    own.get_by_role("button", name="Effacer mon compte").click()
    expect(own.get_by_role("heading", level=1)).to_have_text("C’est fait")
    expect(own.get_by_role("link", name="Entrer", exact=True)).to_be_visible()
    assert not Account.objects.filter(pk=ada.pk).exists()


@pytest.mark.slow
def test_an_hour_later_one_is_asked_to_sign_in_again(own, ada, client):
    session = client.session
    session["signed_in_at"] = time.time() - 3600
    session.save()
    own.goto("/moi/effacer/")
    expect(own.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    own.get_by_role("button", name="Entrer de nouveau").click()
    expect(own.get_by_label("Votre adresse e-mail")).to_be_visible()
    assert Account.objects.filter(pk=ada.pk).exists()


@pytest.mark.slow
class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "java_script_enabled": False}

    def test_leaving_takes_no_script(self, own, ada):
        own.goto("/moi/")
        own.get_by_role("link", name="Effacer mon compte").click()
        own.get_by_label("Effacer aussi ce que j’ai écrit").check()
        own.get_by_label("Pour confirmer").fill("Effacer")
        own.get_by_role("button", name="Effacer mon compte").click()
        expect(own.get_by_role("heading", level=1)).to_have_text("C’est fait")
        assert not Account.objects.filter(pk=ada.pk).exists()
