"""When something comes again: the lines RRULE, RDATE and EXDATE of RFC 5545, by the clock on the wall, and bounded.

Times in these lines are local, without a zone: the event says which clock it keeps. An event that ends at another time
on some dates says so by a period (`RDATE;VALUE=PERIOD`). Whatever a calendar says, reading it ends: a rule repeats days
or longer, begins after 1970, and no more than `MOST_LOOKED_AT` of its dates are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from geo.errors import Filled

#: At most so many dates are laid down, of at most so many days ahead.
MOST_DATES, AHEAD = 500, timedelta(days=731)
#: What repeats for longer repeats for ever.
FURTHEST = timedelta(days=100 * 366)
#: Dates named one by one, in or out.
MOST_NAMED = 5_000
#: Every day since 1970 is 21,000 dates.
MOST_LOOKED_AT = 50_000
OLDEST = datetime(1970, 1, 1)
LONGEST_RULE = 500

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = (
    "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS",
    "BYHOUR", "BYMINUTE", "WKST",
)  # fmt: skip
_LOCAL = "%Y%m%dT%H%M%S"

#: From a moment to another, by the clock on the wall.
Stretch = tuple[datetime, datetime]


class BadRecurrence(ValueError):
    """A repetition that cannot be read, or that would not end."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What comes again after a first date: a rule, dates beside it, and dates left out; all in local time."""

    rule: str = ""
    dates: tuple[datetime, ...] = ()
    #: Dates that have an end of their own.
    stretches: tuple[Stretch, ...] = ()
    without: tuple[datetime, ...] = field(default=())

    def __str__(self) -> str:
        lines = [f"RRULE:{self.rule}"] if self.rule else []
        if self.dates:
            lines.append("RDATE:" + ",".join(map(_told, self.dates)))
        if self.stretches:
            told = (f"{_told(start)}/{_told(end)}" for start, end in self.stretches)
            lines.append("RDATE;VALUE=PERIOD:" + ",".join(told))
        if self.without:
            lines.append("EXDATE:" + ",".join(map(_told, self.without)))
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """Read what `str` wrote."""
        said = dict(line.split(":", 1) for line in text.splitlines())
        stretches = (part.split("/") for part in said.get("RDATE;VALUE=PERIOD", "").split(",") if part)
        return cls(
            rule=said.get("RRULE", ""),
            dates=tuple(map(_read, filter(None, said.get("RDATE", "").split(",")))),
            stretches=tuple((_read(start), _read(end)) for start, end in stretches),
            without=tuple(map(_read, filter(None, said.get("EXDATE", "").split(",")))),
        )


def checked_rule(text: str, *, start: datetime, zone: ZoneInfo) -> str:
    """Return a rule of RFC 5545 as it is kept, its UNTIL in local time; raise `BadRecurrence` for any other.

    >>> paris, first = ZoneInfo("Europe/Paris"), datetime(2026, 10, 4, 10)
    >>> checked_rule("freq=weekly;until=20261025T090000Z", start=first, zone=paris)
    'FREQ=WEEKLY;UNTIL=20261025T100000'
    """
    if len(text) > LONGEST_RULE:
        raise BadRecurrence(_("répétition trop longue"))
    parts = dict(part.partition("=")[::2] for part in text.upper().strip(" ;").split(";"))
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadRecurrence(_("une répétition se compte en jours, semaines, mois ou années"))
    if unknown := [name for name in parts if name not in _PARTS]:
        raise BadRecurrence(Filled(_("répétition illisible : {part}"), part=unknown[0][:40]))
    if "UNTIL" in parts:
        # Nobody reads further, and no clock goes on for ever: 31 December 9999 has no moment in UTC west of it.
        parts["UNTIL"] = _told(min(_until(parts["UNTIL"], zone), start + FURTHEST))
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    next(iter(_moments(rule, start, until=start + AHEAD)), None)
    return rule


