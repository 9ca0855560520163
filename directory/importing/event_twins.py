"""Recognises one event told twice: the same title, the same start, within 100 m; in one file, or by another source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import cos, hypot, radians

from django.db import connection

from directory.importing.drafting import Draft
from directory.importing.event_rows import moment_of
from directory.importing.statements import NEARBY_EVENTS
from directory.words import plain

WITHIN_METRES = 100
#: Metres of a degree along a meridian.
_DEGREE = 111_195

#: Title and start: what must be the same before distance is asked.
_Called = tuple[str, datetime]


def told_before(drafts: Mapping[int, Draft], zones: Mapping[int, str]) -> dict[int, int]:
    """Return the listings, by rank of draft, that tell of these events already; `zones` are the clocks of the towns."""
    events = _placed_events(drafts)
    with connection.cursor() as cursor:
        cursor.execute(NEARBY_EVENTS, {"metres": WITHIN_METRES, "ranks": list(events)})
        nearby = cursor.fetchall()
    found: dict[int, int] = {}
    for rank, listing, title, starts_at in nearby:
        if _called(events[rank], zones[rank]) == (plain(title), starts_at):
            found.setdefault(rank, listing)
    return found


def told_twice(drafts: Mapping[int, Draft], zones: Mapping[int, str]) -> dict[int, int]:
    """Return the rank of the first draft of the same event, by rank of those that repeat it."""
    firsts: dict[_Called, list[int]] = {}
    repeated: dict[int, int] = {}
    for rank, draft in _placed_events(drafts).items():
        alike = firsts.setdefault(_called(draft, zones[rank]), [])
        first = next((one for one in alike if _metres(drafts[one], draft) <= WITHIN_METRES), None)
        if first is None:
            alike.append(rank)
        else:
            repeated[rank] = first
    return repeated


def extent(drafts: Iterable[Draft]) -> tuple[str | None, str | None]:
    """Return the first and the last moment at which an event of these begins, by the clock; nothing without any."""
    starts = sorted(str(draft.event["starts"]) for draft in drafts if draft.event)
    return (starts[0], starts[-1]) if starts else (None, None)


def _placed_events(drafts: Mapping[int, Draft]) -> dict[int, Draft]:
    return {rank: one for rank, one in drafts.items() if one.event and one.placed and not one.demonstration}


def _called(draft: Draft, time_zone: str) -> _Called:
    return plain(draft.title), moment_of(draft.event, "starts", time_zone=time_zone)


def _metres(one: Draft, other: Draft) -> float:
    """Near enough for 100 m."""
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return _DEGREE * hypot(east, one.latitude - other.latitude)
