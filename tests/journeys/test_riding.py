"""A driver says where they go every week; a passenger asks for a seat, has it, calls it off: in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from directory.exchanging import share
from directory.kinds import KINDS
from directory.meeting_points import called
from geo.models import Residence
from scopes.models import Level
from tests.directory.riding import in_days, make_squares_everywhere, ride
from tests.directory.speaking import looking
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
    told(page, "D’accord : chaque ")
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


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_places_complete_themselves_and_list_and_map_are_one(village, page: Page, client, base_url, screen):
    make_squares_everywhere(town(), apart=500, around=500)
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    day = in_days(7).isoformat()
    ends = {name: called(square)[0].key for name, square in (("start", "Place 3"), ("end", "Place 5"))}
    with looking(alice) as viewer:
        own = {"title": "", "category": "shared_ride", "own": ride(**ends), "level": Level.MUNICIPALITY}
        share(home=viewer.home, kind=KINDS["carpool"], **own)
    page.set_viewport_size(screen)
    enter(page, anna.account, client, base_url)
    page.goto("/covoiturages/")
    where = page.get_by_label("De", exact=True)
    where.press_sequentially("place 4")
    expect(page.get_by_role("option", name="Place 4")).to_be_visible()
    fits(page)
    where.press("ArrowDown")
    where.press("Enter")
    expect(where).to_have_value("Place 4")
    expect(page.locator("input[name=start]")).to_have_value(re.compile("place-4$"))
    where.press_sequentially("0")
    expect(page.locator("input[name=start]")).to_have_value("")
    where.fill("Place 3")
    where.press("Escape")
    page.get_by_label("À", exact=True).fill("Place 5")
    page.get_by_label("À", exact=True).press("Escape")
    page.get_by_label("Le", exact=True).fill(day)
    page.get_by_label("Vers", exact=True).fill("07:30")
    press(page, "Chercher")
    row = page.locator(".ride")
    expect(row).to_have_count(1)
    expect(page.locator("path.route-along")).to_have_count(1)
    expect(page.locator(".sheet")).to_have_attribute("data-stop", "1")  # its script is there
    row.get_by_role("link").first.focus()
    expect(row).to_have_class(re.compile("is-linked"))
    expect(page.locator("path.route.is-linked")).to_have_count(2)
    expect(page.locator(".pin-frame.is-linked")).to_have_count(2)
    if screen["width"] < 768:
        expect(where).to_be_hidden()
        page.get_by_role("button", name="Changer la recherche").click()
        expect(where).to_be_focused()
    fits(page)

    page.goto("/publier/covoiturage/")
    page.get_by_label("De quel coin partez-vous ?").press_sequentially("place 4")
    expect(page.get_by_role("option", name="Place 4").first).to_be_visible()
    page.get_by_label("De quel coin partez-vous ?").press("ArrowDown")
    page.get_by_label("De quel coin partez-vous ?").press("Enter")
    expect(page.get_by_label("Point de rendez-vous au départ")).to_have_value(re.compile("place-4$"))
    fits(page)
