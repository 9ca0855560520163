"""A planner asks who lives too far, sees it, asks what one site more would change, and where it should be."""

import re

import pytest
from playwright.sync_api import Page, expect

from geo.models import Building
from tests.journeys.walking import SCREENS, fits, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: The pharmacy stands beside the middle one of the village's three buildings of 20 homes each: the others are farther.
FAR = "/ville/couverture/?town=44109&service=pharmacy&within=50m"


def figure(page: Page):
    return page.locator(".coverage-figure strong").first


def analyse(page: Page) -> None:
    page.get_by_role("button", name="Analyser").click()


@pytest.mark.parametrize("screen", SCREENS)
def test_two_choices_give_the_answer_and_one_more_site_what_it_changes(page: Page, screen):
    page.set_viewport_size(screen)
    page.goto("/ville/couverture/")
    fits(page)
    page.locator("#town").fill("Nantes")
    page.locator("#service").select_option(label="Pharmacie")
    page.locator("#within").select_option("300m")
    analyse(page)
    expect(figure(page)).to_have_text("100 %")
    fits(page)
    page.goto(FAR)
    expect(figure(page)).to_have_text("33 %")
    _every_number_of_the_map_stands_in_a_table(page)
    _touch_the_westernmost_building(page)
    expect(page.get_by_label("Ajouter un lieu")).to_have_value(re.compile(r"^47\.\d{5},-1\.\d{5}$"))
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", name="Avec les lieux ajoutés")).to_be_visible()
    expect(figure(page)).to_have_text("67 %")
    told(page, "+ 20 logements")
    fits(page)
    page.get_by_role("link", name="Retirer le lieu A").click()
    expect(figure(page)).to_have_text("33 %")


def _touch_the_westernmost_building(page: Page) -> None:
    """Touch the map where the first building stands."""
    where = Building.objects.get(key="building:0").location
    map_ = page.locator("#map_alentour")
    map_.scroll_into_view_if_needed()
    at = page.evaluate("([lat, lon]) => window.map_alentour.latLngToContainerPoint([lat, lon])", [where.y, where.x])
    map_.click(position=at, force=True)


def _every_number_of_the_map_stands_in_a_table(page: Page) -> None:
    """The share of a quarter stands in its row, the homes of a gap in the list of gaps."""
    shapes = page.locator("#map_alentour path.share, #map_alentour path.gap")
    expect(shapes.first).to_be_attached()
    rows = [row.inner_text().split("\n") for row in page.locator(".coverage-table tr").all()]
    cells = {cell.strip() for row in rows for cells in row for cell in cells.split("\t")}
    gaps = [gap.inner_text().replace("\xa0", " ") for gap in page.locator(".gap-list li").all()]
    for number in range(shapes.count()):
        shapes.nth(number).dispatch_event("mouseover")
        tip = page.locator(".map-tip").first
        expect(tip).to_be_attached()
        words = tip.inner_text().strip()
        shapes.nth(number).dispatch_event("mouseout")
        name, _colon, share = words.partition(" : ")
        if share:
            assert {name, share} <= cells, words
        else:
            assert any(gap.endswith(words.removesuffix(" trop loin")) for gap in gaps), (words, gaps)


def test_the_best_site_is_found_and_added_in_two_actions(page: Page):
    page.goto(FAR)
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".best-sites .what-if-sum")).to_contain_text("+ 40 logements")
    fits(page)
    page.get_by_role("link", name="Les ajouter à l’analyse").click()
    expect(figure(page)).to_have_text("100 %")
    fits(page)


def test_by_the_keyboard_alone(page: Page, complaints):
    page.goto("/ville/couverture/")
    _tab_to(page, "town")
    page.keyboard.type("Nantes")
    _tab_to(page, "service")
    page.keyboard.type("Pharma")
    _tab_to(page, "within")
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    _tab_to_button(page, "Analyser")
    page.keyboard.press("Enter")
    expect(figure(page)).to_have_text("100 %")
    _tab_to(page, "add")
    page.keyboard.type("Zzzz")
    page.keyboard.press("Enter")
    told(page, "Zzzz")
    expect(page.locator("#add")).to_have_attribute("aria-invalid", "true")
    assert [said for said in complaints.heard if "400" not in said] == []
    complaints.heard.clear()
    _tab_to(page, "add")
    page.keyboard.press("Control+a")
    page.keyboard.type("47.2184,-1.5536")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Avec les lieux ajoutés")).to_be_visible()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name is reached."""
    _tab_until(page, f"document.activeElement.name === '{name}'", name)


def _tab_to_button(page: Page, words: str) -> None:
    _tab_until(page, f"document.activeElement.textContent.trim() === '{words}'", words)


def _tab_until(page: Page, reached: str, name: str) -> None:
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(reached):
            return
    raise AssertionError(f"the Tab key does not come to « {name} »")
