"""An association announces what it holds; a passer-by finds it in the agenda and takes it along; it is cancelled."""

from datetime import time
from pathlib import Path

import icalendar
import pytest
from playwright.sync_api import Page, expect

from directory.models import Event
from tests.directory.happening import clock, in_days
from tests.journeys.walking import SCREENS, address, enter, fits, follow, press, told
from tests.neighbours import person
from tests.scopes.mandates import organisation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_announced_to_noted_and_cancelled(page: Page, client, base_url, screen):
    address()
    ada = person("Ada")
    club = organisation(ada, kind="association", name="Les Amis du bal")
    page.set_viewport_size(screen)
    enter(page, ada, client, base_url)
    page.goto(f"/organismes/{club.handle}/evenements/")
    fits(page)
    follow(page, "Annoncer un événement")
    page.get_by_label("Quoi ?").fill("Bal de la Grange")
    page.get_by_label("C’est").select_option("concert")
    page.get_by_label("Quel jour ?").fill(in_days(5).isoformat())
    page.get_by_label("À quelle heure ?", exact=True).fill("20:00")
    page.get_by_label("Jusqu’à quelle heure ?").fill("23:30")
    page.get_by_label("Nom du lieu").fill("Salle de la Grange")
    page.get_by_label("Son adresse").fill("3 rue Crébillon, Nantes")
    fits(page)
    press(page, "Annoncer")
    told(page, "C’est annoncé.")
    fits(page)

    enter(page, None, client, base_url)
    page.goto("/agenda/?place=Nantes")
    fits(page)
    follow(page, "Bal de la Grange")
    told(page, "Les Amis du bal")
    expect(page.get_by_text("Ada")).to_have_count(0)
    fits(page)
    with page.expect_download() as taking:
        follow(page, "Ajouter à mon agenda")
    [noted] = icalendar.Calendar.from_ical(Path(taking.value.path()).read_bytes()).walk("VEVENT")
    assert (noted["SUMMARY"], noted["DTSTART"].dt) == ("Bal de la Grange", clock(in_days(5), 20))
    assert noted["DTEND"].dt.time() == time(23, 30) and "3 Rue Crébillon" in noted["LOCATION"]

    enter(page, ada, client, base_url)
    page.goto(f"/organismes/{club.handle}/evenements/{Event.objects.get().public_id}/")
    page.get_by_text("Annuler, ou retirer l’annonce ?").click()
    press(page, "Oui, c’est annulé")
    enter(page, None, client, base_url)
    page.goto("/agenda/?place=Nantes")
    expect(page.get_by_text("annulé", exact=True)).to_be_visible()
    fits(page)
