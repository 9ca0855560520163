"""Someone looks for what is around: every step of the page in a real browser."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.maps.village import HERE

pytestmark = pytest.mark.browser

SEARCH = f"/?lat={HERE[1]}&lon={HERE[0]}&within=500m"
SERIOUS = {"serious", "critical"}


def opened(page: Page, address: str = SEARCH) -> Page:
    page.goto(address)
    if page.locator("#map_alentour").count():
        page.locator(".municipality-loaded").first.wait_for(state="attached")
    return page


def listed(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-placed]", "cards => cards.map(card => card.dataset.id)")


def pinned(page: Page) -> list[str]:
    return page.evaluate("geo_json_results.getLayers().map(pin => pin.feature.properties.id)")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def serious_findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {item['nodes'][0]['html']}" for item in found if item["impact"] in SERIOUS]


@pytest.mark.slow
def test_the_first_screen(page):
    opened(page, "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dites où vous êtes, et voyez ce qui vit autour.")
    expect(page.locator(".municipality-loaded").first).to_be_attached()
    assert serious_findings(page) == []


@pytest.mark.slow
def test_names_on_the_map_give_way_to_those_that_matter_more(page):
    opened(page)
    page.locator(".name-street").first.wait_for(state="attached")
    hidden = page.evaluate("""() => {
        alentour.arrange(map_alentour);
        const name = document.querySelector(".name-street:not(.is-crowded)");
        const number = name.cloneNode(true);
        number.setAttribute("class", "name name-number");
        name.before(number);
        alentour.arrange(map_alentour);
        return [name, number].map((one) => getComputedStyle(one).visibility);
    }""")
    assert hidden == ["visible", "hidden"]


@pytest.mark.slow
def test_a_place_is_typed_completed_and_chosen_by_keyboard(page):
    opened(page, "/")
    box = page.get_by_role("combobox", name="Où êtes-vous ?")
    box.focus()
    page.keyboard.type("rue creb")
    option = page.get_by_role("option", name="Rue Crébillon")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value("rue creb")
    page.keyboard.type("i")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "place-options-0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Autour de Rue Crébillon")
    assert query(page)["place"] == ["Rue Crébillon, 44000 Nantes"]
    assert listed(page) == pinned(page)


@pytest.mark.slow
def test_a_place_is_typed_over_another(page):
    opened(page)
    page.get_by_label("Où êtes-vous ?").fill("Nantes")
    page.get_by_role("button", name="Voir", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Autour de Nantes")
    assert "lat" not in query(page)
    assert listed(page) == pinned(page)


@pytest.mark.slow
def test_an_unknown_place_is_said_and_the_next_one_found(page, complaints):
    opened(page)
    page.get_by_label("Où êtes-vous ?").fill("zzzz zzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert pinned(page) == []
    page.get_by_label("Où êtes-vous ?").fill("Nantes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Autour de Nantes")
    # The browser itself reports every answer of 400 on its console.
    complaints.heard = [said for said in complaints.heard if "status of 400" not in said]


def test_list_and_map_are_one_thing(page, village):
    opened(page)
    assert listed(page) == pinned(page)
    assert len(listed(page)) == 4
    expect(page.locator(".reach-circle")).to_be_attached()
    page.locator("[data-id]").first.hover()
    expect(page.locator(".pin-frame.is-linked")).to_have_attribute("aria-label", "Le Bon Levain")
    page.mouse.move(0, 0)
    page.locator(".pin-frame[aria-label='Bibliothèque des Halles']").focus()
    expect(page.locator(".card-row.is-linked")).to_contain_text("Bibliothèque des Halles")
    assert serious_findings(page) == []


@pytest.mark.slow
def test_a_wider_circle_changes_list_map_and_address(page):
    opened(page)
    page.get_by_text("250", exact=False).click()
    expect(page.locator("#count")).to_contain_text("250")
    expect(page.locator("#announcement")).to_contain_text("3 résultats")
    assert query(page)["within"] == ["250m"]
    assert listed(page) == pinned(page)
    assert len(listed(page)) == 3
    page.get_by_text("ville", exact=True).click()
    expect(page.locator(".card-row")).to_have_count(5)
    page.go_back()
    expect(page.locator(".card-row")).to_have_count(3)
    expect(page.locator("#within-250m")).to_be_checked()


@pytest.mark.slow
def test_without_network_the_list_stays(page, context, complaints):
    opened(page)
    context.set_offline(True)
    page.get_by_text("250", exact=False).click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#announcement")).to_contain_text("Pas de connexion")
    expect(page.locator(".card-row")).to_have_count(4)
    context.set_offline(False)
    page.get_by_text("ville", exact=True).click()
    expect(page.locator(".card-row")).to_have_count(5)
    expect(page.locator("#offline")).to_be_hidden()
    # The browser itself reports requests without network on its console.
    complaints.heard = [said for said in complaints.heard if "ERR_INTERNET_DISCONNECTED" not in said]


@pytest.mark.slow
def test_chips_words_and_hours_narrow_the_search(page):
    opened(page)
    page.get_by_text("Boulangerie", exact=True).click()
    expect(page.locator(".card-row")).to_have_count(1)
    page.get_by_text("Boulangerie", exact=True).click()
    expect(page.locator(".card-row")).to_have_count(4)
    page.get_by_label("Ouvert", exact=True).select_option("now")
    expect(page.locator(".card-row")).to_have_count(1)
    page.get_by_label("Ouvert", exact=True).select_option("")
    expect(page.locator(".card-row")).to_have_count(4)
    page.get_by_label("Que cherchez-vous ?").fill("zzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rien encore ici")).to_be_visible()
    assert pinned(page) == []
    assert query(page)["q"] == ["zzzz"]


@pytest.mark.slow
def test_the_next_page_joins_list_and_map(page):
    opened(page, SEARCH + "&limit=3")
    page.get_by_role("link", name="Voir la suite").click()
    expect(page.locator(".card-row")).to_have_count(4)
    assert listed(page) == pinned(page)
    assert page.evaluate("document.activeElement.textContent") == "Bibliothèque des Halles"


@pytest.mark.slow
def test_markup_in_a_title_is_text_everywhere(page, village):
    opened(page, SEARCH + "&category=bookshop")
    hostile = str(village["hostile"].public_id)
    expect(page.locator(f"#result-{hostile} h3")).to_contain_text("<img src=x")
    pin = page.locator(".pin-frame[aria-label^='<img']")
    pin.hover()
    expect(page.locator(".map-tip")).to_contain_text("${document.body")
    pin.click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("<img src=x")
    opened(page, f"/annonce/{hostile}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    assert page.evaluate("document.body.dataset.hacked") is None


def test_around_me_is_rounded_before_it_leaves(page, context):
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 47.2173456, "longitude": -1.5535987})
    opened(page, "/")
    assert page.locator("label[for=place]").inner_text() == "Où êtes-vous\u00a0?", "never a line that begins with “?”"
    page.get_by_role("button", name="Autour de moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Autour de vous")
    assert (query(page)["lat"], query(page)["lon"]) == (["47.217"], ["-1.554"])


@pytest.mark.slow
def test_everything_is_reached_by_keyboard(page):
    opened(page)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Aller au contenu")).to_be_focused()
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        name, outline, hidden = page.evaluate(
            "(({ id, className }, { outlineStyle }) =>"
            " [id || className, outlineStyle, className.includes('visually-hidden')])"
            "(document.activeElement, getComputedStyle(document.activeElement))"
        )
        seen.add(name)
        # A hidden radio or checkbox shows its focus on its label.
        assert name == "" or hidden or outline != "none", name
    assert {"place", "within-500m", "q", "open", "category-bakery", "phone"} <= seen
    assert any("pin-frame" in name for name in seen)
    page.locator("#within-500m").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#within-1km")).to_be_checked()
    expect(page.locator("#count")).to_contain_text("1,0")


@pytest.mark.slow
def test_english_is_complete_and_remembered(page):
    opened(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Around you")
    assert query(page)["within"] == ["500m"]
    body = page.locator("body").inner_text()
    assert not re.search(r"\b(quartier|voisinage|Ouvert|Fermé|résultat|Autour)\b", body)


class TestOnAPhone:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "viewport": PHONE, "has_touch": True, "is_mobile": True}

    @pytest.mark.slow
    def test_the_sheet_has_three_stops(self, page):
        opened(page)
        sheet = page.locator(".sheet")
        expect(sheet).to_have_attribute("data-stop", "1")
        page.get_by_role("button", name="Relever la liste").click()
        expect(sheet).to_have_attribute("data-stop", "2")
        page.get_by_role("button", name="Hauteur de la liste").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(sheet).to_have_attribute("data-stop", "0")
        page.wait_for_timeout(300)
        grip = page.locator(".grip").bounding_box()
        page.mouse.move(grip["x"] + 20, grip["y"] + 20)
        page.mouse.down()
        page.mouse.move(grip["x"] + 20, 120, steps=4)
        page.mouse.up()
        expect(sheet).to_have_attribute("data-stop", "2")
        assert serious_findings(page) == []

    @pytest.mark.slow
    def test_nothing_is_wider_than_the_screen(self, page):
        for address in ("/", SEARCH, "/donnees/"):
            opened(page, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    @pytest.mark.slow
    def test_targets_are_large_enough(self, page):
        opened(page)
        small = page.eval_on_selector_all(
            ".stage button, .stage .chip, .circle-control label, .phone, .masthead a, select, .form-control",
            "all => all.filter(e => e.checkVisibility())"
            ".map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([html]) => html)",
        )
        assert small == []


class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "java_script_enabled": False}

    def test_list_search_and_pages_work(self, page):
        page.goto(SEARCH + "&limit=3")
        expect(page.locator(".card-row")).to_have_count(3)
        page.get_by_role("link", name="Voir la suite").click()
        expect(page.locator(".card-row")).to_have_count(1)
        page.get_by_text("Boulangerie", exact=True).click()
        page.get_by_role("button", name="Chercher").click()
        expect(page.locator(".card-row")).to_have_count(1)
        assert query(page)["category"] == ["bakery"]


@pytest.mark.slow
def test_a_listing_and_its_neighbourhood(page, village):
    opened(page)
    page.get_by_role("link", name="Le Bon Levain", exact=True).click()
    expect(page.get_by_role("link", name="02 61 91 00 12")).to_have_attribute("href", "tel:+33261910012")
    expect(page.locator(".pin-frame")).to_have_count(1)
    assert serious_findings(page) == []
    page.get_by_role("link", name="Voir ce qu’il y a autour").click()
    expect(page.locator(".card-row").first).to_contain_text("Le Bon Levain")


@pytest.mark.slow
def test_the_printed_sheet_fits_a4_and_keeps_its_numbers(page):
    opened(page)
    page.get_by_role("link", name="Imprimer cette liste").click()
    expect(page.locator(".sheet-number")).to_have_text(["1", "2", "3", "4"])
    assert serious_findings(page) == []
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
    expect(page.get_by_text("02 61 91 00 12")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.slow
def test_dark_is_legible_too(page):
    page.emulate_media(color_scheme="dark")
    for address in ("/", SEARCH, "/donnees/", "/annonce/00000000-0000-4000-8000-000000000000/"):
        if "annonce" not in address:
            opened(page, address)
            assert serious_findings(page) == []
