"""Short words for tests of events: one that is on, and files of events."""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone

from config.bootstrap.browser_files import MAPS, WHEEL
from directory.dating import lay_dates
from directory.importing.event_files import import_events
from directory.models import Event
from directory.publishing import publish, refresh_entries
from geo.models import Municipality

PARIS = ZoneInfo("Europe/Paris")


def clock(day: date, hour: int = 10, minute: int = 0, *, zone: ZoneInfo = PARIS) -> datetime:
    """A moment by the clock on the wall."""
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def in_days(number: int) -> date:
    """A day from today on."""
    return timezone.localdate() + timedelta(days=number)


def event(town: Municipality, title: str = "Bal de la Grange", *, category: str = "festival", **columns) -> Event:
    """An event at a public place in a week, from ten to noon, unless `columns` say otherwise."""
    starts = columns.setdefault("starts_at", clock(in_days(7)))
    columns.setdefault("ends_at", starts + timedelta(hours=2))
    columns.setdefault("location", Point(-1.5536, 47.2173, srid=4326))
    columns.setdefault("place_name", "La Grange")
    columns.setdefault("time_zone", "Europe/Paris")
    made = publish(category=category, title=title, municipality=town, **columns)
    lay_dates([made.pk])
    refresh_entries([made.pk])
    return Event.objects.get(pk=made.pk)


def vevent(**columns: str) -> str:
    """An event of a calendar, a line each; `None` leaves a line out, an underscore is a hyphen."""
    day = f"{in_days(7):%Y%m%d}"
    lines = {
        "UID": "1@example.org",
        "SUMMARY": "Bal de la Grange",
        "DTSTART;TZID=Europe/Paris": f"{day}T200000",
        "DTEND;TZID=Europe/Paris": f"{day}T233000",
        "LOCATION": "Salle de la Grange\\, 3 rue Haute\\, 44000 Nantes",
        "GEO": "47.2173;-1.5536",
    }
    lines |= {name.replace("_", "-"): value for name, value in columns.items()}
    return "\r\n".join(["BEGIN:VEVENT", *(f"{n}:{v}" for n, v in lines.items() if v is not None), "END:VEVENT"])


def calendar(*events: str) -> bytes:
    """A calendar of these events."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *events, "END:VCALENDAR", ""]).encode()


def imported(tmp_path, content: bytes, *, name: str = "agenda.ics", source: str = "ville", **options):
    """Import a file as the town's calendar tells it now; return the report."""
    path = tmp_path / name
    path.write_bytes(content)
    return import_events([path], source=source, **options)


def told_by_ical_js(calendars: list[str]) -> list[dict]:
    """What the library of browsers' calendars reads in each: its first event, and when it begins and ends."""
    script = settings.BASE_DIR / "tests/directory/expand.mjs"
    asked = json.dumps([(text, "2030-01-01T00:00:00Z") for text in calendars])
    done = subprocess.run(
        [WHEEL / "bin/node", script, MAPS / "package.json"], input=asked, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
