"""Whatever is asked, wherever: a problem document under `/api/`, a page of ours elsewhere, never a bare word."""

import json
import logging
import sys
from base64 import b64encode

import pytest
from django.core.handlers.exception import response_for_exception
from django.test import Client, RequestFactory
from django.urls import reverse

from config.logs import DiscreetFormatter
from config.problems import PROBLEM_JSON
from tests.directory.around import LATITUDE, LONGITUDE, box, make_town, put

pytestmark = pytest.mark.django_db
HERE = {"lat": str(LATITUDE), "lon": str(LONGITUDE)}
COLLECTIONS = ["municipality-list", "neighbourhood-list", "building-list", "listing-list"]


@pytest.fixture
def town():
    return make_town("Bourg", "44001", box(-3_000, -2_000, 3_000, 2_000))


def said(response) -> dict:
    """The problem document of an answer."""
    assert response.headers["Content-Type"] == PROBLEM_JSON
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["title"]
    return body


class TestPrograms:
    @pytest.mark.parametrize("path", ["/api/", "/api/nothing/", "/api/buildings/a%01b/"])
    def test_an_unknown_address(self, client, path):
        response = client.get(path, headers={"accept-language": "en"})
        assert said(response) == {
            "type": "about:blank", "title": "There is nothing at this address.", "status": 404,
        }  # fmt: skip

    @pytest.mark.parametrize("name", [*COLLECTIONS, "addresses", "places-at", "nearby"])
    @pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
    def test_nothing_is_written(self, name, method):
        response = getattr(Client(enforce_csrf_checks=True), method)(reverse(name))
        assert said(response)["status"] == 405
        assert "GET" in response.headers["Allow"]

    @pytest.mark.parametrize("name", ["addresses", "places-at", "nearby"])
    def test_heads_are_told_like_bodies(self, client, town, name):
        query = {"q": "bourg"} if name == "addresses" else HERE
        assert client.head(reverse(name), query).status_code == 200

    @pytest.mark.parametrize("name", COLLECTIONS)
    @pytest.mark.parametrize("mark", ["p=%00", "p=a%00b", "r=1&p=%00", "o=-1", "o=x"])
    def test_a_forged_cursor(self, client, name, mark):
        response = client.get(reverse(name), {"cursor": b64encode(mark.encode()).decode()})
        assert (said(response)["status"], said(response)["parameter"]) == (400, "cursor")

    @pytest.mark.parametrize("name", [*COLLECTIONS, "addresses", "places-at"])
    @pytest.mark.parametrize("accept", ["text/html", "garbage;;;//", "application/xml;q=0"])
    def test_any_accept_header_is_answered(self, client, name, accept):
        query = {"addresses": {"q": "bourg"}, "places-at": HERE}.get(name)
        response = client.get(reverse(name), query, headers={"accept": accept})
        assert response.status_code == 200
        assert "json" in response.headers["Content-Type"]

    @pytest.mark.parametrize("name", [*COLLECTIONS, "addresses", "places-at", "nearby"])
    def test_format_is_a_parameter_like_any_other(self, client, name):
        assert said(client.get(reverse(name), {"format": "xml"}))["parameter"] == "format"

    def test_one_of_a_collection_takes_no_parameter(self, client, town):
        address = reverse("municipality-detail", args=[town.insee_code])
        assert client.get(address).status_code == 200
        assert said(client.get(address, {"foo": "1"}))["parameter"] == "foo"

    @pytest.mark.parametrize("bbox", ["1_0,0,11,1", "١,٠,٢,٣", "nan,0,1,1", "1e400,0,1,1", "179,0,-179,1", "1,2,3"])
    def test_a_box_is_four_plain_numbers(self, client, bbox):
        assert said(client.get(reverse("listing-list"), {"bbox": bbox}))["parameter"] == "bbox"

    def test_spaces_of_french_keyboards_are_spaces(self, client, town):
        query = {"municipality": "44001\u202f"}
        assert said(client.get(reverse("listing-list"), query))["title"] == "Attendu : un code INSEE comme 44109."
        assert client.get(reverse("nearby"), HERE | {"q": "pain\u00a0bio"}).status_code == 200

    @pytest.mark.parametrize("asked", [{"headers": {"host": "elsewhere.example"}}, {"data": dict.fromkeys("abc" * 9)}])
    def test_what_django_finds_suspicious(self, client, settings, asked):
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
        asked.get("data", {}).update(dict.fromkeys("abc", "1"))
        assert said(client.get("/api/nearby/", **asked))["status"] == 400


