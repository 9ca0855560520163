"""A driver says where they go every week; a passenger asks for a seat, has it, calls it off: in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from geo.models import Residence
from tests.directory.riding import in_days, make_squares_everywhere
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told, town
from tests.neighbours import neighbour

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_a_driver_shares_the_way_and_a_passenger_rides_along(village, page: Page, client, base_url, screen):
    make_squares_everywhere(town(), apart=500, around=500)
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    page.set_viewport_size(screen)
    enter(page, alice.account, client, base_url)
    page.goto("/publier/")
    follow(page, "Je conduis, je cherche une place")
    page.get_by_label("De quel coin partez-vous ?").fill("Place 3")
    page.get_by_label("Où allez-vous ?").fill("Place 5")
    press(page, "Voir les points de rendez-vous")
    page.get_by_label("Point de rendez-vous au départ").select_option(label="Place 3")
    page.get_by_label("Point de rendez-vous à l’arrivée").select_option(label="Place 5")
    page.get_by_label("À quelle heure ?").fill("07:30")
    day = in_days(7)
    page.locator(f"label[for=id_weekdays_{day.isoweekday() - 1}]").click()
    page.locator("label[for=level-municipality]").click()
    fits(page)
    press(page, "Envoyer")
    told(page, "C’est envoyé")
    told(page, "Rendez-vous au départ : Place 3. À l’arrivée : Place 5.")
    expect(page.locator("path.route")).to_have_count(1)
    fits(page)

    enter(page, anna.account, client, base_url)
    page.goto("/covoiturages/")
    told(page, "Place 3 → Place 5")
    page.get_by_label("De", exact=True).fill("Place 4")
    page.get_by_label("À", exact=True).fill("Place 5")
    page.get_by_label("Le", exact=True).fill(day.isoformat())
    page.get_by_label("Vers", exact=True).fill("07:30")
    press(page, "Chercher")
    expect(page.locator(".ride")).to_have_count(1)
    told(page, "1 place libre ce jour-là · sur le chemin, sans détour")
    fits(page)

    follow(page, "Demander une place")
    expect(page.get_by_label("Où montez-vous ?")).to_have_value(re.compile("place-4$"))
    expect(page.locator(".ride-weekdays")).to_be_hidden()
    page.locator("label", has_text="Chaque semaine").click()
    expect(page.locator(".ride-weekdays")).to_be_visible()
    page.get_by_label("Un mot, si vous voulez").fill("Bonjour Alice !")
    fits(page)
    press(page, "Demander")
    told(page, "C’est demandé. Vous lirez la réponse ici.")
    told(page, "Bonjour Alice !")
    fits(page)

    enter(page, alice.account, client, base_url)
    page.goto("/covoiturages/")
    follow(page, "Mes trajets")
    told(page, "On vous demande")
    fits(page)
    press(page, "Prendre Anna D. à bord")
    told(page, "C’est confirmé.")
    told(page, "vous conduisez Anna D.")

    enter(page, anna.account, client, base_url)
    page.goto("/mes-trajets/")
    told(page, "Alice D. vous conduit")
    fits(page)
    follow(page, "Place 3 → Place 5")
    told(page, "D’accord : chaque semaine")
    fits(page)
    page.get_by_role("button", name=re.compile("^Pas ")).click()
    told(page, "Ce jour est annulé.")
    told(page, "les autres jours ne changent pas")
    press(page, "Annuler l’accord")
    told(page, "Annulé par vous")

    enter(page, alice.account, client, base_url)
    page.goto("/mes-trajets/")
    told(page, "annulé par l’autre personne")
    fits(page)
