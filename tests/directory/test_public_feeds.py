"""Feeds of public things: read by programs that read such, alike for everyone, ended as if they never were."""

import json
import re
from datetime import timedelta

import feedparser
import pytest
from django.contrib.gis.geos import MultiPolygon, Point
from django.contrib.gis.measure import D
from django.utils import timezone
from django.utils.http import http_date
from icalendar import Calendar

from directory import public_feeds
from directory.calendar_files import uid_of
from directory.followed import in_words, place_around, place_drawn
from directory.models import Event, Listing, PublicFeed
from directory.public_feeds import FORGOTTEN, NOTED, digest_of, end_feed, forget_unread_feeds, make_feed
from directory.publishing import edit, publish, refresh_entries, withdraw
from directory.within import Level, Within
from geo.errors import InvalidParameter
from scopes.models import Openness
from tests.directory.around import at, box, here
from tests.directory.happening import clock, event, in_days, told_by_ical_js
from tests.neighbours import neighbour, sign_in

pytestmark = pytest.mark.django_db

ANYTHING = {"kinds": [], "categories": [], "text": ""}


def shop(village, title, east=0.0, north=0.0, *, category="bakery", **columns):
    columns = {"location": Point(*at(east, north)), **columns}
    return publish(category=category, title=title, municipality=village.town, **columns)


def square(east, north, metres) -> str:
    return box(east - metres, north - metres, east + metres, north + metres).geojson


def read(client, token, form="atom", **headers):
    return client.get(f"/fil/{token}.{form}", headers=headers)


def said(answer) -> str:
    """A page without what is of one answer: its nonce."""
    return re.sub(r"nonce=\S+", "", answer.content.decode())


def titles(client, token) -> list[str]:
    return [one["properties"]["title"] for one in json.loads(read(client, token, "geojson").content)["features"]]


def made(village, place=None, **what) -> str:
    place = place or {"municipality": village.town, "towns": [village.town.pk]}
    return make_feed(place=place, what=ANYTHING | what, language="fr")[0]


def test_atom_is_read_by_feedparser_without_a_complaint(client, village):
    placed = shop(village, "Pain & <b>levain</b>", 30, 40, description="Au levain\x07, <i>tous</i> les jours & plus")
    shop(village, "Sans lieu", location=None)
    token = made(village)
    answer = read(client, token)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10" and parsed.feed.language == "fr" and "Enfilade" in parsed.feed.title
    assert parsed.feed.id == PublicFeed.objects.get().handle.urn
    without, own = parsed.entries
    longitude, latitude = at(30, 40)
    assert own.where["type"] == "Point"
    assert own.where["coordinates"] == pytest.approx((longitude, latitude), abs=1e-6)
    assert own.title == "Pain & <b>levain</b>" and own.id == placed.public_id.urn
    assert own.link.endswith(f"/annonce/{placed.public_id}/")
    assert "where" not in without, "what has no public place has no point"
    latitude_first = f"<georss:point>{placed.location.y:f} {placed.location.x:f}</georss:point>"
    assert latitude_first.encode() in answer.content


