"""Lays down the dates of events: what an agenda reads is rows, never a rule to work out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from directory.models import Event, EventDate, Listing
from directory.publishing import refresh_entries
from directory.recurring import AHEAD, Recurrence, Stretch, in_utc, stretches

#: What says no end is taken to last so long: it is on the agenda until then, and no end is told.
LASTS = timedelta(hours=2)


@transaction.atomic
def lay_dates(event_ids: Collection[int]) -> int:
    """Write the dates of these events, and until when each is live; return how many events changed.

    Their search entries are the caller's to refresh, as after any write.
    """
    told: dict[int, list[Stretch]] = {}
    for event, *date in EventDate.objects.filter(event__in=event_ids).values_list("event", "starts_at", "ends_at"):
        told.setdefault(event, []).append(tuple(date))
    now = timezone.now()
    events = Event.objects.select_for_update(of=["self"]).filter(pk__in=event_ids)
    changed = {event: dates for event in events if (dates := dates_of(event, now=now)) != told.get(event.pk)}
    EventDate.objects.filter(event__in=[event.pk for event in changed]).delete()
    EventDate.objects.bulk_create(
        EventDate(event=event, starts_at=start, ends_at=end) for event, dates in changed.items() for start, end in dates
    )
    ends = [Listing(pk=event.pk, closes_at=max(end for _start, end in dates)) for event, dates in changed.items()]
    Listing.objects.bulk_update(ends, ["closes_at"], batch_size=1_000)
    return len(changed)


def dates_of(event: Event, *, now: datetime) -> list[Stretch]:
    """Return the coming dates of an event, at most `MOST_DATES` within two years; the last one of what is over."""
    zone = ZoneInfo(event.time_zone)
    return dates_between(
        event.starts_at.astimezone(zone).replace(tzinfo=None),
        event.ends_at and event.ends_at.astimezone(zone).replace(tzinfo=None),
        event.recurrence,
        zone=zone,
        now=now,
    )


def dates_between(
    starts: datetime, ends: datetime | None, recurrence: str, *, zone: ZoneInfo, now: datetime
) -> list[Stretch]:
    """The same of what is not written yet: its first date in local time, and what comes again."""
    length = ends - starts if ends and ends > starts else LASTS
    # What begins further ahead than anything that comes again is on the agenda all the same.
    until = max(now + AHEAD, in_utc(starts, zone))
    return stretches(starts, length, Recurrence.parse(recurrence), zone=zone, since=now, until=until)


def renew_dates() -> int:
    """Lay down what came within two years since yesterday; return how many events changed."""
    again = Event.objects.filter(closes_at__gt=timezone.now()).exclude(recurrence="")
    ids = list(again.values_list("pk", flat=True))
    changed = lay_dates(ids)
    refresh_entries(ids)
    return changed
