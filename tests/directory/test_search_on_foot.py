"""Search by minutes on foot: what is found, how far it is along the streets, and what cannot be asked."""

import json

import pytest
from django.contrib.gis.geos import LineString
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.agenda import coming_days, dates_around
from directory.followed import place_around
from directory.here import Here
from directory.publishing import publish
from directory.search import SearchRequest, search
from directory.within import Level, Within
from geo.errors import InvalidParameter
from geo.models import Residence, Street
from maps.wording import reason
from scopes.models import Openness
from scopes.viewer import ANONYMOUS
from tests.directory.exchanged import share
from tests.directory.happening import event
from tests.neighbours import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops(toy_town):
    """Around (500, 500): one on the street, one at a corner beyond, one behind the park, one in Voisine."""
    for title, x, y in (
        ("Ici", 500, 510),
        ("Tout droit", 500, 1100),
        ("Au coin", 900, 900),
        ("En biais", 1_100, 1_100),
        ("Voisine", 2_600, 1_000),
    ):
        put(toy_town, title, x, y)
    return toy_town


def put(town, title, x, y, **columns):
    municipality = town.neighbour if x > 2_000 else town.municipality
    return publish(category="bakery", title=title, municipality=municipality, location=town.point(x, y), **columns)


def around(town, x=500, y=500) -> Here:
    point = town.point(x, y)
    return Here(longitude=point.x, latitude=point.y)


def asked(town, within="10min", **more):
    return search(SearchRequest(here=around(town), within=Within.parse(within), **more))


def test_what_is_reached_along_the_streets_is_found_nearest_first(shops):
    """833 m: the corner at 400 m east and 400 m north is 566 m away and a walk of 800."""
    answer = asked(shops)
    assert [item.title for item in answer.items] == ["Ici", "Au coin", "Tout droit"]
    assert [item.why for item in answer.items] == [
        {"rule": "walk", "metres": 10, "minutes": 1},
        {"rule": "walk", "metres": 800, "minutes": 10},
        {"rule": "walk", "metres": 600, "minutes": 8},
    ]
    assert [round(item.distance) for item in answer.items] == [10, 566, 600]


def test_only_where_streets_are_missing_that_is_said(shops):
    at_the_edge, in_the_middle = (
        search(SearchRequest(here=around(shops, *place), within=Within.parse("10min")))
        for place in ((500, 500), (1_000, 1_000))
    )
    assert "ne sont pas chargées" in at_the_edge.notes[0] and in_the_middle.notes == ()


def test_less_time_finds_less(shops):
    assert [item.title for item in asked(shops, "8min").items] == ["Ici", "Tout droit"]
    assert [item.title for item in asked(shops, "1min").items] == ["Ici"]
    assert asked(shops, "30min").circle.level is Level.WALK


def test_a_street_that_is_closed_to_walkers_is_gone_around(shops):
    streets = [f"bdtopo:TRONROUT-N-05-{row:02}" for row in range(5, 11)]
    Street.objects.filter(key__in=streets).update(walkable=False)
    walks = {item.title: item.why["metres"] for item in asked(shops).items}
    assert walks["Tout droit"] == 800


def test_what_no_bridge_leads_to_has_no_minutes(toy_town):
    """Two quays 40 m apart: the area reaches 50 m across the canal, nobody does."""
    Street.objects.update(walkable=False)
    for key, y in (("bdtopo:TRONROUT-E-05-05", 500), ("bdtopo:TRONROUT-E-05-06", 540)):
        quay = LineString(toy_town.point(0, y).coords, toy_town.point(2_000, y).coords, srid=4326)
        Street.objects.filter(key=key).update(line=quay, walkable=True)
    for title, x, y in (("Ce quai", 700, 500), ("En face", 500, 545)):
        put(toy_town, title, x, y)
    items = asked(toy_town).items
    assert [(item.title, item.why) for item in items] == [
        ("En face", {"rule": "walk", "metres": 45}),
        ("Ce quai", {"rule": "walk", "metres": 200, "minutes": 3}),
    ]
    assert reason(items[0].why, placed=True) == ""


