"""The agenda and the page of an event, without account: what, when, where, and what is not to be seen."""

import json
import re
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from directory.agenda import coming_days
from directory.event_words import date_in_words
from directory.models import Event, EventDate
from tests.directory.happening import clock, event, in_days
from tests.maps.village import HERE, build_village

pytestmark = pytest.mark.django_db
AT = {"lat": HERE[1], "lon": HERE[0]}


@pytest.fixture
def town(db):
    return build_village()


def titles(text: str) -> list[str]:
    """What is on, in its order."""
    return re.findall(r'agenda-title"><a [^>]*>([^<]+)', text)


def page(client, **query) -> str:
    answer = client.get("/agenda/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_grouped_by_day_and_begins_with_the_next(client, town):
    event(town, "Marché", starts_at=clock(in_days(2), 9), recurrence="RRULE:FREQ=WEEKLY")
    event(town, "Bal", starts_at=clock(in_days(3), 20), ends_at=None)
    text = page(client, **AT)
    assert titles(text) == ["Marché", "Bal", "Marché"]
    assert len(re.findall('class="agenda-day"', text)) == 3
    assert "9\u00a0h – 11\u00a0h · La Grange" in text and "20\u00a0h · La Grange" in text


def test_a_day_a_category_and_how_far(client, town):
    event(town, "Marché", category="market_day", starts_at=clock(in_days(2), 9))
    event(town, "Bal", starts_at=clock(in_days(3), 20))
    assert titles(page(client, **AT, day=in_days(2).isoformat())) == ["Marché"]
    assert titles(page(client, **AT, category="festival")) == ["Bal"]
    assert titles(page(client, **AT, within="neighbourhood")) == ["Marché", "Bal"]
    far = page(client, lat=HERE[1] + 0.01, lon=HERE[0], within="500m")
    assert not titles(far) and "Rien d’annoncé ici" in far


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ({}, "municipality"),
        (AT, "municipality"),
        ({**AT, "within": "500m"}, "500m"),
        ({**AT, "within": "voisinage"}, "voisinage"),
        ({**AT, "within": "10min"}, "10min"),
        ({"within": "voisinage"}, "voisinage"),
        ({**AT, "within": "residence"}, "municipality"),
        ({**AT, "within": "<b>"}, "municipality"),
    ],
)
def test_the_circle_that_is_in_force_is_the_one_that_is_shown(client, town, query, chosen):
    form = page(client, **query)
    assert re.findall(r'<option value="([^"]+)" selected', form) == [chosen]
    usual = {"neighbourhood", "municipality", "500m", "2km", "5km"}
    offered = re.search(r'<select[^>]*name="within">(.*?)</select>', form, re.DOTALL)[1]
    assert set(re.findall(r'value="([^"]+)"', offered)) == usual | {chosen}


def test_a_circle_that_a_link_brings_is_the_one_looked_at(client, town):
    event(town, "Bal", starts_at=clock(in_days(3), 20))
    for within, seen in (("250m", []), ("10min", []), ("2km", ["Bal"])):
        assert titles(page(client, lat=HERE[1] + 0.012, lon=HERE[0], within=within)) == seen


def test_what_one_may_not_see_is_not_there(client, town):
    event(town, "Entre nous", openness="members")
    event(town, "Caché", hidden_at=timezone.now())
    event(town, "Fini", starts_at=clock(in_days(-2), 9))
    assert not titles(page(client, **AT))


def test_without_a_place_it_asks_where_and_nonsense_is_said(client, town):
    assert "Que se passe-t-il autour de vous" in page(client)
    assert client.get("/agenda/", {"place": "zzzzqqq"}).status_code == 400
    for query in ({"lat": "x", "lon": "1"}, {"lat": "1"}, {"place": "\x00"}):
        assert client.get("/agenda/", query).status_code in (200, 400)
    for query in ({"day": "2026-99-99"}, {"day": "9999-12-31"}, {"within": "moon"}, {"category": "x' OR 1"}):
        assert client.get("/agenda/", {**AT, **query}).status_code == 200


