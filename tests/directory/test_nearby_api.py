"""`GET /api/nearby/`: strict about what it is asked, exact about what it answers."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from directory.models import OpeningRenewal, SearchEntry
from directory.nearby import terms_of
from geo.models import Toponym
from scopes.models import Openness
from tests.directory.around import LATITUDE, LONGITUDE, box, make_town, put

pytestmark = pytest.mark.django_db
HERE = {"lat": str(LATITUDE), "lon": str(LONGITUDE)}


@pytest.fixture
def town():
    return make_town("Bourg", "44001", box(-3_000, -2_000, 3_000, 2_000))


@pytest.fixture
def ask(client):
    def ask(**query):
        response = client.get("/api/nearby/", HERE | query)
        return response.status_code, json.loads(response.content)

    return ask


@pytest.fixture
def titles(ask):
    def titles(**query):
        status, answer = ask(**query)
        assert status == 200, answer
        return [feature["properties"]["title"] for feature in answer["features"]]

    return titles


def test_a_feature_says_what_where_how_far_and_why(town, client):
    listing = put(town, "Le Bon Levain", (30, 40), phone="+33261910012")
    response = client.get("/api/nearby/", HERE)
    assert response.headers["Content-Type"] == "application/geo+json"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" not in response.headers.get("Vary", "")
    answer = json.loads(response.content)
    assert {name: answer[name] for name in ("type", "next", "notes")} == {
        "type": "FeatureCollection",
        "next": None,
        "notes": [],
    }
    (feature,) = answer["features"]
    card = feature["properties"].pop("card")
    assert feature["properties"] == {
        "id": str(listing.public_id),
        "kind": "merchant",
        "category": "bakery",
        "title": "Le Bon Levain",
        "distance": 50.0,
        "why": {"rule": "distance", "metres": 50},
        "url": f"/annonce/{listing.public_id}/",
    }
    assert feature["geometry"]["coordinates"] == pytest.approx([listing.location.x, listing.location.y], abs=1e-7)
    assert card == {"phone": "+33261910012", "municipality": "Bourg"}


def test_nothing_there_is_an_empty_collection(ask):
    assert ask(within="100m") == (200, {"type": "FeatureCollection", "next": None, "notes": [], "features": []})


def test_the_next_link_leads_through_everything(town, client):
    for number in range(7):
        put(town, f"n° {number}", (100 * number, 0))
    address, seen = "/api/nearby/?" + "&".join(f"{k}={v}" for k, v in HERE.items()) + "&limit=3&within=2km", []
    while address:
        answer = json.loads(client.get(address).content)
        seen += [feature["properties"]["title"] for feature in answer["features"]]
        address = answer["next"] and "?".join(urlsplit(answer["next"])[2:4])
    assert seen == [f"n° {number}" for number in range(7)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "lat"),
        ("lat=47", "lon"),
        ("lon=-1", "lat"),
        ("lat=nan&lon=-1", "lat"),
        ("lat=inf&lon=-1", "lat"),
        ("lat=90.001&lon=-1", "lat"),
        ("lat=47&lon=-180.1", "lon"),
        ("lat=47,2&lon=-1", "lat"),
        ("lat=&lon=-1", "lat"),
        ("lat=1e1&lon=-1", "lat"),
        ("lat=47&lon=-1&place=Nantes", "place"),
        ("address=1+rue+x&place=Nantes", "address"),
        ("lat=47&lon=-1&radius=500", "radius"),
        ("lat=47&lat=48&lon=-1", "lat"),
        ("lat=47&lon=-1&within=", "within"),
        ("lat=47&lon=-1&within=500", "within"),
        ("lat=47&lon=-1&within=0m", "within"),
        ("lat=47&lon=-1&within=-5m", "within"),
        ("lat=47&lon=-1&within=201km", "within"),
        ("lat=47&lon=-1&within=distance", "within"),
        ("lat=47&lon=-1&within=500m&within=2km", "within"),
        ("lat=47&lon=-1&kind=shop", "kind"),
        ("lat=47&lon=-1&category=nothing", "category"),
        ("lat=47&lon=-1&category=bakery&category=", "category"),
        ("lat=47&lon=-1&limit=0", "limit"),
        ("lat=47&lon=-1&limit=101", "limit"),
        ("lat=47&lon=-1&limit=", "limit"),
        ("lat=47&lon=-1&limit=٣", "limit"),
        ("lat=47&lon=-1&cursor=x", "cursor"),
        ("lat=47&lon=-1&lang=de", "lang"),
        ("lat=47&lon=-1&q=" + "a" * 201, "q"),
        ("lat=47&lon=-1&q=%00", "q"),
        ("lat=47&lon=-1&open_at=tomorrow", "open_at"),
        ("lat=47&lon=-1&open_at=2026-12-03", "open_at"),
        ("lat=47&lon=-1&open_at=2036-12-03T18:30:00Z", "open_at"),
        ("lat=47&lon=-1&open_at=1999-12-03T18:30:00Z", "open_at"),
        ("place=Zzyzx", "place"),
        ("address=", "address"),
    ],
)
def test_what_is_not_valid_is_named(client, query, parameter):
    response = client.get(f"/api/nearby/?{query}")
    problem = json.loads(response.content)
    assert (response.status_code, problem["parameter"]) == (400, parameter)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["title"]


def test_only_reading_is_answered(client):
    assert client.post("/api/nearby/", HERE).status_code in (403, 405)


def test_words_are_met_without_accents_in_any_order_give_or_take_a_typing_error(town, titles):
    put(town, "Crémerie de l’Érable", (10, 0), category="cheese")
    put(town, "Chez Paul", (20, 0), category="bakery")
    for text in ("cremerie", "CRÉMERIE", "crèmerie", "érable crémerie", "cremrie", "l'érable", "erables"):
        assert titles(q=text) == ["Crémerie de l’Érable"], text
    for text in ("boulangerie", "boulangrie", "bakery", "boulangeries", "chez paul", "boulan"):
        assert titles(q=text) == ["Chez Paul"], text
    assert titles(q="poissonnerie") == []
    assert titles(q="cremerie paul") == []
    assert titles(q="") == titles() == ["Crémerie de l’Érable", "Chez Paul"]


def test_what_is_rare_is_found_however_far(town, titles):
    put(town, "Boulangerie", (10, 0))
    put(town, "Luthier", (70_000, 0), category="shoes")
    assert titles(q="luthier") == ["Luthier"]
    assert titles(q="luthier", within="50km") == []


def test_small_words_say_nothing_but_when_alone():
    assert terms_of("Garde d’enfants à la maison") == ["garde", "enfants", "maison"]
    assert terms_of("de la") == ["de", "la"]
    assert len(terms_of("un deux trois quatre cinq six sept")) == 5


def test_kinds_and_categories_hold_their_branches(town, titles):
    put(town, "bakery", (10, 0), category="bakery")
    put(town, "butcher", (20, 0), category="butcher")
    put(town, "florist", (30, 0), category="florist")
    put(town, "library", (40, 0), category="library")
    assert titles(category="food") == ["bakery", "butcher"]
    assert titles(category=["butcher", "florist"]) == ["butcher", "florist"]
    assert titles(kind="place") == ["library"]
    assert titles(kind=["place", "merchant"], category="library") == ["library"]
    assert titles(kind="merchant", category="library") == []


def opened(listing, *hours_from_now: tuple[int, int]) -> None:
    now = timezone.now()
    periods = Multirange([Range(now + timedelta(hours=a), now + timedelta(hours=b)) for a, b in hours_from_now])
    SearchEntry.objects.filter(listing=listing).update(open_periods=periods)


def test_only_what_is_certainly_open_is_open(town, titles):
    opened(put(town, "all day", (10, 0)), (-5, 30))
    opened(put(town, "tomorrow", (20, 0)), (20, 30))
    put(town, "who knows", (30, 0))
    now = timezone.now()
    assert titles(open_at=now.isoformat()) == ["all day"]
    assert titles(open_at=(now + timedelta(hours=25)).isoformat()) == ["all day", "tomorrow"]
    assert titles(open_at=(now + timedelta(days=3)).isoformat()) == []


def test_a_moment_without_zone_is_the_time_of_the_place(town, titles):
    opened(put(town, "open", (10, 0)), (-1, 1))
    town.time_zone = "Pacific/Noumea"  # eleven hours ahead
    town.save()
    ahead = timezone.now() + timedelta(hours=11)
    assert titles(open_at=f"{ahead:%Y-%m-%dT%H:%M}") == ["open"]
    assert titles(open_at=f"{timezone.now():%Y-%m-%dT%H:%M}") == []


def test_what_is_not_live_or_not_public_is_not_there(town, titles):
    now = timezone.now()
    put(town, "seen", (10, 0))
    put(town, "not begun", (20, 0), opens_at=now + timedelta(days=1))
    put(town, "members", (30, 0), openness=Openness.MEMBERS)
    ended = put(town, "ended", (40, 0))
    SearchEntry.objects.filter(listing=ended).update(live_until=now - timedelta(seconds=1))
    assert titles() == titles(within="municipality") == ["seen"]


def test_notes_speak_the_language_asked_for(ask):
    french = ask(within="voisinage")[1]["notes"]
    assert french == ["Bâtiments : données non chargées ici ; le voisinage est pris à 500 m."]
    assert ask(within="voisinage", lang="fr")[1]["notes"] == french


def test_a_place_or_an_address_stands_for_its_point(town):
    put(town, "Le Bon Levain", (10, 0))
    about = {"name": "Rue Crébillon", "label": "Rue Crébillon, 44000 Nantes", "normalised": "rue crebillon"}
    Toponym.objects.create(kind="street", municipality=town, location=Point(LONGITUDE, LATITUDE), **about)
    for query in ({"address": "rue crébillon"}, {"place": "Rue Crebillon"}):
        (feature,) = _asked(query)["features"]
        assert feature["properties"]["distance"] == 10
    assert "3" in _asked({"address": "3 rue Crébillon"})["notes"][0], "the number is not known, and that is said"


def _asked(query: dict) -> dict:
    response = Client().get("/api/nearby/", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_markup_in_a_title_is_text_in_json(town, ask):
    put(town, '</script>"\\ ${1} <img src=x>', (10, 0))
    (feature,) = ask()[1]["features"]
    assert feature["properties"]["title"] == '</script>"\\ ${1} <img src=x>'


values = st.one_of(
    st.text(max_size=12), st.sampled_from(["47.2", "-1.5", "nearest", "2km", "bakery", "merchant", "5", "fr"])
)
names = st.sampled_from(
    ["lat", "lon", "within", "kind", "category", "q", "open_at", "limit", "cursor", "lang", "address", "x"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(names, values, max_size=5), placed=st.booleans())
def test_whatever_is_asked_is_answered_or_refused_by_name(query, placed):
    response = Client().get("/api/nearby/", (HERE if placed else {}) | query)
    answer = json.loads(response.content)
    if response.status_code == 400:
        assert answer["parameter"] in {*query, "lat", "lon"}
    else:
        assert (response.status_code, answer["type"]) == (200, "FeatureCollection")


def test_a_moment_is_answered_as_far_as_openings_are_renewed_and_no_farther(client):
    """Without a renewal the horizon stays where it was: what is not known is not answered as closed."""
    until = timezone.now() + timedelta(days=10)
    OpeningRenewal.objects.create(until=until)
    query = {"lat": 47.2, "lon": -1.5}
    known = client.get("/api/nearby/", query | {"open_at": (until - timedelta(hours=1)).isoformat()})
    beyond = client.get("/api/nearby/", query | {"open_at": (until + timedelta(hours=1)).isoformat()})
    assert (known.status_code, beyond.status_code) == (200, 400)
    assert beyond.json()["parameter"] == "open_at"
