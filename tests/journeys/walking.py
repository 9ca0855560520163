"""Short words for journeys that many kinds share: a house with an address, an organisation that speaks, a look."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect

from geo.models import Address, Building, Municipality
from scopes.models import Account
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_rights import sideways
from tests.journeys.test_searching import serious_findings
from tests.maps.village import HERE
from tests.neighbours import sign_in

#: What a journey is walked on.
SCREENS = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]


def town() -> Municipality:
    return Municipality.objects.get()


def address() -> Address:
    """The village's one house number: 3 rue Crébillon."""
    place = {"source": "test", "municipality": town(), "location": Point(*HERE)}
    return Address.objects.create(
        key="house:3", building=Building.objects.order_by("pk").first(), number=3, street_name="Rue Crébillon", **place
    )


def enter(page: Page, account: Account | None, client, base_url: str) -> None:
    """Look with someone's browser, by two factors; as a passer-by where nobody is meant."""
    page.context.clear_cookies()
    if account is not None:
        sign_in(client, account, two_factors=True)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def told(page: Page, words: str) -> None:
    """These words are on the page."""
    expect(page.get_by_text(words).first).to_be_visible()


def fits(page: Page) -> None:
    """Everyone can read the page, and nothing is wider than the screen."""
    assert serious_findings(page) == [], page.url
    assert sideways(page) == 0, page.url
