"""A week of opening hours as people fill it in, two periods a day at most, and the OSM syntax it is kept in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

#: As the syntax names them (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification, 0.7.4).
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
#: Periods of a day that a form has room for.
MOST_PERIODS = 2

#: From and to, "09:00"; a period that ends before it begins ends on the next day.
Period = tuple[str, str]

_TIME = r"(?:[01]\d|2[0-4]):[0-5]\d"
_PERIODS = re.compile(rf"{_TIME}-{_TIME}(?:, ?{_TIME}-{_TIME})*")
_DAY = "|".join(DAYS)
_RULE = re.compile(rf"(?:(?P<days>(?:{_DAY}|PH)(?:[-,] ?(?:{_DAY}|PH))*) )?(?P<hours>off|closed|[\d:, -]+)")
_TYPED = re.compile(r"(\d{1,2})(?:[:hH.](\d{2})?|(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Week:
    """When doors are open, Monday first, and whether they stay closed on public holidays."""

    days: tuple[tuple[Period, ...], ...]
    closed_on_holidays: bool = False

    def __str__(self) -> str:
        return written(self)


def written(week: Week) -> str:
    """Write a week in the syntax, days with the same hours together; empty where no door ever opens.

    >>> written(Week((((("09:00", "12:00"), ("14:00", "18:30")),) * 5 + ((("09:00", "12:00"),), ())), True))
    'Mo-Fr 09:00-12:00,14:00-18:30; Sa 09:00-12:00; PH off'
    """
    rules = []
    for periods, days in groupby(range(len(DAYS)), key=week.days.__getitem__):
        if periods:
            first, *others = days
            named = f"{DAYS[first]}-{DAYS[others[-1]]}" if others else DAYS[first]
            rules.append(f"{named} {','.join(f'{since}-{_until(until)}' for since, until in periods)}")
    if rules and week.closed_on_holidays:
        rules.append("PH off")
    return "; ".join(rules)


def read_week(expression: str) -> Week | None:
    """Return the week that an expression means, or None where a form of two periods a day cannot say it whole.

    >>> read_week("Mo-Sa 09:00-12:00; We off; PH off").days[1:3]
    ((('09:00', '12:00'),), ())
    >>> read_week("Mo-Fr 09:00-12:00; Dec 24 off") is None
    True
    """
    days: list[tuple[Period, ...]] = [()] * len(DAYS)
    holidays = False
    for rule in filter(None, (part.strip() for part in expression.split(";"))):
        told = _RULE.fullmatch(rule)
        periods = told and _periods(told["hours"])
        named = _days(told["days"]) if told else None
        if periods is None or named is None:
            return None
        if "PH" in named:
            if periods or named != ["PH"]:
                return None
            holidays = True
            continue
        for day in named:
            days[DAYS.index(day)] = periods
    return Week(tuple(days), holidays)


def time_typed(text: str) -> str | None:
    """Return the time that someone typed, "9 h 30", "9:30" or "930" as "09:30"; None for what is none.

    >>> [time_typed(text) for text in ("9h", "9 h 30", "1930", "24:00", "25:00", "midi")]
    ['09:00', '09:30', '19:30', '00:00', None, None]
    """
    typed = _TYPED.fullmatch("".join(text.split()))
    if typed is None:
        return None
    hours, minutes = int(typed[1]), int(typed[2] or typed[3] or 0)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        return None
    return f"{hours % 24:02d}:{minutes:02d}"


def overlap(periods: Sequence[Period]) -> bool:
    """Whether the periods of a day overlap, or are not in their order."""
    return any(until <= since or following < until for (since, until), (following, _end) in pairwise(periods))


def _until(until: str) -> str:
    return "24:00" if until == "00:00" else until


def _periods(hours: str) -> tuple[Period, ...] | None:
    if hours in ("off", "closed"):
        return ()
    if not _PERIODS.fullmatch(hours.strip()):
        return None
    periods = tuple(tuple(period.strip().split("-")) for period in hours.split(","))
    periods = tuple((since, "00:00" if until == "24:00" else until) for since, until in periods)
    known = all(time_typed(moment) == moment for period in periods for moment in period)
    return periods if known and len(periods) <= MOST_PERIODS and not overlap(periods) else None


def _days(text: str | None) -> list[str] | None:
    """The days that a rule names; every day where it names none."""
    if text is None:
        return list(DAYS)
    named: list[str] = []
    for part in text.replace(" ", "").split(","):
        first, _dash, last = part.partition("-")
        if not last:
            named.append(first)
        elif "PH" in (first, last) or DAYS.index(last) < DAYS.index(first):
            return None
        else:
            named += DAYS[DAYS.index(first) : DAYS.index(last) + 1]
    return named
