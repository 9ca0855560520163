"""What a notice is filled in with: fields of a few kinds, read and refused in the words of who fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.errors import InvalidParameter
from geo.texts import one_line, paragraphs

#: How far ahead anything is announced, and how long it may last.
FARTHEST, LONGEST_PERIOD = timedelta(days=730), timedelta(days=366)
#: What began earlier is no news; a day that is past may be a year old.
OLDEST_START, OLDEST_DAY = timedelta(days=1), timedelta(days=366)

Words = str | Promise


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    PARAGRAPHS = "paragraphs"
    PLACE = "place"
    CHOICE = "choice"
    #: A day and an hour to come.
    MOMENT = "moment"
    #: A day that is past.
    DAY = "day"
    #: From a moment to another: `start` and `end`.
    PERIOD = "period"
    #: The same, where the end may not be known yet.
    SINCE = "since"
    #: From a day to another, the last included: `start` and `end`.
    DAYS = "days"


SPANS = frozenset((FieldKind.PERIOD, FieldKind.SINCE, FieldKind.DAYS))


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; `longest` counts characters, `lines` those of paragraphs, `choices` are code -> label."""

    name: str
    label: Words
    kind: FieldKind
    required: bool = True
    longest: int = 120
    lines: int = 6
    choices: Mapping[str, Words] | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names under which it comes: those of both ends for a span of time, else its own."""
        return ("start", "end") if self.kind in SPANS else (self.name,)

    def needs(self, parameter: str) -> bool:
        """Whether it cannot be left out."""
        return self.required and not (self.kind == FieldKind.SINCE and parameter == "end")


def read(field: Field, data: Mapping[str, object], *, now: datetime, time_zone: str) -> dict[str, str]:
    """Return what is stored of one field, nothing where it is left out; moments keep the clock of their place.

    Raises `InvalidParameter` naming what is missing or cannot be.
    """
    given = {name: _given(data, name) for name in field.parameters}
    for name, text in given.items():
        if not text and field.needs(name):
            raise InvalidParameter(name, _("À remplir."))
    if not any(given.values()):
        return {}
    zone = ZoneInfo(time_zone)
    if field.kind == FieldKind.DAYS:
        return _days(given, now.astimezone(zone).date())
    if field.kind in SPANS:
        return _period(given, now, zone)
    return {field.name: _one(field, given[field.name], now, zone)}


def _one(field: Field, text: str, now: datetime, zone: ZoneInfo) -> str:
    match field.kind:
        case FieldKind.CHOICE:
            return _choice(field, text)
        case FieldKind.MOMENT:
            return _to_come(field.name, _moment(field.name, text, zone), now).isoformat()
        case FieldKind.DAY:
            return _past(field.name, _day(field.name, text), now.astimezone(zone).date()).isoformat()
        case FieldKind.PARAGRAPHS:
            return _lines(field, text)
    return one_line(text, parameter=field.name, longest=field.longest)


def _given(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if isinstance(value, date):
        return value.isoformat()
    if value is not None and not isinstance(value, str):
        raise InvalidParameter(name, _("Ce n’est pas un texte."))
    return (value or "").strip()


def _lines(field: Field, text: str) -> str:
    told = paragraphs(text, parameter=field.name, longest=field.longest)
    lines = [line for line in told.splitlines() if line]
    if len(lines) > field.lines:
        message = ngettext("Au plus %(most)d ligne.", "Au plus %(most)d lignes.", field.lines)
        raise InvalidParameter(field.name, message % {"most": field.lines})
    return "\n".join(lines)


def _choice(field: Field, text: str) -> str:
    if text not in (field.choices or {}):
        raise InvalidParameter(field.name, _("Choisissez dans la liste."))
    return text


def _period(given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> dict[str, str]:
    start = _moment("start", given["start"], zone)
    if not given["end"]:
        if start > now:
            raise InvalidParameter("end", _("Ce qui n’a pas commencé a une fin prévue : dites laquelle."))
        if start < now - OLDEST_START:
            raise InvalidParameter("start", _("Cela a commencé il y a plus d’un jour : dites quand cela finira."))
        return {"start": start.isoformat()}
    end = _moment("end", given["end"], zone)
    _to_come("end", end, now)
    if start >= end:
        raise InvalidParameter("end", _("La fin est avant le début."))
    if end - start > LONGEST_PERIOD:
        raise InvalidParameter("end", _("Cela dure plus d’un an."))
    return {"start": start.isoformat(), "end": end.isoformat()}


def _days(given: Mapping[str, str], today: date) -> dict[str, str]:
    first, last = _day("start", given["start"]), _day("end", given["end"])
    if last < today:
        raise InvalidParameter("end", _("C’est déjà passé."))
    if last > today + FARTHEST:
        raise InvalidParameter("end", _("C’est dans plus de deux ans."))
    if first > last:
        raise InvalidParameter("end", _("La fin est avant le début."))
    if last - first > LONGEST_PERIOD:
        raise InvalidParameter("end", _("Cela dure plus d’un an."))
    return {"start": first.isoformat(), "end": last.isoformat()}


def _moment(name: str, text: str, zone: ZoneInfo) -> datetime:
    """Read ISO 8601, at the clock of the place where it names none; its offset is fixed from then on."""
    try:
        moment = datetime.fromisoformat(text)
        local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        local = local.replace(second=0, microsecond=0)
        return datetime.fromisoformat(local.isoformat())
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(name, _("Ce n’est pas une date et une heure.")) from error


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameter(name, _("Ce n’est pas une date.")) from error


def _to_come(name: str, moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise InvalidParameter(name, _("C’est déjà passé."))
    if moment > now + FARTHEST:
        raise InvalidParameter(name, _("C’est dans plus de deux ans."))
    return moment


def _past(name: str, day: date, today: date) -> date:
    if day > today:
        raise InvalidParameter(name, _("Cela n’a pas encore eu lieu."))
    if day < today - OLDEST_DAY:
        raise InvalidParameter(name, _("C’était il y a plus d’un an."))
    return day
