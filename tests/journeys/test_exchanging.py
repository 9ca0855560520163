"""Something is shared in three actions on a phone, and a neighbour comes upon it."""

import pytest
from playwright.sync_api import Page, expect

from directory.kinds import KINDS
from geo.models import Residence
from tests.directory.exchanged import FILLED
from tests.directory.picturing import picture
from tests.journeys.conftest import PHONE
from tests.journeys.test_rights import sideways
from tests.journeys.test_searching import serious_findings
from tests.journeys.walking import SCREENS, fits, follow, press, told
from tests.neighbours import neighbour

#: Counts what is pressed, from page to page.
COUNTING = """addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest("a, button, label")) sessionStorage.pressed += "x";
}, true);"""
#: Everything that is published; on every day the word.
PUBLISHED = [
    "post",
    # A ride asks from where to where and when; it has a journey of its own (`test_riding`).
    *(pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS if not KINDS[kind].names_itself),
]
pytestmark = pytest.mark.browser


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": PHONE}


def become(page: Page, someone, client, base_url: str) -> None:
    client.force_login(someone.account)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])


@pytest.mark.slow
def test_what_how_far_send_and_a_neighbour_sees_it(page: Page, village, client, base_url, complaints):
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    complaints.listen(page)
    become(page, alice, client, base_url)
    page.goto("/immeuble/")
    page.get_by_role("link", name="Publier").click()
    assert serious_findings(page) == [] and sideways(page) == 0

    page.get_by_role("link", name="Je donne, je vends").click()
    expect(page.get_by_label("Prix en euros")).to_be_hidden()
    page.get_by_text("À vendre", exact=True).click()
    page.get_by_label("Prix en euros").fill("12,50")
    page.get_by_label("Quoi ?").select_option(label="Vélos, trottinettes")
    page.get_by_label("En une ligne").fill("Vélo d’enfant")
    page.get_by_label("photos").set_input_files({"name": "v.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_text("immeuble", exact=True).click()
    expect(page.locator("#reach")).to_contain_text("foyer")
    assert serious_findings(page) == [] and sideways(page) == 0
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("pour l’immeuble")
    expect(page.get_by_text("12,50 €")).to_be_visible()
    assert serious_findings(page) == [] and sideways(page) == 0

    become(page, anna, client, base_url)
    page.goto("/immeuble/")
    expect(page.locator(".row-photo")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("link", name="Vélo d’enfant").click()
    expect(page.get_by_role("img", name="Vélo d’enfant")).to_be_visible()
    expect(page.get_by_text("· Alice D. ·")).to_be_visible()


@pytest.mark.parametrize("kind", PUBLISHED)
def test_the_composer_reaches_sent_in_three_actions(page: Page, village, client, base_url, complaints, kind):
    alice = neighbour("Alice", Residence.objects.order_by("pk").first())
    complaints.listen(page)
    page.add_init_script(COUNTING)
    become(page, alice, client, base_url)
    page.goto("/publier/")
    page.evaluate("sessionStorage.pressed = ''")

    what = str(KINDS[kind].name) if kind in KINDS else "Un mot"
    page.get_by_role("link", name=what, exact=True).click()
    page.locator("[name=title]").fill("Une grande échelle")
    page.locator("[name=text]").fill("Pour une heure.")
    if page.locator("select[name=category]").is_visible():
        page.locator("select[name=category]").select_option(FILLED[kind]["category"])
    if kind == "recommendation":
        page.locator("[name=town]").fill("Nantes")
    page.locator("label[for=level-voisinage]").click()
    assert serious_findings(page) == [] and sideways(page) == 0
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("pour le voisinage")
    assert page.evaluate("sessionStorage.pressed") == "xxx", "what, how far, send"


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_a_service_is_offered_found_among_services_and_done(page: Page, village, client, base_url, complaints, screen):
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    complaints.listen(page)
    page.set_viewport_size(screen)
    become(page, alice, client, base_url)
    page.goto("/publier/service/?level=municipality")
    page.get_by_label("Quoi ?").select_option("gardening")
    page.get_by_label("En une ligne").fill("Taille de haies")
    press(page, "Envoyer")
    told(page, "C’est envoyé")
    fits(page)

    become(page, anna, client, base_url)
    page.goto("/services/?within=municipality")
    expect(page.get_by_role("link", name="Services")).to_have_attribute("aria-current", "page")
    fits(page)
    page.get_by_label("Que cherchez-vous ?").fill("je cherche une taile de haies")
    page.get_by_label("Que cherchez-vous ?").press("Enter")
    expect(page.locator(".card-row")).to_have_count(1)
    follow(page, "Taille de haies")
    expect(page.get_by_role("link", name="Écrire à Alice D.")).to_be_visible()
    fits(page)

    become(page, alice, client, base_url)
    page.goto("/services/?within=municipality")
    follow(page, "Taille de haies")
    press(page, "C’est fait")
    told(page, "« Taille de haies » : c’est fait.")
    become(page, anna, client, base_url)
    page.goto("/services/?within=municipality&q=haies")
    told(page, "Rien encore ici")
    follow(page, "Proposer ou chercher un service")
    expect(page.get_by_role("heading", name="Je propose, je cherche un service")).to_be_visible()
