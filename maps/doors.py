"""When doors are open, as a card and a page say it: now, next, and through the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.opening import Period, open_periods
from scopes.moments import clock, day

MIDNIGHT_TO_MIDNIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Door:
    """Whether a door is open, in words; empty words where its hours are unknown."""

    is_open: bool
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the coming week and its hours."""

    name: str
    hours: str
    is_today: bool


def door(card: dict, *, department: str, time_zone: str, point: tuple[float, float] | None) -> Door:
    """Say whether the door of a card is open now, until when, or when it opens next within a week."""
    if "opening_hours" not in card:
        return Door(False, "")
    now = timezone.now().astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    periods = _periods(card["opening_hours"], now, department=department, time_zone=time_zone, point=point)
    for since, until in periods:
        if since <= now < until:
            return Door(True, _open_until(now, until))
    following = next((since for since, _until in periods if since > now), None)
    return Door(False, _opens_at(now, following) if following else _("Fermé cette semaine"))


def week(card: dict, *, department: str, time_zone: str, point: tuple[float, float] | None) -> list[Day]:
    """Write the hours of the coming seven days, holidays included; nothing where they are unknown."""
    if "opening_hours" not in card:
        return []
    now = timezone.now().astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    periods = _periods(card["opening_hours"], now, department=department, time_zone=time_zone, point=point)
    return [_day(now, periods, offset) for offset in range(7)]


def _periods(hours: str, now: datetime, **place) -> list[Period]:
    first = now.date()
    return open_periods(
        hours,
        code=place["department"],
        time_zone=place["time_zone"],
        first=first,
        last=first + timedelta(days=7),
        coordinates=place["point"],
    )


def _day(now: datetime, periods: list[Period], offset: int) -> Day:
    start = datetime.combine(now.date() + timedelta(days=offset), datetime.min.time())
    end = start + MIDNIGHT_TO_MIDNIGHT
    begun = [(since, until) for since, until in periods if start <= since < end]
    hours = ", ".join(f"{clock(since)} – {_closing(until)}" for since, until in begun)
    if any(since <= start and until >= end for since, until in periods):
        hours = _("jour et nuit")
    return Day(day(start), hours or _("fermé"), is_today=offset == 0)


def _closing(until: datetime) -> str:
    return _("minuit") if not (until.hour or until.minute) else clock(until)


def _open_until(now: datetime, until: datetime) -> str:
    if until - now >= timedelta(days=6):
        return _("Ouvert jour et nuit")
    return _("Ouvert jusqu’à %(time)s") % {"time": _closing(until)}


def _opens_at(now: datetime, since: datetime) -> str:
    if since.date() == now.date():
        return _("Fermé, ouvre à %(time)s") % {"time": clock(since)}
    if since.date() == now.date() + timedelta(days=1):
        return _("Fermé, ouvre demain à %(time)s") % {"time": clock(since)}
    return _("Fermé, ouvre %(day)s à %(time)s") % {"day": day(since), "time": clock(since)}
