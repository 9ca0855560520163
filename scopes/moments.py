"""Says days and hours as people speak them, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_BREAK = "\u00a0"


def clock(moment: datetime | time) -> str:
    """Write a time of day: "18 h 30", "9 h"; "18:30" in English."""
    if get_language() == "en":
        return f"{moment:%H:%M}"
    minutes = f"{NO_BREAK}{moment:%M}" if moment.minute else ""
    return f"{moment.hour}{NO_BREAK}h{minutes}"


def day(moment: date) -> str:
    """Write a day of the week: "jeudi"."""
    name = date_format(moment, "l")
    return name if get_language() == "en" else name.lower()


def today_at(time_zone: str) -> date:
    """Return the day that it is by the clock of a town."""
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()


def moment(instant: datetime, *, time_zone: str = "Europe/Paris") -> str:
    """Write a day and an hour as the reader's calendar has them: "hier à 9 h", "jeudi 3 déc. à 18 h 30"."""
    zone = ZoneInfo(time_zone)
    local, today = instant.astimezone(zone), timezone.now().astimezone(zone).date()
    words = {"day": _day_words(local.date(), today), "hour": clock(local)}
    return _("%(day)s à %(hour)s") % words


def _day_words(when: date, today: date) -> str:
    days = (today - when).days
    if days in (0, 1):
        return (_("aujourd’hui"), _("hier"))[days]
    return calendar_day(when, today=today)


def calendar_day(when: date, *, today: date) -> str:
    """Write a day that stays true tomorrow: "jeudi 3 déc.", with its year where it is not today's."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{day(when)} {_number(when)}{NO_BREAK}{_month(when)}{year}"


def full_day(when: date) -> str:
    """Write a day with its month and year, an instant's as its clock here has it: "1er octobre 2027"."""
    local = _local_day(when)
    return f"{day_and_month(local)} {local.year}"


def day_and_month(when: date) -> str:
    """Write a day of this year: "1er octobre"."""
    local = _local_day(when)
    return f"{_number(local)} {date_format(local, 'F')}"


def month_and_year(when: date) -> str:
    """Write a month with its year: "novembre 2026"."""
    return f"{date_format(when, 'F')} {when.year}"


def _local_day(when: date) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) and timezone.is_aware(when) else when


def _number(when: date) -> str:
    return _("1er") if when.day == 1 else str(when.day)


def _month(when: date) -> str:
    name = date_format(when, "N")
    return name if get_language() == "en" else name.lower()
