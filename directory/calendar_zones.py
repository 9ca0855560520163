"""Writes the clock that an event is told by as a VTIMEZONE (RFC 5545, 3.6.5): today's rule, said as a rule.

What the library writes names each change of the clock one by one; ical.js works out other hours from that, in April
2026 an hour late (`tests/directory/test_calendar_files.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import icalendar

#: Since when the clocks of the European Union and of North America change on today's days.
SINCE = 2007
#: As RFC 5545 writes them, Monday first.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HOUR = timedelta(hours=1)


def clock_of(zone: ZoneInfo) -> icalendar.Timezone:
    """Return the zone with the two rules of its year, or with the one offset of those that keep it."""
    said = icalendar.Timezone()
    said.add("TZID", zone.key)
    changes = _changes(zone)
    if not changes:
        said.add_component(_observance(zone, datetime(1970, 1, 1), before=None))
    for change in changes:
        said.add_component(_observance(zone, change, before=change - _HOUR))
    return said


@cache
def _changes(zone: ZoneInfo) -> list[datetime]:
    """The moments of a year, in UTC, at which the offset becomes another."""
    first = datetime(SINCE, 1, 1, tzinfo=UTC)
    hours = (first + number * _HOUR for number in range(365 * 24))
    return [hour for hour in hours if _offset(zone, hour) != _offset(zone, hour - _HOUR)]


def _observance(
    zone: ZoneInfo, change: datetime, *, before: datetime | None
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    """What holds from a change on; its start is told by the clock of before."""
    since = change.replace(tzinfo=UTC)
    to, was = _offset(zone, since), _offset(zone, before or since)
    said = icalendar.TimezoneDaylight() if to > was else icalendar.TimezoneStandard()
    local = (since + was).replace(tzinfo=None) if before else change
    said.add("DTSTART", local)
    said.add("TZOFFSETFROM", was)
    said.add("TZOFFSETTO", to)
    said.add("TZNAME", since.astimezone(zone).tzname())
    if before:
        # The last of its month where there is none a week later.
        is_last = (local + timedelta(days=7)).month != local.month
        nth = "-1" if is_last else str((local.day - 1) // 7 + 1)
        rule = f"FREQ=YEARLY;BYMONTH={local.month};BYDAY={nth}{WEEKDAYS[local.weekday()]}"
        said.add("RRULE", icalendar.vRecur.from_ical(rule))
    return said


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset()
