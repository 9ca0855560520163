"""A town hall gives news and a bakery makes an offer: whom they are meant for reads them, until they are over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Claim, Listing, Promotion
from directory.publishing import refresh_entries
from geo.models import Residence
from tests.directory.picturing import picture
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told, town
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, organisation, town_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_said_to_read_and_over(page: Page, village, client, base_url, screen):
    resident = neighbour("Alice", Residence.objects.order_by("pk").first())
    sylvie, basile = person("Sylvie"), person("Basile")
    hall = town_hall(sylvie, town(), name="Mairie de Nantes")
    shop = organisation(basile, kind="merchant", name="Levain SARL", siret=SIRETS[3])
    bakery = Listing.objects.get(title="Le Bon Levain")
    Claim.objects.create(listing=bakery, organisation=shop, asked_by=basile, held_at=bakery.published_at)
    today = timezone.localdate()
    page.set_viewport_size(screen)

    enter(page, sylvie, client, base_url)
    page.goto(f"/organismes/{hall.handle}/actualites/")
    fits(page)
    follow(page, "Donner une nouvelle")
    page.get_by_label("En une ligne").fill("La piscine rouvre lundi")
    page.get_by_label("Ce qu’il faut savoir").fill("De 7 h à 21 h, bassin extérieur compris.")
    page.get_by_label("photo").set_input_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    fits(page)
    press(page, "Publier")
    told(page, "C’est dit : on le lit dès maintenant.")
    fits(page)

    enter(page, basile, client, base_url)
    page.goto(f"/organismes/{shop.handle}/offres/ajouter/")
    page.get_by_label("En une ligne").fill("Deux baguettes pour une")
    page.get_by_label("Ce qu’il faut savoir").fill("Le soir, après 18 h.")
    page.get_by_label("Du", exact=True).fill(today.isoformat())
    page.get_by_label("Au", exact=True).fill((today + timedelta(days=6)).isoformat())
    page.get_by_label("les habitants à moins de 500 m").check()
    press(page, "Relire avant d’envoyer")
    told(page, "logements dans ce rayon")
    fits(page)
    press(page, "Publier")
    told(page, "C’est dit : on le lit dès maintenant.")
    fits(page)

    enter(page, None, client, base_url)
    page.goto("/ville/44109/")
    follow(page, "La piscine rouvre lundi")
    expect(page.get_by_role("img", name="La piscine rouvre lundi")).to_be_visible()
    expect(page.get_by_text("Sylvie")).to_have_count(0)
    fits(page)
    page.goto(f"/annonce/{bakery.public_id}/")
    expect(page.get_by_text("Deux baguettes pour une")).to_have_count(0)
    enter(page, resident.account, client, base_url)
    page.goto("/?within=500m&q=baguettes")
    follow(page, "Deux baguettes pour une")
    told(page, "Le Bon Levain")
    fits(page)

    offer = Promotion.objects.get()
    Listing.objects.filter(pk=offer.pk).update(
        opens_at=timezone.now() - timedelta(days=3), closes_at=timezone.now() - timedelta(days=1)
    )
    refresh_entries([offer.pk])
    page.goto("/?within=500m&q=baguettes")
    expect(page.get_by_text("Deux baguettes pour une")).to_have_count(0)
    told(page, "Rien encore ici")
    fits(page)
