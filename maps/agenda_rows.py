"""The rows of an agenda: dates in words, grouped by day, and the same as pins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from directory.event_words import first_day, hours_in_words
from directory.models import Event, EventDate
from maps.cards import pictogram
from maps.layers import feature
from scopes.moments import calendar_day


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """One date in words."""

    #: The day that it stands under: its first, or the first of the agenda where it goes on since.
    day: date
    event: Event
    url: str
    hours: str
    category: str
    #: Address of the category's pictogram.
    icon: str
    #: The place and who holds it.
    where: str
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDay:
    """A day and what takes place on it."""

    name: str
    rows: list[AgendaRow]


def days_of(dates: Iterable[EventDate], *, first: date) -> list[AgendaDay]:
    """Group dates by day, in their order; what goes on since before `first` stands under it."""
    rows = sorted((_row(one, first) for one in dates), key=lambda row: row.day)
    today = timezone.localdate()
    return [
        AgendaDay(name=calendar_day(day, today=today), rows=list(of)) for day, of in groupby(rows, lambda row: row.day)
    ]


def pins_of(dates: Iterable[EventDate]) -> list[dict]:
    """One pin for each event that has a public place."""
    events = {one.event_id: one.event for one in dates if one.event.location}
    return [_pin(event) for event in events.values()]


def _row(one: EventDate, first: date) -> AgendaRow:
    event = one.event
    organiser = event.organisation.name if event.organisation else event.organiser
    return AgendaRow(
        day=max(first_day(event, one.starts_at), first),
        event=event,
        url=reverse("event", args=[event.public_id]),
        hours=hours_in_words(event, one.starts_at, one.ends_at),
        category=event.category.name,
        icon=pictogram(event.category.icon),
        where=" · ".join(filter(None, (event.place_name or event.municipality.name, organiser))),
        cancelled=event.cancelled_at is not None,
    )


def _pin(event: Event) -> dict:
    properties = {
        "id": str(event.public_id),
        "kind": event.kind,
        "icon": pictogram(event.category.icon),
        "title": event.title,
        "category": event.category.name,
        "why": "",
    }
    return feature({"type": "Point", "coordinates": [event.location.x, event.location.y]}, properties)
