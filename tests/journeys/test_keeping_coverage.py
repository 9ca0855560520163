"""A planner keeps an analysis, takes it away by the keyboard alone, and finds the kept page without a fault."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from directory.keeping_analyses import make_again
from directory.models import Analysis
from geo.models import Municipality
from tests.journeys.conftest import PHONE
from tests.journeys.test_searching import serious_findings
from tests.neighbours import person, sign_in
from tests.scopes.entering import later
from tests.scopes.mandates import town_hall

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_an_analysis_is_kept_and_taken_away_by_the_keyboard(page: Page, village, base_url, complaints):
    odile = person("Odile")
    town_hall(odile, Municipality.objects.get())
    client = Client()
    sign_in(client, odile, two_factors=True)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])
    complaints.listen(page)
    page.set_viewport_size(PHONE)
    page.goto("/ville/couverture/?town=44109&service=bakery&within=300m")
    page.get_by_role("button", name="Garder, à une adresse qui ne change pas").press("Enter")
    expect(page).to_have_url(re.compile(r"/ville/couverture/[0-9a-f-]{36}/$"))
    page.locator(".coverage-files summary").press("Enter")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tableau pour tableur (CSV)").press("Enter")
    assert re.fullmatch(r"couverture-nantes-.*\.csv|Nantes, .*\.csv", taken.value.suggested_filename)
    assert serious_findings(page) == []
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=Analysis.objects.get().public_id)
    page.reload()
    page.get_by_role("button", name="Comparer").press("Enter")
    expect(page.get_by_role("columnheader", name="Différence").first).to_be_visible()
    expect(page.locator("#map_alentour svg").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert serious_findings(page) == []
