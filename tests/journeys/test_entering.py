"""Someone opens an account, comes back, hands a sheet to a neighbour: in a real browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.scopes.signing.door import code_sent

pytestmark = pytest.mark.browser


def ask_and_answer(page: Page, email: str) -> None:
    """Come in by the door, as far as the code."""
    page.goto("/")
    page.get_by_role("link", name="Entrer", exact=True).click()
    page.get_by_label("Votre adresse e-mail").fill(email)
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_role("heading", name="Regardez vos e-mails")).to_be_visible()
    page.get_by_label("Votre code").fill(code_sent())
    page.get_by_role("button", name="Entrer", exact=True).click()


def say_who_one_is(page: Page) -> None:
    page.get_by_label("Prénom").fill("Nina")
    page.get_by_label("Nom", exact=True).fill("Le Gall")
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.get_by_role("button", name="Ouvrir mon compte").click()


def own_menu(page: Page) -> Page:
    page.locator("details.own summary").click()
    return page.locator(".own-menu")


@pytest.mark.slow
def test_someone_opens_an_account_and_comes_back(page: Page):
    ask_and_answer(page, "nina@example.org")
    say_who_one_is(page)
    expect(page.locator("details.own summary")).to_have_text("Nina")
    own_menu(page).get_by_role("button", name="Sortir").click()
    expect(page.get_by_role("link", name="Entrer", exact=True)).to_be_visible()
    ask_and_answer(page, "Nina@example.org")
    expect(page.locator("details.own summary")).to_have_text("Nina")


@pytest.mark.slow
def test_a_sheet_is_handed_to_a_neighbour_who_enters_on_a_telephone(page: Page, browser: Browser, base_url: str):
    ask_and_answer(page, "nina@example.org")
    say_who_one_is(page)
    own_menu(page).get_by_role("link", name="Mon compte").click()
    page.get_by_role("link", name="ouvrez-le ensemble").click()
    page.get_by_label("Une personne que j’aide").check()
    page.get_by_label("Prénom").fill("Yvette")
    page.get_by_label("Nom", exact=True).fill("Le Du")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_role("heading", name="Le compte de Yvette est ouvert")).to_be_visible()
    code = page.locator(".sheet-of-codes li").first.inner_text()
    telephone = browser.new_page(base_url=base_url, viewport=PHONE, java_script_enabled=False, locale="fr-FR")
    telephone.goto("/compte/entrer/")
    telephone.get_by_role("link", name="J’ai une feuille de codes").click()
    telephone.get_by_label(re.compile("Un code de votre feuille")).fill(code.lower())
    telephone.get_by_role("button", name="Entrer").click()
    expect(telephone.locator("details.own summary")).to_have_text("Yvette")
    own_menu(telephone).get_by_role("button", name="Sortir").click()
    expect(telephone.get_by_role("link", name="Entrer", exact=True)).to_be_visible()
    telephone.close()


@pytest.mark.slow
def test_the_printed_page_is_the_sheet_alone(page: Page):
    ask_and_answer(page, "nina@example.org")
    say_who_one_is(page)
    page.goto("/compte/feuille/")
    page.get_by_role("button", name="Faire une feuille").click()
    page.emulate_media(media="print")
    expect(page.locator(".sheet-of-codes")).to_be_visible()
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.get_by_role("link", name="C’est fait")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_pages_can_be_read_and_used_by_everyone(page: Page, viewport):
    if viewport:
        page.set_viewport_size(viewport)
    for path in ("", "code-imprime/", "mot-de-passe/"):
        page.goto(f"/compte/entrer/{path}")
        assert serious_findings(page) == [], path
    ask_and_answer(page, "nina@example.org")
    assert serious_findings(page) == []
    say_who_one_is(page)
    for path in ("", "nom/", "adresse/", "mot-de-passe/", "feuille/", "ouvrir-pour/", "second-facteur/activer/"):
        page.goto(f"/compte/{path}")
        assert serious_findings(page) == [], path
        small = page.eval_on_selector_all(
            "main :is(button, .btn, input:not([type=hidden]))",
            "all => all.filter(one => one.getBoundingClientRect().height < 44 && !one.closest('label'))"
            ".map(one => one.outerHTML)",
        )
        assert small == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    own_menu(page)
    assert serious_findings(page) == []
