"""A merchant makes an offer in four actions: open it, set its shape, see whom it reaches, publish."""

import pytest
from playwright.sync_api import Page, expect

from directory.models import Claim, Listing, Promotion
from geo.home_sums import add_up_homes
from geo.models import PublicCell, Residence
from scopes.models import Account, Level
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told
from tests.neighbours import cell_of, neighbour, person
from tests.scopes.mandates import SIRETS, organisation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def basile(village) -> Account:
    """Keeps the bakery, three hundred homes around it in each of three buildings."""
    account = person("Basile")
    shop = organisation(account, kind="merchant", name="Levain SARL", siret=SIRETS[3])
    bakery = Listing.objects.get(title="Le Bon Levain")
    Claim.objects.create(listing=bakery, organisation=shop, asked_by=account, held_at=bakery.published_at)
    for residence in Residence.objects.all():
        cell_of(residence)
    PublicCell.objects.update(dwellings=300)
    add_up_homes(municipalities=[bakery.municipality_id])
    return account


def figure(page: Page):
    return page.locator(".offer-figures strong").first


@pytest.mark.parametrize("screen", SCREENS)
def test_four_actions_then_everyone_reads_it_and_who_lives_there_finds_it(page: Page, basile, client, base_url, screen):
    resident = neighbour("Alice", Residence.objects.order_by("pk").first())
    page.set_viewport_size(screen)
    enter(page, basile, client, base_url)
    page.goto("/pro/")
    fits(page)
    follow(page, "Faire une offre")
    expect(figure(page)).to_have_text("600 logements")
    fits(page)

    page.get_by_text("À une distance").click()
    page.get_by_label("Distance, en mètres").fill("60")
    expect(figure(page)).to_have_text("300 logements")
    _pull_the_edge(page)
    expect(page.get_by_label("Distance, en mètres")).not_to_have_value("60")
    expect(figure(page)).to_have_text("600 logements")
    told(page, "Visible de tous sur la carte")
    page.get_by_label("En une ligne").fill("Deux baguettes pour une")
    page.get_by_label("Ce qu’il faut savoir").fill("Le soir, après 18 h.")
    expect(page.locator("#read h3")).to_have_text("Deux baguettes pour une")
    fits(page)
    press(page, "Publier")
    told(page, "C’est publié.")
    told(page, "Deux baguettes pour une")
    fits(page)

    made = Promotion.objects.get()
    assert (made.level, made.openness) == (Level.CATCHMENT, "public")
    enter(page, None, client, base_url)
    page.goto(f"/annonce/{made.place.public_id}/")
    follow(page, "Deux baguettes pour une")
    told(page, "Le soir, après 18 h.")
    fits(page)
    enter(page, resident.account, client, base_url)
    page.goto("/quartier/")
    told(page, "Deux baguettes pour une")
    told(page, "près de chez vous")


def _pull_the_edge(page: Page) -> None:
    """From the edge of the circle eastwards, by far."""
    edge = page.locator(".edge")
    edge.scroll_into_view_if_needed()
    box = edge.bounding_box()
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 13, steps=3)
    page.mouse.move(box["x"] + 140, box["y"] + 13, steps=3)
    page.mouse.up()


def test_by_the_keyboard_alone(page: Page, basile, client, base_url):
    enter(page, basile, client, base_url)
    page.goto("/pro/")
    page.get_by_role("link", name="Faire une offre").press("Enter")
    # A group of radio buttons is one stop of the Tab key; the arrows go from one to the next.
    page.locator("#to-homes").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#to-radius")).to_be_checked()
    _tab_to(page, "Distance, en mètres")
    page.keyboard.press("Control+a")
    page.keyboard.type("250")
    expect(figure(page)).to_have_text("900 logements")
    _tab_to(page, "En une ligne")
    page.keyboard.type("Deux baguettes pour une")
    _tab_to(page, "Ce qu’il faut savoir")
    page.keyboard.type("Le soir.")
    for _step in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "publish":
            break
    page.keyboard.press("Enter")
    told(page, "C’est publié.")
    assert Promotion.objects.get().title == "Deux baguettes pour une"


def _tab_to(page: Page, label: str) -> None:
    """Press Tab until the field of this label is reached, within what lies between two of them."""
    field = page.get_by_label(label, exact=True)
    for _step in range(20):
        page.keyboard.press("Tab")
        if field.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not come to « {label} »")
