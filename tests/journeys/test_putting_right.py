"""A passer-by says that a shop has closed; the staff look, and take its page out of sight."""

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect

from directory.models import Listing, Remark
from directory.publishing import publish
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told, town
from tests.maps.village import HERE
from tests.neighbours import person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_said_to_put_right(page: Page, village, client, base_url, screen):
    shop = publish(
        category="florist", title="Les Dahlias", municipality=town(), location=Point(*HERE), address="3 rue Crébillon"
    )
    page.set_viewport_size(screen)
    page.goto(f"/annonce/{shop.public_id}/")
    follow(page, "Une erreur ? Toujours ouvert ?")
    fits(page)
    page.get_by_label("Ce qui serait juste").fill("Une laverie s’y est installée")
    press(page, "Fermé pour de bon")
    told(page, "Merci, c’est transmis.")
    fits(page)
    enter(page, person("Sam", is_staff=True), client, base_url)
    page.goto("/organismes/fiches-a-corriger/")
    told(page, "Une laverie s’y est installée")
    fits(page)
    follow(page, "Corriger")
    fits(page)
    page.get_by_text("Fermé pour de bon ?").click()
    press(page, "Ne plus la montrer")
    told(page, "La fiche n’est plus montrée.")
    assert Listing.objects.get(pk=shop.pk).withdrawn_at and not Remark.objects.exists()
    expect(page.locator("body")).not_to_contain_text("Une laverie")
