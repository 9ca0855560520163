"""A request spreads by itself: asked in three actions, read next door in the morning, answered, served."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from playwright.sync_api import Page, expect

from directory.models import Listing, Ring
from geo.models import Residence
from tests.directory.spread import by_sixty, morning
from tests.journeys.test_exchanging import COUNTING
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told
from tests.neighbours import neighbour

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("by_sixty")]
__all__ = ["by_sixty"]


@contextmanager
def the_morning(request: Listing, *, later: timedelta = timedelta()):
    """The hour for all, after which a request was read first or so much later, once its job has run."""
    with patch("django.utils.timezone.now", return_value=request.opens_at + later):
        morning()
        yield


@pytest.mark.parametrize("screen", SCREENS)
def test_from_asked_to_read_next_door_to_served(page: Page, village, client, base_url, screen):
    alice, anna, chloe = (
        neighbour(name, home)
        for name, home in zip(("Alice", "Anna", "Chloé"), Residence.objects.order_by("pk"), strict=True)
    )
    page.set_viewport_size(screen)
    page.add_init_script(COUNTING)

    def reads(someone, words: str, *, times: int = 1) -> None:
        """Someone finds these words among what their town says, so many times."""
        enter(page, someone.account, client, base_url)
        page.goto("/ville/")
        expect(page.get_by_role("link", name=words)).to_have_count(times)
        fits(page)

    enter(page, alice.account, client, base_url)
    page.goto("/publier/")
    page.evaluate("sessionStorage.pressed = ''")
    follow(page, "Je prête, je cherche à emprunter")
    page.locator("[name=direction]").first.press("ArrowDown")
    expect(page.locator("[name=direction][value=request]")).to_be_checked()
    page.locator("[name=category]").select_option("lent_tools")
    page.locator("[name=title]").fill("Une perceuse, une heure ?")
    page.locator("label[for=level-spread]").click()
    told(page, "Personne n’apprend jusqu’où elle est allée, vous non plus.")
    fits(page)
    press(page, "Envoyer")
    told(page, "C’est envoyé : de proche en proche.")
    assert page.evaluate("sessionStorage.pressed") == "xxx", "what, how far, send; what is filled in is no action"
    fits(page)
    asked = page.url
    request = Listing.objects.get(spreads=True)
    reads(anna, "Une perceuse, une heure ?", times=0)

    with the_morning(request):
        reads(chloe, "Une perceuse, une heure ?", times=0)
        reads(anna, "Une perceuse, une heure ?")
        told(page, "Demandé de proche en proche")
        follow(page, "Une perceuse, une heure ?")
        fits(page)
        follow(page, "Écrire à Alice D.")
        page.get_by_label("Votre message").fill("J’en ai une, je suis là ce soir.")
        press(page, "Envoyer")
        told(page, "Votre message est là.")

        enter(page, alice.account, client, base_url)
        page.goto("/messages/")
        page.get_by_role("link", name="Une perceuse, une heure ?").click()
        told(page, "J’en ai une, je suis là ce soir.")
        page.goto(asked)
        fits(page)
        press(page, "C’est fait")
        told(page, "« Une perceuse, une heure ? » : c’est fait.")
        reads(anna, "Une perceuse, une heure ?", times=0)

    with the_morning(request, later=timedelta(days=1)):
        reads(chloe, "Une perceuse, une heure ?", times=0)
        assert not Ring.objects.exists()
