"""A helping hand: asked for, said yes to by a code, shared out over the week, done, printed, and ended."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from geo.models import Residence
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told
from tests.neighbours import neighbour, person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: A4 at 96 dots an inch.
A4 = {"width": 794, "height": 1123}


@pytest.mark.parametrize("screen", SCREENS)
def test_from_asked_to_done_and_ended(page: Page, village, client, base_url, screen):
    jeanne = neighbour("Jeanne", Residence.objects.order_by("pk").first())
    claire = person("Claire", "Martin")
    page.set_viewport_size(screen)
    enter(page, jeanne.account, client, base_url)
    page.goto("/publier/")
    follow(page, "Un coup de main, entre personnes de confiance")
    page.get_by_label("De quoi s’agit-il ?").fill("Les courses du mardi")
    fits(page)
    press(page, "Continuer")
    told(page, "C’est noté. Pour l’instant, personne d’autre ne le lit")
    fits(page)
    asked = page.url
    page.get_by_label("Son prénom").fill("Claire")
    press(page, "Lui préparer un code")
    code = page.locator(".code").inner_text()
    fits(page)
    page.get_by_text("Prévoir un passage chaque semaine").click()
    page.get_by_label("Quel jour ?").select_option(str(timezone.localdate().isoweekday()))
    press(page, "Prévoir ce passage")
    told(page, "personne encore")
    fits(page)

    enter(page, claire, client, base_url)
    page.goto("/coups-de-main/")
    fits(page)
    page.get_by_label("Votre code").fill(code)
    press(page, "Entrer dans le cercle")
    told(page, "Vous êtes du cercle. Merci !")
    page.get_by_role("button", name="Je m’en charge").click()
    page.get_by_role("button", name="Fait :").click()
    told(page, "✓ Fait")
    fits(page)
    follow(page, "La feuille pour le frigo")
    fits(page)
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    told(page, "Claire M.")
    expect(page.get_by_text("Pour l’imprimer")).to_be_hidden()
    expect(page.get_by_text("Les courses du mardi")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollHeight") <= A4["height"], "one sheet"
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)

    enter(page, jeanne.account, client, base_url)
    page.goto(asked)
    told(page, "Claire M.")
    press(page, "C’est terminé")
    told(page, "Plus personne ne le lit")
    fits(page)
    enter(page, claire, client, base_url)
    page.goto("/coups-de-main/")
    expect(page.get_by_text("Les courses du mardi")).to_have_count(0)
