"""Says a ride as people speak: on which days, at what time, how many seats, for how much."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.prices import price_in_words
from scopes.moments import calendar_day, clock, day_and_month

#: By their numbers (ISO 8601).
WEEKDAYS = {
    1: gettext_lazy("lundi"), 2: gettext_lazy("mardi"), 3: gettext_lazy("mercredi"), 4: gettext_lazy("jeudi"),
    5: gettext_lazy("vendredi"), 6: gettext_lazy("samedi"), 7: gettext_lazy("dimanche"),
}  # fmt: skip
WORKING_WEEK, WEEK = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7)


def days_in_words(told: Mapping[str, object]) -> str:
    """Write when a ride leaves, from what the API tells: "jeudi 3 déc. à 7 h 30", "du lundi au vendredi à 7 h 30"."""
    hour = clock(time.fromisoformat(str(told["departure"])))
    if told.get("day"):
        day = calendar_day(date.fromisoformat(str(told["day"])), today=timezone.localdate())
        return _("%(day)s à %(hour)s") % {"day": day, "hour": hour}
    words = _("%(days)s à %(hour)s") % {"days": weekdays_in_words(told["weekdays"]), "hour": hour}
    coming = [day for day in map(str, told.get("except_days", [])) if day >= timezone.localdate().isoformat()]
    if coming:
        words += ngettext(", sauf %(days)d jour", ", sauf %(days)d jours", len(coming)) % {"days": len(coming)}
    if told.get("last_day"):
        words += _(", jusqu’au %(day)s") % {"day": day_and_month(date.fromisoformat(str(told["last_day"])))}
    return words


def seats_in_words(seats: int) -> str:
    """Write how many seats: "2 places"."""
    return ngettext("%(seats)d place", "%(seats)d places", seats) % {"seats": seats}


def seat_price_in_words(cents: int) -> str:
    """Write what a seat costs: "3 € par place", "gratuit"."""
    return _("%(price)s par place") % {"price": price_in_words(cents)} if cents else _("gratuit")


def passing(moment: datetime) -> str:
    """Write when a car passes, to the nearest minute of the clock that the moment has: "7 h 32"."""
    return clock(moment + timedelta(seconds=30))


def weekdays_in_words(numbers: Collection[int]) -> str:
    """Write days of the week: "du lundi au vendredi", "tous les jours", "mardi et jeudi"."""
    days = tuple(sorted(numbers))
    if days == WORKING_WEEK:
        return _("du lundi au vendredi")
    if days == WEEK:
        return _("tous les jours")
    *first, last = [str(WEEKDAYS[number]) for number in days]
    return _("%(days)s et %(last)s") % {"days": ", ".join(first), "last": last} if first else last
