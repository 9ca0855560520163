"""On a phone: a drill is lent until it is returned, and a sofa is promised until it is handed over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from geo.models import Residence
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
def test_from_published_to_returned_and_to_handed_over(page: Page, village, client, base_url, complaints):
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    complaints.listen(page)

    def press(name: str) -> None:
        page.get_by_role("button", name=name).click()

    def publish(kind: str, category: str, title: str) -> None:
        become(page, alice, client, base_url)
        page.goto("/publier/?level=residence")
        page.get_by_role("link", name=kind).click()
        page.get_by_label("Quoi ?").select_option(label=category)
        page.get_by_label("En une ligne").fill(title)
        assert serious_findings(page) == [] and sideways(page) == 0
        press("Envoyer")
        become(page, anna, client, base_url)
        page.goto("/immeuble/")
        page.get_by_role("link", name=title).click()
        page.get_by_role("link", name="Écrire à Alice D.").click()
        page.get_by_label("Votre message").fill("Je le veux bien.")
        press("Envoyer")
        become(page, alice, client, base_url)
        page.goto("/immeuble/")
        page.get_by_role("link", name=title).click()
        page.get_by_role("link", name="Anna D.").click()

    publish("Je prête", "Outils, bricolage", "Perceuse")
    page.get_by_text("Le lui prêter…").click()
    page.get_by_label("Jusqu’à quel jour ?").fill((timezone.localdate() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Le prêter à Anna D.").click()
    expect(page.get_by_text("Prêté à Anna D. jusqu’au")).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0
    become(page, anna, client, base_url)
    page.goto("/immeuble/")
    expect(page.get_by_text("prêté jusqu’au")).to_be_visible()
    page.goto("/moi/mots/")
    assert serious_findings(page) == [] and sideways(page) == 0
    press("Je l’ai rendu")
    become(page, alice, client, base_url)
    page.goto("/moi/mots/")
    press("C’est rendu")
    expect(page.get_by_text("Prêté à Anna D.")).to_be_hidden()

    publish("Je donne, je vends", "Meubles, décoration", "Canapé")
    press("Le promettre à Anna D.")
    expect(page.get_by_text("Promis à Anna D.")).to_be_visible()
    page.get_by_role("link", name="Voir l’annonce").click()
    expect(page.get_by_text("promis", exact=True)).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0
    press("C’est fait")
    expect(page.get_by_text("« Canapé » : c’est fait.")).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0
