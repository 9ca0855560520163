"""The HTML file of an analysis, opened from a disk without a network: it asks nobody anything."""

import re

import pytest
from django.utils.html import escape
from playwright.sync_api import expect

from geo.models import Neighbourhood
from maps.coverage_files import standalone
from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.maps.covering import QUERY, found, with_bakery

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
HOSTILE = "</script><img src=x onerror=\"document.body.dataset.hacked='img'\">${document.body.dataset.hacked='js'}"


@pytest.fixture
def file(client, toy_town, tmp_path):
    """The file as someone saves it; a quarter has a name that would be script."""
    with_bakery(toy_town)
    Neighbourhood.objects.filter(name="Nord-Est").update(name=HOSTILE[:120])
    answer = client.get(f"/ville/couverture/analyse.html?{QUERY}")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    path = tmp_path / "couverture.html"
    path.write_bytes(answer.content)
    return path


def test_what_it_draws_is_dust_in_a_large_town(client, toy_town, monkeypatch):
    with_bakery(toy_town)
    monkeypatch.setattr(standalone, "MOST_BUILDINGS", 1)
    text = client.get(f"/ville/couverture/analyse.html?{QUERY}").content.decode()
    assert "geo_json_shares" in text and "geo_json_buildings" not in text and "bâtiment desservi" not in text


@pytest.mark.slow
def test_it_opens_from_a_disk_without_a_network(browser, file):
    context = browser.new_context(offline=True, locale="fr-FR", viewport=PHONE)
    page, heard = context.new_page(), []
    page.on("console", lambda said: heard.append(said.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda asked: asked.url == file.as_uri() or heard.append(asked.url))
    page.goto(file.as_uri())
    expect(page.locator("path.share")).to_have_count(len(found().by["quartier"]))
    expect(page.locator("path.home")).to_have_count(2)
    expect(page.locator("path.site")).to_have_count(1)
    page.locator("path.share").last.hover(force=True)
    page.get_by_role("button", name="Agrandir la carte").click()
    expect(page.get_by_role("row", name=re.compile("Ensemble"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("document.body.dataset.hacked") is None
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    assert heard == []
    assert serious_findings(page) == []
    context.close()


def test_nothing_in_it_leads_out_but_its_own_address(file):
    text = file.read_text()
    assert escape(HOSTILE[:20]) in text and HOSTILE[:20] not in text
    assert not re.search(r"sourceMappingURL|@import|<link(?! rel=\"icon\")|<\w+[^>]*\ssrc=", text)
    assert set(re.findall(r"url\((?![\"']?(?:data:|#))[^)]*\)", text)) == set()
    assert "default-src 'none'" in text and len(text) < 1_500_000
