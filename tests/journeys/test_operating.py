"""A network operator makes a key on a page; its program tells a building of a cut, and that the water is back."""

import json
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from directory.models import Mailing
from geo.models import Residence
from tests.directory.browsing import browser
from tests.directory.keyed import operator
from tests.directory.mandated import water_cut
from tests.journeys.conftest import PHONE
from tests.journeys.test_rights import sideways
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour
from tests.scopes.mandates import in_force

pytestmark = pytest.mark.browser


@pytest.fixture
def home(village) -> Residence:
    return Residence.objects.filter(dwellings__gte=3).order_by("pk").first()


@pytest.fixture
def odile(home):
    """Someone responsible for a water company that supplies the building."""
    account, own = operator(name="Eau de Nantes")
    in_force(account, [home], own)
    return account


def enter(page: Page, base_url: str, who) -> Page:
    """Sign someone in, by two factors."""
    session = browser(who, two_factors=True).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])
    return page


def ask(address: str, key: str, body: dict | None = None) -> tuple[int, dict]:
    """What the server answers to a program."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": "panne-17"}
    content = json.dumps(body or {}).encode()
    request = urllib.request.Request(address, content, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)


@pytest.mark.slow
def test_a_program_tells_a_building_and_its_people_read_it(page, base_url, home, odile, monkeypatch):
    monkeypatch.setattr("directory.notifying.UNDO", timedelta(0))  # read at once, not in two minutes
    ana = neighbour("Ana", home)
    enter(page, base_url, odile)
    page.goto("/organismes/")
    page.get_by_role("link", name="Eau de Nantes").click()
    page.get_by_role("link", name="Clés d’API").click()
    page.get_by_label("Quel système la tiendra").fill("supervision du réseau")
    page.get_by_role("button", name="Faire la clé").click()
    key = page.locator(".api-key").inner_text()
    assert serious_findings(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == 0
    page.get_by_role("link", name="C’est rangé").click()
    expect(page.get_by_text("n’a pas encore servi")).to_be_visible()
    assert key not in page.content()

    notices = f"{base_url}/api/notices/"
    body = {"reason": "water_cut", "fields": water_cut(), "audience": {"residences": [home.key]}}
    status, tried = ask(notices, key, body | {"dry_run": True})
    assert status == 200 and tried["homes"]["total"] == home.dwellings and not Mailing.objects.exists()
    status, sent = ask(notices, key, body)
    assert status == 201 and ask(notices, key, body) == (201, sent)

    enter(page, base_url, ana)
    page.goto("/immeuble/")
    expect(page.get_by_text(tried["preview"]["fr"]["title"])).to_be_visible()
    expect(page.get_by_text("Eau de Nantes").first).to_be_visible()

    status, over = ask(f"{base_url}{sent['url']}all-clear/", key)
    assert status == 200 and over["state"] == "restored"
    page.goto("/immeuble/")
    expect(page.get_by_text("C’est rétabli")).to_be_visible()
    expect(page.get_by_text(tried["preview"]["fr"]["title"])).to_have_count(0)

    enter(page, base_url, odile)
    page.goto("/organismes/")
    page.get_by_role("link", name="Eau de Nantes").click()
    page.get_by_role("link", name="Clés d’API").click()
    expect(page.get_by_text("a servi le")).to_be_visible()
    page.get_by_role("button", name="Révoquer").click()
    expect(page.get_by_text("La clé ne sert plus.")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(notices, key, body)
    assert refused.value.code == 401
    refused.value.close()
