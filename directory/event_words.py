"""When events are, as people say it, by the clock of the town that they are in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Event, EventDate
from scopes.moments import calendar_day, clock

#: A night belongs to the day that it begins on.
MORNING = 6
#: Dates of one event that are told.
MOST_TOLD = 6


def date_in_words(event: Event, starts_at: datetime, ends_at: datetime) -> str:
    """Write one date of an event: "samedi 5 déc., de 20 h à 2 h", "du samedi 5 déc. au lundi 7 déc."."""
    start, end, today = _local(event, starts_at, ends_at)
    first, last = calendar_day(start, today=today), calendar_day(_last_day(event, start, end), today=today)
    if event.all_day:
        words = _("%(day)s, toute la journée") if first == last else _("du %(day)s au %(last)s")
        return words % {"day": first, "last": last}
    hours = {"day": first, "last": last, "start": clock(start), "end": clock(end)}
    if event.ends_at is None:
        return _("%(day)s à %(start)s") % hours
    if first == last:
        return _("%(day)s, de %(start)s à %(end)s") % hours
    return _("du %(day)s à %(start)s au %(last)s à %(end)s") % hours


def hours_in_words(event: Event, starts_at: datetime, ends_at: datetime) -> str:
    """Write the hours of a date under its day: "20 h – 23 h 30"; how long it goes on where that is days."""
    start, end, today = _local(event, starts_at, ends_at)
    last = _last_day(event, start, end)
    if last > start.date():
        return _("jusqu’au %(last)s") % {"last": calendar_day(last, today=today)}
    if event.all_day:
        return _("toute la journée")
    return clock(start) if event.ends_at is None else f"{clock(start)} – {clock(end)}"


def first_day(event: Event, starts_at: datetime) -> date:
    """The day that a date begins on, where it is."""
    return starts_at.astimezone(ZoneInfo(event.municipality.time_zone)).date()


def coming_dates(event: Event) -> list[str]:
    """The dates that are not over, in words, the first of them; the last one of what is over."""
    now = timezone.now()
    dates = list(event.dates.filter(ends_at__gt=now)[:MOST_TOLD]) or list(event.dates.order_by("-starts_at")[:1])
    return [date_in_words(event, one.starts_at, one.ends_at) for one in dates]


def next_dates(public_ids: Collection[str]) -> dict[str, str]:
    """The next date of each of these events in words, by public id; that it is cancelled where it is."""
    coming = EventDate.objects.filter(event__public_id__in=public_ids, ends_at__gt=timezone.now())
    told: dict[str, str] = {}
    first = coming.order_by("event_id", "starts_at").distinct("event_id").select_related("event__municipality")
    for one in first:
        words = date_in_words(one.event, one.starts_at, one.ends_at)
        cancelled = _("Annulé : %(date)s") % {"date": words}
        told[str(one.event.public_id)] = cancelled if one.event.cancelled_at else words
    return told


def _local(event: Event, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime, date]:
    """Both ends by the clock of the town, and what day it is there."""
    zone = ZoneInfo(event.municipality.time_zone)
    return starts_at.astimezone(zone), ends_at.astimezone(zone), timezone.now().astimezone(zone).date()


def _last_day(event: Event, start: datetime, end: datetime) -> date:
    """The day that a date ends on: not the one whose morning a night reaches, nor the midnight after a whole day."""
    before = timedelta(seconds=1) if event.all_day else timedelta(hours=MORNING)
    return max(start.date(), (end - before).date())