def test_days_that_are_meant():
    today = timezone.localdate()
    assert (coming_days("today", time_zone="Europe/Paris").first, coming_days("", time_zone="UTC").last) == (
        today,
        timezone.now().date() + timedelta(days=14),
    )
    weekend = coming_days("weekend", time_zone="Europe/Paris")
    assert weekend.last.weekday() == 6 and weekend.first >= today and (weekend.last - weekend.first).days <= 1


def test_the_page_of_an_event_tells_all_and_escapes(client, town):
    hostile = "</script><script>document.body.dataset.hacked=1</script>"
    made = event(
        town, hostile, price="Gratuit", accessibility="de plain-pied", organiser="Comité", website="https://x.example/"
    )
    answer = client.get(f"/evenement/{made.public_id}/")
    text = answer.content.decode()
    assert hostile not in text
    assert {"Gratuit", "de plain-pied", "Ajouter à mon agenda"} <= {
        word for word in ("Gratuit", "de plain-pied", "Ajouter à mon agenda") if word in text
    }
    (data,) = re.findall(r'application/ld\+json" nonce="[^"]+">(.*?)</script>', text, re.DOTALL)
    said = json.loads(data)
    assert (said["@type"], said["name"], said["startDate"]) == ("Event", hostile, made.starts_at.isoformat())
    assert client.get(f"/annonce/{made.public_id}/")["Location"] == f"/evenement/{made.public_id}/"


def test_a_search_finds_it_by_words_and_moment_and_tells_its_next_date(client, town):
    made = event(town, "Bal de la Grange", recurrence="RRULE:FREQ=DAILY")
    found = client.get("/", {**AT, "within": "500m", "q": "grange"}).content.decode()
    assert "card-when" in found and f"/evenement/{made.public_id}/" in found
    during = {"open_at": clock(in_days(9), 11).isoformat()}
    before = {"open_at": clock(in_days(9), 9).isoformat()}
    assert [len(client.get("/api/nearby/", {**AT, **at}).json()["features"]) for at in (during, before)] == [1, 0]


def test_the_town_page_tells_what_comes(client, town):
    event(town, "Bal", starts_at=clock(in_days(3), 20))
    text = client.get("/ville/44109/").content.decode()
    assert "Bal" in text and "Tout l’agenda" in text


def test_dates_in_words(town):
    day = in_days(400).replace(month=7, day=14)
    one = Event(municipality=town, time_zone="Europe/Paris")
    start, noon = clock(day, 20), clock(day, 12)
    told = {
        "night": date_in_words(_ends(one, start + timedelta(hours=6)), start, start + timedelta(hours=6)),
        "open": date_in_words(_ends(one, None), noon, noon + timedelta(hours=2)),
        "days": date_in_words(_ends(one, start + timedelta(days=2)), start, start + timedelta(days=2)),
    }
    year = f" {day.year}"
    assert told["night"].endswith(f"14\u00a0juil.{year}, de 20\u00a0h à 2\u00a0h")
    assert told["open"].endswith(f"14\u00a0juil.{year} à 12\u00a0h")
    assert told["days"].startswith("du ") and f"au {_name(day + timedelta(days=2))} 16" in told["days"]


def _ends(one: Event, ends_at) -> Event:
    one.ends_at = ends_at
    return one


def _name(day) -> str:
    return ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[day.weekday()]


@pytest.mark.plan
def test_the_agenda_of_a_day_is_found_by_its_index(town):
    made = event(town)
    start = clock(in_days(0)).astimezone(UTC)
    EventDate.objects.bulk_create(
        EventDate(event=made, starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 1))
        for n in range(200, 4_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_eventdate")
    plan = EventDate.objects.between(start + timedelta(hours=300), start + timedelta(hours=310)).explain()
    assert "event_date_by_time" in plan
