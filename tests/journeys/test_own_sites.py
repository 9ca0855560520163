"""A planner analyses a list of their own: a file is chosen, the answer seen, bad rows named; the page alone has it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.maps.village import HERE

pytestmark = pytest.mark.browser
START = "/ville/couverture/?town=44109&within=300m"


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "creches_2027.csv"
    here = f"{HERE[1]};{HERE[0]}".replace(".", ",")
    path.write_text(f"Nom;Latitude;Longitude\nLes Petits Pas;{here}\nSans lieu;;\nFautive;nord;ouest\n", "cp1252")
    return path


@pytest.mark.slow
def test_a_file_is_chosen_and_the_answer_is_there(page: Page, file):
    page.set_viewport_size(PHONE)
    page.goto(START)
    page.get_by_text("Ou vos propres lieux").press("Enter")
    page.get_by_label("Vos lieux : fichier CSV ou GeoJSON").set_input_files(file)
    left_out = page.locator(".coverage-left-out")
    expect(left_out).to_contain_text("2 lignes de votre liste ne comptent pas")
    expect(left_out).to_contain_text("Ligne 3 : ni coordonnées ni adresse")
    expect(left_out).to_contain_text("Ligne 4 : coordonnées illisibles")
    expect(page.locator(".coverage-figure")).to_contain_text("creches 2027")
    expect(page.locator("path.site-named")).to_have_count(1)
    page.locator("path.site-named").hover()
    expect(page.locator(".map-tip")).to_have_text("Les Petits Pas")
    assert page.url.endswith("/ville/couverture/#found"), "the address says nothing of the list"
    page.get_by_text("Lire ou changer le lieu, ligne par ligne").press("Enter")
    expect(page.get_by_label("Lieux", exact=True)).to_have_value(re.compile("Les Petits Pas"))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert serious_findings(page) == []
    # What is asked next carries the list on, and so do its files.
    page.get_by_label("Ajouter un lieu").fill(f"{HERE[1] + 0.004}, {HERE[0]}")
    page.get_by_label("Ajouter un lieu").press("Enter")
    expect(page.get_by_role("heading", name="Avec les lieux ajoutés")).to_be_visible()
    page.locator(".coverage-files summary").press("Enter")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Tableau pour tableur (CSV)").press("Enter")
    assert "creches" in taken.value.suggested_filename
    page.get_by_role("button", name="Retirer le lieu A").press("Enter")
    expect(page.get_by_role("heading", name="Avec les lieux ajoutés")).to_have_count(0)
    assert serious_findings(page) == []


def test_it_works_without_scripts(village, browser: Browser, base_url, file):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", base_url=base_url)
    page = context.new_page()
    page.goto(START)
    page.get_by_text("Ou vos propres lieux").click()
    page.get_by_label("Vos lieux : fichier CSV ou GeoJSON").set_input_files(file)
    page.get_by_role("button", name="Analyser ces lieux").click()
    expect(page.locator(".coverage-left-out")).to_contain_text("Ligne 4 : coordonnées illisibles")
    expect(page.get_by_role("row", name=re.compile("Ensemble")).first).to_be_visible()
    context.close()
