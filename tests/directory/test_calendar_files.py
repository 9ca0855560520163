"""An event as a calendar file: byte by byte, and as the calendars of others read it."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone

from directory.calendar_files import calendar_of, uid_of
from directory.models import Event, Kind
from directory.recurring import Recurrence, stretches
from tests.directory.happening import clock, event, in_days, told_by_ical_js

pytestmark = pytest.mark.django_db

WORDS = "Entrée libre ; venez, nombreux\\nombreuses !\nBuvette 🎉 " + "é" * 200


@pytest.fixture
def town(make_town):
    return make_town()


def lines(content: bytes) -> list[str]:
    """The lines of a calendar, unfolded."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_bytes_are_those_of_the_standard(town):
    content = calendar_of(event(town, "Bal; à la Grange, avec 🎻", description=WORDS, address="3 rue Haute"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r"), "CRLF, and nothing else"
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    said = lines(content)
    assert "GEO:47.2173;-1.5536" in said, "latitude first"
    assert "SUMMARY:Bal\\; à la Grange\\, avec 🎻" in said
    assert any(
        line.startswith("DESCRIPTION:Entrée libre \\; venez\\, nombreux\\\\nombreuses !\\nBuvette") for line in said
    )
    assert f"DTSTART;TZID=Europe/Paris:{in_days(7):%Y%m%d}T100000" in said
    assert "BEGIN:VTIMEZONE" in said and "TZID:Europe/Paris" in said


def test_its_identity_stays_and_its_sequence_goes_on(town):
    made = event(town)
    first = lines(calendar_of(made))
    assert f"UID:{made.public_id}@{urlsplit(settings.SITE_URL).hostname}" in first
    assert f"DTSTAMP:{made.revised_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in first
    assert {"SEQUENCE:0", "STATUS:CONFIRMED"} <= set(first)
    assert lines(calendar_of(made)) == first, "read again, it is the same"
    Event.objects.filter(pk=made.pk).update(sequence=3, cancelled_at=timezone.now())
    again = lines(calendar_of(Event.objects.get(pk=made.pk)))
    assert {"SEQUENCE:3", "STATUS:CANCELLED", f"UID:{uid_of(made)}"} <= set(again)


def test_whole_days_and_moments_of_another_clock(town):
    days = event(town, all_day=True, starts_at=clock(in_days(3), 0), ends_at=clock(in_days(5), 0))
    assert {f"DTSTART;VALUE=DATE:{in_days(3):%Y%m%d}", f"DTEND;VALUE=DATE:{in_days(5):%Y%m%d}"} <= set(
        lines(calendar_of(days))
    )
    utc = event(town, "UTC", time_zone="UTC", ends_at=None)
    said = lines(calendar_of(utc))
    assert f"DTSTART:{utc.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in said
    assert not any(line.startswith("DTEND") for line in said), "nobody said when it ends"


#: Around 29 March and 25 October 2026, 28 March and 31 October 2027, where clocks change in Europe and not overseas.
CASES = [
    (zone, start, rule, hours)
    for zone in ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea")
    for start, rule, hours in (
        (datetime(2026, 3, 22, 10), "FREQ=WEEKLY;COUNT=4", 2),
        (datetime(2026, 3, 27, 22), "FREQ=DAILY;COUNT=5", 8),
        (datetime(2026, 10, 23, 0, 30), "FREQ=DAILY;UNTIL=20261027T003000", 1),
        (datetime(2026, 10, 20, 19), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20261120T190000", 2),
        (datetime(2026, 1, 31, 18), "FREQ=MONTHLY;BYDAY=-1SA;COUNT=24", 3),
        (datetime(2027, 3, 14, 9), "FREQ=WEEKLY;BYDAY=SU;COUNT=4", 4),
        (datetime(2027, 10, 3, 9), "FREQ=MONTHLY;BYDAY=1SU;BYMONTH=10,11;COUNT=3", 4),
    )
]


@pytest.mark.conformance
@pytest.mark.slow
def test_others_work_out_the_same_dates(town):
    """By this code, by icalendar with dateutil, and by ical.js, which calendars of browsers are made with."""
    events, ours = [], []
    for zone, start, rule, hours in CASES:
        one = _unsaved(town, zone, start, hours)
        again = Recurrence(
            rule=rule,
            dates=(datetime(2026, 10, 26, 12),),
            stretches=((datetime(2026, 10, 25, 15), datetime(2026, 10, 25, 18, 30)),),
            without=(start + timedelta(days=7),),
        )
        one.recurrence = str(again)
        events.append(calendar_of(one).decode())
        length = timedelta(hours=hours)
        since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
        ours.append(stretches(start, length, again, zone=ZoneInfo(zone), since=since, until=until))
    for text, expected in zip(events, ours, strict=True):
        found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 1, 1), date(2030, 1, 1))
        dates = [(one["DTSTART"].dt.astimezone(UTC), one["DTEND"].dt.astimezone(UTC)) for one in found]
        assert sorted(dates) == expected
    for (zone, start, rule, _hours), told, expected in zip(CASES, told_by_ical_js(events), ours, strict=True):
        dates = [tuple(map(datetime.fromisoformat, stretch)) for stretch in told["dates"]]
        assert dates == expected, (zone, start, rule)
        assert (told["geo"], told["title"], told["words"][: len(WORDS)]) == ([47.2173, -1.5536], "Bal", WORDS)


def _unsaved(town, zone: str, start: datetime, hours: int) -> Event:
    at = ZoneInfo(zone)
    return Event(
        kind=Kind.EVENT,
        title="Bal",
        description=WORDS,
        municipality=town,
        category=event(town).category,
        location=Point(-1.5536, 47.2173, srid=4326),
        time_zone=zone,
        starts_at=start.replace(tzinfo=at),
        ends_at=(start + timedelta(hours=hours)).replace(tzinfo=at),
    )


def test_whoever_sees_the_event_takes_it_and_nobody_else(client, town):
    made = event(town)
    answer = client.get(f"/evenement/{made.public_id}/agenda.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert icalendar.Calendar.from_ical(answer.content).events[0]["SUMMARY"] == "Bal de la Grange"
    hidden = event(town, "Entre nous", openness="members")
    assert client.get(f"/evenement/{hidden.public_id}/agenda.ics").status_code == 404