def test_a_calendar_holds_the_events_of_the_place_and_each_change_of_them(client, village):
    """Read by icalendar and by ical.js: one clock for all, an identity that stays, nothing of shops."""
    shop(village, "Pain")
    begin = {"starts_at": clock(in_days(7)), "ends_at": clock(in_days(7), 12)}
    again = {"recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", **begin}
    first = event(village.town, "Bal ; " + "é" * 100, location=Point(*at(30, 40)), **again)
    event(village.town, "Marché", location=None, **begin)
    event(village.town, "Entre nous", openness=Openness.MEMBERS)
    token = made(village)
    answer = read(client, token, "ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.count(b"\n") == answer.content.count(b"\r\n")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert answer.content.count(b"BEGIN:VTIMEZONE") == 1
    told = Calendar.from_ical(answer.content)
    assert "Enfilade" in told["NAME"]
    placed, without = told.events
    assert (placed["SUMMARY"], placed["UID"]) == (first.title, uid_of(first)) and "GEO" not in without
    longitude, latitude = at(30, 40)
    assert (placed["GEO"].latitude, placed["GEO"].longitude) == pytest.approx((latitude, longitude), abs=1e-6)
    (by_ical_js,) = told_by_ical_js([answer.content.decode()])
    assert by_ical_js["title"] == first.title and len(by_ical_js["dates"]) == 3
    Event.objects.filter(pk=first.pk).update(sequence=1, cancelled_at=timezone.now())
    changed = read(client, token, "ics", if_none_match=answer["ETag"], if_modified_since=http_date())
    assert changed.status_code == 200 and b"STATUS:CANCELLED" in changed.content


def test_newer_shops_push_no_event_out_of_a_calendar(client, village, monkeypatch):
    monkeypatch.setattr(public_feeds, "MOST_ENTRIES", 1)
    event(village.town)
    shop(village, "Pain")
    assert b"SUMMARY:Bal de la Grange" in read(client, made(village), "ics").content


def test_geojson_has_the_features_of_the_api(client, village):
    shop(village, "Pain", 30, 40)
    shop(village, "Sans lieu", location=None)
    answer = read(client, made(village), "geojson")
    assert answer["Content-Type"] == "application/geo+json"
    api = {one["id"]: one for one in client.get("/api/listings/").json()["features"]}
    features = json.loads(answer.content)["features"]
    assert {one["id"]: one for one in features} == api and [one["geometry"] is None for one in features] == [
        True,
        False,
    ]


def test_the_newest_come_first_and_never_more_than_a_hundred(client, village, monkeypatch):
    shops = [shop(village, f"n° {number}") for number in range(4)]
    for days, one in zip((2, 0, 3, 1), shops, strict=True):
        Listing.objects.filter(pk=one.pk).update(published_at=timezone.now() - timedelta(days=days))
    token = made(village)
    assert titles(client, token) == ["n° 1", "n° 3", "n° 0", "n° 2"]
    edit(listing=shops[2], title="n° 2 bis")
    assert titles(client, token) == ["n° 1", "n° 3", "n° 0", "n° 2 bis"], "what is edited is no newer"
    monkeypatch.setattr(public_feeds, "MOST_ENTRIES", 3)
    assert titles(client, token) == ["n° 1", "n° 3", "n° 0"]


def test_whoever_reads_is_answered_as_a_passer_by_is(client, village):
    author, reader = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["A"])
    shop(village, "Boulangerie")
    shop(village, "Pour le cercle", openness=Openness.MEMBERS)
    for level in ("residence", "municipality"):
        refresh_entries([village.post(author, level=level, title=f"Mot {level}").pk])
    opened = village.post(author, level="municipality", title="Mot ouvert", openness=Openness.PUBLIC)
    refresh_entries([opened.pk])
    token = made(village)
    seen = read(client, token)
    assert titles(client, token) == ["Boulangerie"], "nor what a person opened, and may take back"
    for account in (author.account, reader.account):
        sign_in(client, account)
        assert read(client, token, accept_language="en").content == seen.content
        client.logout()


def test_nothing_of_a_feed_tells_who_asked_for_it(client, village):
    """The first feed and one of a member at home are one row of the same columns; a text or a body names neither."""
    columns = {field.name for field in PublicFeed._meta.get_fields()}
    assert columns == {
        *("id", "handle", "digest", "stop_digest", "language", "read_on", "area", "neighbourhood", "municipality"),
        *("towns", "kinds", "categories", "text"),
    }
    token = made(village)
    assert token not in str(PublicFeed.objects.values().get()), "kept as a keyed hash"


def test_a_drawing_as_small_as_a_house_shows_what_is_public_in_it(client, village):
    shop(village, "Dedans", 100, 0)
    shop(village, "À côté", 112, 0)
    place = place_drawn(square(100, 0, 8))
    assert place["towns"] == [village.town.pk]
    assert titles(client, made(village, place)) == ["Dedans"]


def test_a_circle_is_followed_as_it_was_searched(client, village):
    for east in (0, 90, 210, 950):
        shop(village, f"à {east} m", east)
    shop(village, "sans lieu", location=None)
    around = place_around(here(0, 0), Within(Level.DISTANCE, D(m=200)))
    assert set(titles(client, made(village, around))) == {"à 0 m", "à 90 m"}
    quarter = place_around(here(0, 0), Within(Level.NEIGHBOURHOOD))
    assert quarter == {"neighbourhood_id": village.west.pk, "towns": [village.town.pk]}
    assert set(titles(client, made(village, quarter))) == {"à 0 m", "à 90 m", "à 210 m"}
    town = place_around(here(0, 0), Within(Level.MUNICIPALITY))
    assert len(titles(client, made(village, town))) == 5
    for endless in (Within(Level.NEAREST), Within(Level.DISTANCE, D(km=200))):
        with pytest.raises(InvalidParameter):
            place_around(here(0, 0), endless)


