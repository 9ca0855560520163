"""Says periods as people speak them, in words that stay true on paper: "jeudi 3 déc. de 9 h à 12 h"."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.moments import calendar_day, clock


def day_words(when: date) -> str:
    """Write a day: "jeudi 3 déc."."""
    return calendar_day(when, today=timezone.localdate())


def moment_words(when: datetime) -> str:
    """Write a moment, at the clock that it carries: "jeudi 3 déc. à 18 h 30"."""
    return _("%(day)s à %(hour)s") % {"day": day_words(when.date()), "hour": clock(when)}


def period_words(start: datetime, end: datetime | None) -> str:
    """Write from when until when, or since when: "jeudi 3 déc. de 9 h à 12 h", "depuis jeudi 3 déc. à 9 h"."""
    if end is None:
        return _("depuis %(start)s") % {"start": moment_words(start)}
    if start.date() == end.date():
        told = {"day": day_words(start.date()), "start": clock(start), "end": clock(end)}
        return _("%(day)s de %(start)s à %(end)s") % told
    return _("du %(start)s au %(end)s") % {"start": moment_words(start), "end": moment_words(end)}


def days_words(first: date, last: date) -> str:
    """Write from which day to which, the last included: "du lundi 7 déc. au vendredi 18 déc."."""
    if first == last:
        return day_words(first)
    return _("du %(start)s au %(end)s") % {"start": day_words(first), "end": day_words(last)}