def test_where_no_street_is_known_it_is_as_the_crow_flies_and_said(shops):
    answer = search(SearchRequest(here=around(shops, 2_600, 1_400), within=Within.parse("6min")))
    assert [(item.title, item.why["minutes"]) for item in answer.items] == [("Voisine", 5)]
    assert any("vol d’oiseau" in note for note in answer.notes)


def test_the_area_is_drawn(shops):
    shape = asked(shops).shape
    assert shape["type"] in ("Polygon", "MultiPolygon")


def test_pages_follow_one_another(shops):
    first = asked(shops, limit=2)
    second = asked(shops, limit=2, cursor=first.next)
    assert [item.title for item in (*first.items, *second.items)] == ["Ici", "Au coin", "Tout droit"]
    assert second.next == ""
    with pytest.raises(InvalidParameter):
        asked(shops, "9min", limit=2, cursor=first.next)


def test_what_a_person_says_is_found_by_the_cell_and_has_no_minutes(toy_town):
    """Nobody is at the point of a cell, so nobody is so many minutes away."""
    home = Residence.objects.get(buildings__key="bdtopo:BATIMENT-05-05")
    share(neighbour("Camille", home), title="Aide aux devoirs", openness=Openness.PUBLIC)
    (item,) = asked(toy_town).items
    assert item.area and item.why["rule"] == "walk" and "minutes" not in item.why
    assert item.why["metres"] == round(item.distance)
    point = home.public_cell.location
    assert search(SearchRequest(here=Here(longitude=point.x, latitude=point.y), within=Within.parse("1min"))).items


def test_the_agenda_looks_at_the_same_area(shops):
    days = coming_days("", time_zone="Europe/Paris")
    for title, x, y in (("Bal", 900, 900), ("Fête", 1_100, 1_100)):
        event(shops.municipality, title, location=shops.point(x, y))
    _circle, dates = dates_around(ANONYMOUS, around(shops), Within.parse("10min"), days)
    assert [date.event.title for date in dates] == ["Bal"]


def test_a_walk_is_followed_as_its_area(shops):
    place = place_around(around(shops), Within.parse("10min"))
    assert place["area"].covers(shops.point(900, 900)) and not place["area"].covers(shops.point(1_100, 1_100))
    assert place["towns"] == [shops.municipality.pk]


@pytest.mark.parametrize("within", ["0min", "31min", "1.5min", "-5min", "10 min", "١٠min", "999min", "walk"])
def test_what_no_walk_is_is_refused(within):
    with pytest.raises(InvalidParameter) as refused:
        Within.parse(within)
    assert refused.value.parameter == "within"


def test_it_is_written_as_it_is_read():
    assert str(Within.parse("10min")) == str(Within.parse("010min")) == "10min"


def test_the_api_says_metres_and_minutes(shops):
    point = shops.point(500, 500)
    answered = Client().get("/api/nearby/", {"lat": point.y, "lon": point.x, "within": "10min"})
    properties = [feature["properties"] for feature in json.loads(answered.content)["features"]]
    assert properties[0]["why"] == {"rule": "walk", "metres": 10, "minutes": 1}
    assert answered.headers["Cache-Control"] == "private, no-store"


def test_the_page_offers_it_and_says_it_in_words(shops):
    body = Client().get("/", {"place": "Villegrille", "within": "10min"}).content.decode()
    assert 'id="within-10min" value="10min" checked' in body
    assert reason({"rule": "walk", "minutes": 8}, placed=True) == "8 min à pied"


def test_it_is_one_statement_after_the_streets_were_read(shops):
    """The prepared one is not in Django's log."""
    with CaptureQueriesContext(connection) as queries:
        asked(shops)
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in queries]
    assert tables == ["geo_street", "geo_release"]
