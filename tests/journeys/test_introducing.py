"""A town hall introduces someone: invited on paper, asked for, proposed, agreed to by each, and of use in the week."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import HelpWanted
from geo.models import Residence
from tests.directory.helping import TITLE, asks_for_help
from tests.directory.introduced import town_hall
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told, town
from tests.neighbours import neighbour, person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_a_code_on_paper_to_a_visit_that_is_done(page: Page, village, client, base_url, screen):
    jeanne = neighbour("Jeanne", Residence.objects.order_by("pk").first())
    (mayor, hall), anna = town_hall(town()), person("Anna", "Petit")
    help_ = asks_for_help(jeanne)
    page.set_viewport_size(screen)

    enter(page, mayor, client, base_url)
    page.goto(f"/organismes/{hall.handle}/")
    follow(page, "Bénévoles")
    fits(page)
    page.get_by_label("Son prénom").fill("Anna")
    page.get_by_label("J’ai rencontré cette personne").check()
    press(page, "Lui préparer un code")
    code = page.locator(".code").first.inner_text()
    fits(page)

    enter(page, anna, client, base_url)
    page.goto("/coups-de-main/")
    follow(page, "Le code vient de la mairie ? Devenir bénévole")
    page.get_by_label("Votre code").fill(code)
    page.get_by_label("des courses").check()
    page.get_by_label("Je veux bien que la mairie me présente.").check()
    fits(page)
    press(page, "Être sur la liste")
    told(page, "Vous êtes sur la liste. Merci !")
    fits(page)

    enter(page, jeanne.account, client, base_url)
    page.goto(f"/coups-de-main/{help_.public_id}/")
    page.get_by_text("Demander à la mairie de présenter quelqu’un").click()
    page.get_by_label("des courses").check()
    fits(page)
    press(page, "Demander")
    told(page, "La mairie découvre chaque lundi")
    HelpWanted.objects.update(shown_on=F("shown_on") - timedelta(weeks=1))  # Monday comes

    enter(page, mayor, client, base_url)
    page.goto(f"/organismes/{hall.handle}/benevoles/")
    told(page, "semaine du")
    fits(page)
    press(page, "Présenter cette personne")
    told(page, "ce qui en advient ne vous est pas dit")
    expect(page.get_by_text("semaine du")).to_have_count(0)

    enter(page, jeanne.account, client, base_url)
    page.goto("/coups-de-main/")
    fits(page)
    page.get_by_role("link", name=TITLE).click()
    told(page, "vous présente Anna")
    fits(page)
    press(page, "Oui, avec Anna")
    told(page, "qui doit encore répondre")
    page.get_by_text("Prévoir un passage chaque semaine").click()
    page.get_by_label("Quel jour ?").select_option(str(timezone.localdate().isoweekday()))
    press(page, "Prévoir ce passage")

    enter(page, anna, client, base_url)
    page.goto("/coups-de-main/")
    told(page, "On aimerait votre aide")
    fits(page)
    press(page, "Oui, j’entre dans le cercle")
    told(page, "Vous êtes du cercle. Merci !")
    page.get_by_role("button", name="Je m’en charge").click()
    page.get_by_role("button", name="Fait :").click()
    told(page, "✓ Fait")
    fits(page)

    enter(page, mayor, client, base_url)
    page.goto(f"/organismes/{hall.handle}/benevoles/")
    page.get_by_role("button", name="Retirer Anna de la liste").click()
    told(page, "Personne encore.")
    enter(page, jeanne.account, client, base_url)
    page.goto(f"/coups-de-main/{help_.public_id}/")
    told(page, "ni de ce cercle")
    fits(page)
