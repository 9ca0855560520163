"""Writes events as a calendar file (RFC 5545) that calendars take over, and update when they read it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.urls import reverse

from directory.calendar_zones import clock_of
from directory.models import Event
from directory.recurring import Recurrence

PRODUCT = "-//Alentour//Agenda//FR"


def calendar_of(event: Event) -> bytes:
    """Return the event as a calendar: with its rule, its changed dates, and the clock that they are told by."""
    return _calendar([event]).to_ical(sorted=False)


def calendar_named(name: str, events: Sequence[Event]) -> bytes:
    """Return events as one calendar that a program subscribes to, under a name (RFC 7986, 5.1)."""
    calendar = _calendar(events)
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    return calendar.to_ical(sorted=False)


def _calendar(events: Sequence[Event]) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    clocks = {event.time_zone for event in events if event.time_zone != "UTC" and not event.all_day}
    for clock in sorted(clocks):
        calendar.add_component(clock_of(ZoneInfo(clock)))
    for event in events:
        _add_event(calendar, event)
    return calendar


def _add_event(calendar: icalendar.Calendar, event: Event) -> None:
    recurrence, zone = Recurrence.parse(event.recurrence), ZoneInfo(event.time_zone)
    main = _described(event)
    _add_dates(main, event, recurrence, zone)
    calendar.add_component(main)
    for start, end in recurrence.stretches:
        changed = _described(event)
        changed.add("RECURRENCE-ID", _told(start, event, zone))
        changed.add("DTSTART", _told(start, event, zone))
        changed.add("DTEND", _told(end, event, zone))
        calendar.add_component(changed)


def uid_of(event: Event) -> str:
    """Return its identity in every calendar, for life."""
    return f"{event.public_id}@{urlsplit(settings.SITE_URL).hostname}"


def page_of(event: Event) -> str:
    """Return the whole address of its page."""
    return settings.SITE_URL.rstrip("/") + reverse("event", args=[event.public_id])


def _described(event: Event) -> icalendar.Event:
    """What is told of every date alike."""
    said = icalendar.Event()
    said.add("UID", uid_of(event))
    said.add("DTSTAMP", event.revised_at.astimezone(UTC))
    said.add("SEQUENCE", event.sequence)
    said.add("SUMMARY", event.title)
    said.add("STATUS", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    if place := ", ".join(filter(None, (event.place_name, event.address, event.municipality.name))):
        said.add("LOCATION", place)
    if event.location:
        said.add("GEO", (event.location.y, event.location.x))
    if words := "\n\n".join(filter(None, (event.description, event.price, page_of(event)))):
        said.add("DESCRIPTION", words)
    said.add("URL", event.website or page_of(event))
    said.add("CATEGORIES", [event.category.name])
    return said


def _add_dates(said: icalendar.Event, event: Event, recurrence: Recurrence, zone: ZoneInfo) -> None:
    start = event.starts_at.astimezone(zone).replace(tzinfo=None)
    said.add("DTSTART", _told(start, event, zone))
    if event.ends_at:
        said.add("DTEND", _told(event.ends_at.astimezone(zone).replace(tzinfo=None), event, zone))
    if recurrence.rule:
        said.add("RRULE", _rule(recurrence.rule, event, zone))
    if dates := [*recurrence.dates, *(begin for begin, _end in recurrence.stretches if begin != start)]:
        said.add("RDATE", [_told(one, event, zone) for one in dates])
    if recurrence.without:
        said.add("EXDATE", [_told(one, event, zone) for one in recurrence.without])


def _told(local: datetime, event: Event, zone: ZoneInfo):
    """A moment by the event's clock, or a day of an event of whole days."""
    return local.date() if event.all_day else local.replace(tzinfo=zone)


def _rule(rule: str, event: Event, zone: ZoneInfo) -> icalendar.vRecur:
    """The rule as it is told: UNTIL a day for whole days, else a moment in UTC."""
    said = icalendar.vRecur.from_ical(rule)
    if "UNTIL" in said:
        (until,) = said["UNTIL"]
        said["UNTIL"] = [until.date() if event.all_day else until.replace(tzinfo=zone).astimezone(UTC)]
    return said