def test_kinds_categories_and_words_are_those_of_the_search(client, village):
    shop(village, "Au bon pain")
    shop(village, "Pharmacie du pont", category="pharmacy")
    shop(village, "Mairie", category="town_hall")
    assert titles(client, made(village, kinds=["place"])) == ["Mairie"]
    assert set(titles(client, made(village, categories=["bakery", "pharmacy"]))) == {"Au bon pain", "Pharmacie du pont"}
    assert titles(client, made(village, categories=["bakery"], kinds=["place"])) == []
    assert titles(client, made(village, text="farmacie")) == ["Pharmacie du pont"], "a slip of the pen is forgiven"
    feed = PublicFeed(municipality=village.town, categories=["bakery"], text="pain")
    assert in_words(feed).endswith("« pain » · Enfilade")


def test_what_has_not_changed_is_not_sent_again(client, village):
    listing = shop(village, "Pain")
    token = made(village)
    first = read(client, token)
    assert first["Cache-Control"] == "private, max-age=600"
    same = read(client, token, if_none_match=first["ETag"])
    assert same.status_code == 304 and not same.content
    assert read(client, token, if_modified_since=first["Last-Modified"]).status_code == 304
    withdraw(listing=listing)
    both = {"if_none_match": first["ETag"], "if_modified_since": first["Last-Modified"]}
    emptied = read(client, token, **both)
    assert emptied.status_code == 200 and b"Pain" not in emptied.content


def test_an_ended_feed_answers_as_one_that_never_was(client, village, django_assert_num_queries):
    token, stop, _feed = make_feed(place={"municipality": village.town, "towns": [village.town.pk]}, what=ANYTHING)
    assert client.get(f"/fil/finir/{stop}/").status_code == 200
    assert read(client, token).status_code == 200, "looked at, not ended"
    never = client.post(f"/fil/finir/{token}/")
    assert PublicFeed.objects.exists(), "whoever reads a feed cannot end it"
    assert said(client.post(f"/fil/finir/{stop}/")) == said(never)
    with django_assert_num_queries(1):
        ended = read(client, token)
    with django_assert_num_queries(1):
        unknown = read(client, "0" * 32)
    assert ended.status_code == unknown.status_code == 404 and said(ended) == said(unknown)
    assert client.post(f"/fil/{token}.atom").status_code == 405


def test_a_feed_that_nobody_reads_for_a_year_is_forgotten(client, village):
    token, unread, today = made(village), made(village), timezone.localdate()
    PublicFeed.objects.update(read_on=today - FORGOTTEN - NOTED - timedelta(days=1))
    read(client, token)
    read_row = PublicFeed.objects.get(digest=digest_of(token))
    assert read_row.read_on == today
    forget_unread_feeds()
    assert read(client, token).status_code == 200 and read(client, unread).status_code == 404


def test_a_read_writes_once_a_month(client, village, django_assert_num_queries):
    token = made(village)
    shop(village, "Pain")
    with django_assert_num_queries(2):
        read(client, token)


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ("", "trois coins"),
        ("x" * 100_001, "trop long"),
        ("{}", "GeoJSON"),
        ('{"type":"Point","coordinates":[-1.55,47.21]}', "surface"),
        (MultiPolygon(box(-40_000, -40_000, 40_000, 40_000)).geojson, "60 km"),
        (box(0, 0, 0, 0).geojson, "ne peut pas servir"),
    ],
)
def test_a_drawing_that_cannot_be_is_said(village, drawing, words):
    with pytest.raises(InvalidParameter, match=words) as refused:
        place_drawn(drawing)
    assert refused.value.parameter == "drawing"


def test_ten_thousand_corners_are_too_many(village):
    ring = [[round(-1.55 + n * 1e-7, 7), round(47.2 + (n % 2) * 1e-4, 7)] for n in range(10_000)]
    with pytest.raises(InvalidParameter):
        place_drawn(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}))


def test_two_feeds_are_two_addresses(village):
    tokens = {made(village) for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) == 32 for token in tokens)
    end_feed("nothing")
    assert PublicFeed.objects.count() == 3
