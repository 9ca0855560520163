"""The API of places: strict parameters, GeoJSON pages, and what covers a point."""

import json

import pytest

from geo.models import Address, Building, Release

pytestmark = pytest.mark.django_db


def get(client, url, **query):
    response = client.get(url, query)
    return response.status_code, json.loads(response.content)


@pytest.mark.parametrize(
    ("url", "query", "parameter"),
    [
        ("/api/addresses/", {}, "q"),
        ("/api/addresses/", {"q": "  "}, "q"),
        ("/api/addresses/", {"q": "a" * 201}, "q"),
        ("/api/addresses/", {"q": "a\x00"}, "q"),
        ("/api/addresses/", {"q": "a", "limit": "21"}, "limit"),
        ("/api/addresses/", {"q": "a", "limit": "-1"}, "limit"),
        ("/api/addresses/", {"q": "a", "lat": "47"}, "lon"),
        ("/api/addresses/", {"q": "a", "fields": "x"}, "fields"),
        ("/api/addresses/", {"q": ["a", "b"]}, "q"),
        ("/api/places/at/", {}, "lat"),
        ("/api/places/at/", {"lon": "2"}, "lat"),
        ("/api/places/at/", {"lat": "nan", "lon": "2"}, "lat"),
        ("/api/places/at/", {"lat": "91", "lon": "2"}, "lat"),
        ("/api/places/at/", {"lat": "1", "lon": "2", "x": "3"}, "x"),
        ("/api/municipalities/", {"bbox": "1,2,3"}, "bbox"),
        ("/api/municipalities/", {"bbox": "3,2,1,4"}, "bbox"),
        ("/api/municipalities/", {"bbox": "a,b,c,d"}, "bbox"),
        ("/api/municipalities/", {"cursor": "a"}, "cursor"),
        ("/api/municipalities/", {"limit": "101"}, "limit"),
        ("/api/municipalities/", {"kind": "quartier"}, "kind"),
        ("/api/neighbourhoods/", {"kind": "village"}, "kind"),
        ("/api/buildings/", {"colour": "red"}, "colour"),
    ],
)
def test_what_is_not_valid_is_refused_by_name(client, url, query, parameter):
    response = client.get(url, query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["parameter"] == parameter


def test_completion_speaks_as_the_national_address_base_does(client, toy_town):
    status, answer = get(client, "/api/addresses/", q="4 rue des bleuets", limit=1)
    assert status == 200
    (feature,) = answer["features"]
    assert feature["geometry"]["type"] == "Point"
    told = feature["properties"]
    assert {"label", "type", "name", "postcode", "city", "citycode", "score", "id"} <= set(told)
    assert (told["type"], told["citycode"]) == ("housenumber", "77998")


def test_what_is_typed_stays_in_no_cache(client, toy_town):
    assert client.get("/api/addresses/", {"q": "rue"})["Cache-Control"] == "private, no-store"


def test_the_places_that_cover_a_point(client, toy_town):
    point = toy_town.point(50, 50)
    status, answer = get(client, "/api/places/at/", lat=point.y, lon=point.x)
    assert status == 200
    assert answer["building"]["key"].startswith("bdtopo:BATIMENT-00-00")
    assert answer["residence"]["dwellings"] == 6
    assert {kind: quarter["code"] for kind, quarter in answer["neighbourhoods"].items()} == {
        "quartier": "SO",
        "sous_quartier": "0-0",
    } or answer["neighbourhoods"]["quartier"]["code"] == "SO"
    assert answer["municipality"] == {"insee_code": "77998", "name": "Villegrille"}
    assert answer["not_loaded"] == []


def test_between_buildings_there_is_none(client, toy_town):
    point = toy_town.point(100, 550)
    _, answer = get(client, "/api/places/at/", lat=point.y, lon=point.x)
    assert answer["building"] is answer["residence"] is None
    assert answer["not_loaded"] == []


def test_where_nothing_is_loaded_it_is_said(client, toy_town):
    _, answer = get(client, "/api/places/at/", lat=45, lon=1)
    assert answer["municipality"] is None
    assert answer["not_loaded"] == ["municipalities", "neighbourhoods", "buildings"]
    Release.objects.filter(dataset="buildings").update(state="superseded")
    point = toy_town.point(50, 50)
    _, answer = get(client, "/api/places/at/", lat=point.y, lon=point.x)
    assert answer["not_loaded"] == ["buildings"]


def test_pages_of_buildings_hold_each_once(client, toy_town):
    url, keys = "/api/buildings/?limit=100", []
    while url:
        response = client.get(url)
        answer = json.loads(response.content)
        assert answer["type"] == "FeatureCollection"
        keys += [feature["id"] for feature in answer["features"]]
        url = answer["next"]
    assert len(keys) == len(set(keys)) == Building.objects.count()


def test_a_box_keeps_what_it_touches(client, toy_town):
    west, south = toy_town.point(10, 10).coords
    east, north = toy_town.point(190, 90).coords
    _, answer = get(client, "/api/buildings/", bbox=f"{west:.7f},{south:.7f},{east:.7f},{north:.7f}")
    assert {feature["id"][16:21] for feature in answer["features"]} == {"00-00", "01-00"}


def test_neighbourhoods_of_a_kind(client, toy_town):
    _, answer = get(client, "/api/neighbourhoods/", municipality="77998", kind="quartier")
    assert [feature["properties"]["code"] for feature in answer["features"]] == ["NE", "NO", "SE", "SO"]
    assert {feature["properties"]["insee_code"] for feature in answer["features"]} == {"77998"}


@pytest.mark.parametrize(
    "url",
    ["/api/municipalities/77998/", "/api/neighbourhoods/77998/quartier/SO/", "/api/buildings/bdtopo:BATIMENT-05-05/"],
)
def test_a_place_is_read_by_its_key(client, toy_town, url):
    status, answer = get(client, url)
    assert status == 200
    assert answer["geometry"]["type"] == "MultiPolygon"
    assert f"/{answer['id']}/" in url


def test_what_is_closed_or_unknown_is_not_there(client, toy_town):
    Building.objects.filter(key="bdtopo:BATIMENT-05-05").update(closed_on="2026-01-01")
    assert client.get("/api/buildings/bdtopo:BATIMENT-05-05/").status_code == 404
    assert client.get("/api/municipalities/99999/").status_code == 404


def test_the_api_describes_itself(client):
    response = client.get("/api/schema/", {"format": "json"})
    paths = json.loads(response.content)["paths"]
    assert {"/api/addresses/", "/api/places/at/", "/api/municipalities/", "/api/buildings/{key}/"} <= set(paths)


@pytest.mark.plan
def test_a_box_of_buildings_reads_the_spatial_index(toy_town):
    from django.db import connection

    box = toy_town.point(50, 50).buffer(0.0005)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE geo_building")
    plan = Building.objects.open().filter(footprint__intersects=box).order_by("key")[:21].explain()
    assert "geo_building_footprint" in plan
    assert Address.objects.exists()
