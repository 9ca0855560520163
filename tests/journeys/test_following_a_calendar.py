"""An association gives the address of its calendar, then a file: events are looked at, shown, and errors listed."""

from functools import partial

import pytest
from playwright.sync_api import Page

from directory import reading_calendars
from directory.fetching import fetch
from tests.directory.happening import calendar, vevent
from tests.directory.test_fetching import answering, anywhere, said
from tests.jobs import run_jobs
from tests.journeys.walking import SCREENS, address, enter, fits, follow, press, told
from tests.neighbours import person
from tests.scopes.mandates import organisation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROKEN = vevent(UID="2", SUMMARY="Cassé", **{"DTSTART;TZID=Europe/Paris": "demain"})


@pytest.fixture
def from_the_loopback(monkeypatch):
    """The worker may fetch from this very machine."""
    fetched = partial(fetch, allowed=anywhere)
    monkeypatch.setattr(reading_calendars.read_calendar, "__kwdefaults__", {"fetched": fetched})


@pytest.mark.parametrize("screen", SCREENS)
def test_from_given_to_followed(page: Page, village, client, base_url, from_the_loopback, screen):
    address()
    ada = person("Ada")
    club = organisation(ada, kind="association", name="Les Amis du bal")
    page.set_viewport_size(screen)
    enter(page, ada, client, base_url)
    page.goto(f"/organismes/{club.handle}/evenements/")
    follow(page, "Suivre un agenda que nous tenons ailleurs")
    fits(page)
    with answering(said(calendar(vevent(), BROKEN))) as (site, _asked):
        page.get_by_label("Adresse de l’agenda").fill(f"{site}/bal.ics")
        press(page, "Lire, et voir d’abord")
        told(page, "Nous le lisons")
        fits(page)
        run_jobs()
        follow(page, "Où en est-ce ?")
        told(page, "Bal de la Grange")
        told(page, "Ce qui n’est pas repris")
        fits(page)
        press(page, "Tenir à jour")
        run_jobs()
    page.goto("/agenda/?place=Nantes")
    told(page, "Bal de la Grange")

    page.goto(f"/organismes/{club.handle}/agendas/")
    fits(page)
    file = {"name": "lotos.ics", "mimeType": "text/calendar", "buffer": calendar(vevent(UID="3", SUMMARY="Loto"))}
    page.get_by_label("ou un fichier").set_input_files(file)
    press(page, "Lire, et voir d’abord")
    run_jobs()
    follow(page, "Où en est-ce ?")
    press(page, "Montrer ces événements")
    run_jobs()
    enter(page, None, client, base_url)
    page.goto("/agenda/?place=Nantes")
    follow(page, "Loto")
    told(page, "Les Amis du bal")
    fits(page)
