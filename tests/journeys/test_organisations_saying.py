"""A town hall gives news: everyone reads them, until they are over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Listing, News
from directory.publishing import refresh_entries
from tests.directory.picturing import picture
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told, town
from tests.neighbours import person
from tests.scopes.mandates import town_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_said_to_read_and_over(page: Page, village, client, base_url, screen):
    sylvie = person("Sylvie")
    hall = town_hall(sylvie, town(), name="Mairie de Nantes")
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

    enter(page, None, client, base_url)
    page.goto("/ville/44109/")
    follow(page, "La piscine rouvre lundi")
    expect(page.get_by_role("img", name="La piscine rouvre lundi")).to_be_visible()
    expect(page.get_by_text("Sylvie")).to_have_count(0)
    fits(page)

    news = News.objects.get()
    Listing.objects.filter(pk=news.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    refresh_entries([news.pk])
    page.goto("/ville/44109/")
    expect(page.get_by_text("La piscine rouvre lundi")).to_have_count(0)