class TestPeople:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("/rien/", 404), ("/imprimer/", 400), ("/imprimer/?place=zzqqxx", 400), ("/imprimer/?place=a&x=1", 400)],
    )
    def test_a_mistake_is_a_page(self, client, path, status):
        response = client.get(path)
        assert response.status_code == status
        assert response.headers["Content-Type"].startswith("text/html")
        assert 'class="masthead"' in response.content.decode()
        assert not response.cookies

    def test_what_the_page_repeats_is_text(self, client):
        body = client.get("/imprimer/", {"place": "<script>zzqqxx</script>"}).content.decode()
        assert "<script>zzqqxx" not in body
        assert "&lt;script&gt;zzqqxx" in body

    @pytest.mark.parametrize("path", ["/", "/imprimer/", "/donnees/", "/langue/en/"])
    def test_nothing_is_written(self, path):
        assert Client().post(path).status_code == 405
        refused = Client(enforce_csrf_checks=True).post(path)
        assert refused.status_code == 403
        for response in (Client().post(path), refused):
            assert 'class="masthead"' in response.content.decode()

    def test_a_mistake_of_ours_is_a_page_that_asks_nothing(self, django_assert_num_queries):
        request = RequestFactory().get("/")
        with django_assert_num_queries(0):
            response = _failed(request)
        assert response.status_code == 500
        assert "Quelque chose s’est mal passé" in response.content.decode()

    def test_a_mistake_of_ours_is_told_to_programs(self):
        assert said(_failed(RequestFactory().get("/api/nearby/")))["status"] == 500

    def test_pasted_marks_are_not_seen(self, client, town):
        put(town, "Le Bon Levain", (30, 40))
        query = {key: f"\u202a{value}\u202c\u200b" for key, value in HERE.items()}
        assert "Le Bon Levain" in client.get("/", query | {"q": "bon\u00a0levain\n", "within": "500m"}).content.decode()
        assert client.get("/", HERE | {"q": "a\x00b"}).status_code == 400


def _failed(request):
    """What a reader gets when a view breaks."""
    try:
        raise RuntimeError("secret")
    except RuntimeError as error:
        return response_for_exception(request, error)


class TestKeeping:
    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("/", HERE),
            ("/imprimer/", HERE),
            ("/imprimer/", {"place": "zzqqxx"}),
            ("/api/nearby", HERE),
            ("/api/nearby/", HERE),
            ("/api/nearby/", {"lat": "47.2"}),
            ("/api/addresses/", {"q": "bourg"}),
            ("/api/addresses/", {"q": ""}),
            ("/api/places/at/", HERE),
            ("/api/places/at/", {"lat": "100", "lon": "0"}),
            ("/api/listings/", {"bbox": "-1.6,47.2,-1.5,47.3"}),
            ("/api/buildings/", {"bbox": "-1.6,47.2,-1.5,47.3"}),
            ("/rien/", HERE),
        ],
    )
    def test_no_cache_keeps_what_was_asked(self, client, path, query):
        response = client.get(path, query)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in response.headers
        assert not response.cookies

    def test_a_tile_is_the_same_for_every_cookie(self, town):
        plain, spoken = Client(), Client()
        spoken.cookies["django_language"] = "en"
        spoken.cookies["sessionid"] = "abc"
        answers = [client.get("/tiles/base/14/8120/5755.mvt") for client in (plain, spoken)]
        assert answers[0].content == answers[1].content
        assert answers[0].headers == answers[1].headers
        assert "Accept-Language" not in answers[0].headers.get("Vary", "")
        assert "Content-Language" not in answers[0].headers

    def test_an_answer_names_the_language_it_speaks(self, client, town):
        assert client.get("/api/nearby/", HERE | {"lang": "en"}).headers["Content-Language"] == "en"


def test_the_language_switch_stays_here(client):
    for elsewhere in ("http://testserver//evil.example/x", "http://evil.example/", "http://testserver"):
        assert client.get("/langue/en/", headers={"referer": elsewhere}).headers["Location"] == "/"
    back = client.get("/langue/en/", headers={"referer": "http://testserver/?place=bourg"})
    assert back.headers["Location"] == "/?place=bourg"


def test_a_logged_error_quotes_nothing():
    try:
        raise ValueError("12 rue du Secret")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "Internal Server Error: %s", ("/",), sys.exc_info())
    written = DiscreetFormatter().format(record)
    assert "Secret" not in written.replace('raise ValueError("12 rue du Secret")', "")
    assert written.endswith("builtins.ValueError")
    assert "test_a_logged_error_quotes_nothing" in written
