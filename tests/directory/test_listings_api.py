"""`/api/listings/`: GeoJSON pages of public listings, strict about what is asked."""

import uuid

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import QueryDict

from directory.api import _asked
from directory.models import Listing
from directory.publishing import publish, withdraw
from scopes.models import Openness
from scopes.viewer import ANONYMOUS

pytestmark = pytest.mark.django_db
URL = "/api/listings/"


@pytest.fixture
def shops(town):
    """Three shops from west to east, and an offer without a place."""
    shops = [
        publish(category=category, title=title, municipality=town, location=Point(longitude, 47.22, srid=4326))
        for category, title, longitude in (
            ("bakery", "Ouest", -1.58),
            ("butcher", "Milieu", -1.55),
            ("library", "Est", -1.52),
        )
    ]
    return [*shops, publish(category="tutoring", title="Cours", municipality=town, direction="offer")]


def titles(client, query=""):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    return {feature["properties"]["title"] for feature in answer.json()["features"]}


def test_a_listing_is_a_feature_under_its_random_id(client, shops):
    listing = shops[0]
    feature = client.get(f"{URL}{listing.public_id}/").json()
    assert feature["id"] == str(listing.public_id)
    assert feature["geometry"] == {"type": "Point", "coordinates": [-1.58, 47.22]}
    assert feature["properties"]["category"] == "bakery"
    assert feature["properties"]["kind"] == "merchant"
    assert "pk" not in feature["properties"]


def test_a_page_is_a_feature_collection_of_geojson(client, shops):
    answer = client.get(URL)
    assert answer["Content-Type"] == "application/geo+json"
    assert answer.json()["type"] == "FeatureCollection"
    assert titles(client) == {"Ouest", "Milieu", "Est", "Cours"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=merchant", {"Ouest", "Milieu"}),
        ("kind=merchant&kind=service", {"Ouest", "Milieu", "Cours"}),
        ("category=food", {"Ouest", "Milieu"}),
        ("category=bakery&category=culture", {"Ouest", "Est"}),
        ("bbox=-1.56,47.2,-1.5,47.3", {"Milieu", "Est"}),
        ("bbox=-1.58,47.2,-1.55,47.22", {"Ouest", "Milieu"}),
        ("municipality=44109", {"Ouest", "Milieu", "Est", "Cours"}),
        ("municipality=75056", set()),
    ],
)
def test_what_is_asked_for_is_found(client, shops, query, found):
    assert titles(client, query) == found


def test_pages_lead_through_everything_once(client, shops):
    seen, url = [], f"{URL}?limit=1"
    while url:
        page = client.get(url).json()
        seen += [feature["id"] for feature in page["features"]]
        url = page["next"]
    assert sorted(seen) == sorted(str(shop.public_id) for shop in shops)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=2,47,1,48", "bbox"),
        ("bbox=nan,47,1,48", "bbox"),
        ("bbox=-100,-10,100,10", "bbox"),
        ("kind=thing", "kind"),
        ("category=thing", "category"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=%21%21", "cursor"),
        ("cursor=cD1hYmM%3D", "cursor"),
        ("municipality=%00", "municipality"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_what_is_wrong_is_named(client, query, parameter):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


@pytest.mark.privacy
def test_absent_withdrawn_and_members_only_answer_alike(client, shops, town):
    withdraw(listing=shops[0])
    for_members = publish(
        category="tutoring", title="Entre nous", municipality=town, openness=Openness.MEMBERS, direction="offer"
    )
    wanted = (uuid.uuid4(), "7", shops[0].public_id, for_members.public_id)
    answers = [client.get(f"{URL}{public_id}/") for public_id in wanted]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert titles(client) == {"Milieu", "Est", "Cours"}


@pytest.mark.plan
def test_a_box_is_read_through_the_spatial_index(shops, town):
    for number in range(30):
        publish(category="bakery", title=f"Loin {number}", municipality=town, location=Point(-2 - number / 100, 46))
    listings = _asked(Listing.objects.visible_to(ANONYMOUS), QueryDict("bbox=-1.56,47.2,-1.5,47.3"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_listing, directory_searchentry; SET LOCAL enable_seqscan = off")
    assert "entry_by_place" in listings.explain()


def test_reading_a_page_takes_one_query(client, shops, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(URL)
