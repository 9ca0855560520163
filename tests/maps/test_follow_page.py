"""`/suivre/`: from a search or a drawing to an address, without account; nothing is kept of who asked."""

import re

import pytest
from django.contrib.gis.geos import Point

from directory.models import PublicFeed
from tests.directory.around import at, box
from tests.neighbours import neighbour, sign_in
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db
HERE = "lat=47.2173&lon=-1.5536"


@pytest.fixture
def village():
    return make_village()


def addresses(answer) -> list[str]:
    return re.findall(r"<code>http://testserver(/[^<]+)</code>", answer.content.decode())


def test_a_search_becomes_an_address_that_is_shown_once(client, village):
    asked = f"/suivre/?{HERE}&within=500m&category=bakery&q=pain"
    page = client.get(asked)
    words = page.content.decode()
    assert page.status_code == 200 and "« pain »" in words and "Une zone, Enfilade" in words
    answer = client.post(asked, {"where": "circle", "deed": "feed"})
    *feeds, end = addresses(answer)
    assert [client.get(feed).status_code for feed in feeds] == [200] * 3
    assert "no-store" in answer["Cache-Control"]
    feed = PublicFeed.objects.get()
    assert (feed.categories, feed.text) == (["bakery"], "pain")
    assert feed.area.covers(Point(*at(490, 0))) and not feed.area.covers(Point(*at(510, 0)))
    client.post(end)
    assert client.get(feeds[0]).status_code == 404


def test_the_list_leads_there(client, village):
    page = client.get(f"/?{HERE}&within=500m&category=bakery").content.decode()
    assert re.search(r'href="/suivre/\?category=bakery&amp;lat=47.2173&amp;lon=-1.5536&amp;within=500m"', page)


def test_a_drawing_needs_no_search(client, village):
    assert client.get("/suivre/").status_code == 200
    answer = client.post("/suivre/", {"where": "drawing", "drawing": box(0, 0, 30, 30).geojson, "deed": "feed"})
    assert len(addresses(answer)) == 4 and PublicFeed.objects.get().area.covers(Point(*at(15, 15)))


def test_what_is_missing_is_said_beside_it_and_nothing_is_made(client, village):
    for sent, words in (
        ({"where": "circle"}, "Dites où"),
        ({"where": "drawing"}, "trois coins"),
        ({"where": "drawing", "drawing": '{"type":"Polygon"}'}, "GeoJSON"),
        ({"where": "elsewhere"}, "choix valide"),
    ):
        answer = client.post("/suivre/", sent)
        assert answer.status_code == 400 and words in answer.content.decode(), sent
    assert "Choisissez jusqu’où" in client.get(f"/suivre/?{HERE}&within=nearest").content.decode()
    assert client.get(f"/suivre/?{HERE}&kind=nothing").status_code == 400
    assert client.get(f"/suivre/?{HERE}&q=a%00b").status_code == 400
    assert not PublicFeed.objects.exists()


@pytest.mark.privacy
@pytest.mark.parametrize("within", ["residence", "voisinage", "500m", "neighbourhood", "municipality"])
def test_a_feed_asked_for_at_home_is_of_the_cell(client, village, within):
    """Homes A and B are of one cell: whoever holds the address cannot tell in which of them its maker lives."""
    village.residences["B"].location = Point(*at(55, -30))
    village.residences["B"].save()
    kept = []
    for name in "AB":
        sign_in(client, neighbour(name, village.residences[name]).account)
        assert client.post(f"/suivre/?within={within}", {"where": "circle", "deed": "feed"}).status_code == 200
        row = PublicFeed.objects.values("area", "neighbourhood", "municipality", "towns", "text").latest("pk")
        kept.append(row)
        client.logout()
    assert kept[0] == kept[1]


def test_a_flood_of_addresses_is_refused(client, village, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "feed": "2/h/ip"}
    sent = {"where": "drawing", "drawing": box(0, 0, 30, 30).geojson, "deed": "feed"}
    assert [client.post("/suivre/", sent).status_code for _ in range(3)] == [200, 200, 429]
