"""One's homes in a real browser: an address completed, a poster's square, and pages that everyone can read."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from scopes.introducing import introduce
from scopes.models import Membership
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour, person
from tests.scopes.entering import asks, building, hall_code
from tests.toy_town import TOY_TOWN

pytestmark = pytest.mark.browser


@pytest.fixture
def village(transactional_db):
    """The toy town: these pages need addresses."""
    TOY_TOWN.load()


def enter_as(page: Page, client, base_url: str, account) -> None:
    client.force_login(account)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])


def looked_at(page: Page, name: str) -> None:
    assert serious_findings(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


@pytest.mark.slow
def test_an_address_is_completed_and_never_stands_in_the_address_bar(page: Page, client, base_url):
    enter_as(page, client, base_url, person("Zoé"))
    page.goto("/chez-moi/")
    page.get_by_role("link", name="Trouver ma résidence").click()
    page.get_by_label("Votre adresse").press_sequentially("8 rue des bleu")
    page.get_by_role("option", name="8 Rue des Bleuets").first.click()
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="8 Rue des Bleuets, 77990 Villegrille")).to_be_visible()
    looked_at(page, "find")
    page.get_by_role("button", name="J’habite ici").first.click()
    expect(page.get_by_role("heading", name="Montrer que j’y habite")).to_be_visible()
    assert "leuets" not in page.url
    looked_at(page, "proofs")


@pytest.mark.slow
def test_the_square_of_a_poster_fills_the_code_in_and_no_request_holds_it(page: Page, client, base_url):
    code = hall_code(building(3, 1))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/chez-moi/code/#{code}")
    expect(page.get_by_role("link", name="Entrer ou ouvrir un compte")).to_be_visible()
    assert urlsplit(page.url).fragment == ""
    enter_as(page, client, base_url, person("Zoé"))
    page.goto("/chez-moi/code/")
    expect(page.get_by_label("Votre code")).to_have_value(code)
    looked_at(page, "code")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("le code affiché dans le hall.")).to_be_visible()
    # The first page was asked for without what stood behind "#": a browser tells it to nobody.
    assert [url for url in asked if code in urlsplit(url).path + urlsplit(url).query] == []
    assert Membership.objects.get().proofs.get().kind == "hall_code"


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1024])
def test_pages_of_a_settled_resident_fit_and_can_be_read(page: Page, client, base_url, width):
    page.set_viewport_size({"width": width, "height": 800})
    home = building(3, 1)
    ana = neighbour("Ana", home)
    neighbour("Nora", home, settled=False)
    introduce(membership=asks("Zoé", home), to="neighbours")
    enter_as(page, client, base_url, ana.account)
    for name in (
        "",
        f"{ana.handle}/voisins/",
        f"{ana.handle}/foyer/",
        f"{ana.handle}/quitter/",
        f"{ana.handle}/residence/",
    ):
        page.goto(f"/chez-moi/{name}")
        looked_at(page, name)