def stretches(
    start: datetime, length: timedelta, recurrence: Recurrence, *, zone: ZoneInfo, since: datetime, until: datetime
) -> list[Stretch]:
    """Return the dates that end after `since` and begin before `until`, in order, as moments in UTC.

    `start` is the first date in local time, and `length` what the clock on the wall tells between its start and its
    end. Where all is over before `since`, the last date alone is returned.
    """
    last = until.astimezone(zone).replace(tzinfo=None)
    without = frozenset(recurrence.without)
    ends = {begin: begin + length for begin in (start, *recurrence.dates)} | dict(recurrence.stretches)
    found = {begin: _placed(begin, end, zone) for begin, end in ends.items() if begin not in without and begin <= last}
    coming = sum(end > since for _begin, end in found.values())
    if recurrence.rule:
        for begin in islice(_moments(recurrence.rule, start, until=last), MOST_LOOKED_AT):
            if begin in without or begin in found:
                continue
            found[begin] = _placed(begin, begin + length, zone)
            coming += found[begin][1] > since
            if coming >= MOST_DATES + len(ends):
                break
    placed = sorted(set(found.values()))
    return [one for one in placed if one[1] > since][:MOST_DATES] or placed[-1:]


def _moments(rule: str, start: datetime, *, until: datetime) -> Iterator[datetime]:
    """The dates of a rule up to a moment.

    The library seeks the next date up to the year 9999, even past UNTIL: a 30th of February for two minutes. So rules
    are worked out in the last years of the calendar, where days, weeks and leap years fall as in those that are meant.
    """
    if start < OLDEST:
        raise BadRecurrence(_("une répétition qui commence avant 1970"))
    later = _years_later(start.year, until.year)
    try:
        said: rrule = rrulestr(rule, dtstart=start)
        last = min(said._until or until, until)
        bounded = said.replace(dtstart=_in_another_year(start, later), until=None)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
        raise BadRecurrence(Filled(_("répétition illisible : {part}"), part=rule[:80])) from error
    earlier = (_in_another_year(moment, -later) for moment in bounded)
    return takewhile(lambda moment: moment <= last, earlier)


@cache
def _years_later(first: int, last: int) -> int:
    """How much later, as late as can be, years begin on the same days as from `first` to `last`, leap years alike.

    Within 1901 to 2099, and within 9901 to 9999, they come again every 28 years.
    """
    for later in range(9_999 - last, 0, -1):
        if date(first, 1, 1).weekday() == date(first + later, 1, 1).weekday() and not later % 4:
            return later
    raise BadRecurrence(_("date invraisemblable"))


def _in_another_year(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _placed(begin: datetime, end: datetime, zone: ZoneInfo) -> Stretch:
    """A stretch of local time in UTC; one whose end falls into the hour that clocks skip keeps its length."""
    starts_at, ends_at = in_utc(begin, zone), in_utc(end, zone)
    return starts_at, ends_at if ends_at > starts_at else starts_at + (end - begin)


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment that the clock on the wall tells: the first of two where it is set back; in a skipped hour, as before.

    >>> in_utc(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Paris")).isoformat()
    '2026-03-29T01:30:00+00:00'
    """
    return local.replace(tzinfo=zone).astimezone(UTC)


def _until(text: str, zone: ZoneInfo) -> datetime:
    """UNTIL is a moment in UTC, a local one, or a day, which then is repeated to its end."""
    try:
        if len(text) == len("20261025"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59))
        until = _read(text.removesuffix("Z"))
        return until.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if text.endswith("Z") else until
    except (ValueError, OverflowError) as error:
        raise BadRecurrence(Filled(_("répétition illisible : {part}"), part=f"UNTIL={text[:40]}")) from error


def _told(moment: datetime) -> str:
    return moment.strftime(_LOCAL)


def _read(text: str) -> datetime:
    return datetime.strptime(text, _LOCAL)
