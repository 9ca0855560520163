"""Reads events from a table (CSV), a line each; columns are known by their usual names (`.tables`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from directory.importing import tables
from directory.importing.event_drafting import ToldEvent
from directory.importing.records import Record, Table, table_in
from directory.importing.rows import Row, Unreadable
from directory.importing.tables import Columns, row_of
from directory.words import plain
from geo.errors import ImportRefused

#: Usual names of the columns of events, beside those of places.
ALIASES = {
    **tables.ALIASES,
    "title": ("title", "titre", "title fr", "summary", "intitule", "evenement", "nom", "name"),
    "start": ("start", "starts at", "dtstart", "debut", "date debut", "date de debut", "date heure debut", "date start",
              "date"),
    "end": ("end", "ends at", "dtend", "fin", "date fin", "date de fin", "date heure fin", "date end"),
    "place": ("place", "lieu", "nom du lieu", "location", "location name", "salle", "address name"),
    "city": ("city", "ville", "commune", "location city", "address city"),
    "description": ("description", "descriptif", "texte", "description fr", "chapo", "resume"),
    "organiser": ("organiser", "organizer", "organisateur", "association", "structure"),
    "price": ("price", "prix", "tarif", "tarifs", "conditions", "price detail"),
    "cancelled": ("cancelled", "annule", "statut", "status"),
}  # fmt: skip

_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_HOUR = re.compile(r"(\d{1,2})\s*[h:]\s*(\d{2})?(?::\d{2})?")
_YES = ("annule", "annulee", "cancelled", "canceled", "oui", "yes", "true", "1")


def events(text: str, *, name: str) -> Iterator[ToldEvent | Unreadable]:
    """Yield the events of a table; raise `ImportRefused` where no column says a title or a start."""
    table = table_in(text, Path(name))
    fields = Columns(aliases=ALIASES).of(table.columns, Path(name))
    if missing := [one for one in ("title", "start") if one not in fields]:
        words = {"path": name, "missing": ", ".join(missing)}
        raise ImportRefused(_("{path} : ni calendrier, ni export, ni tableau avec {missing}."), **words)
    return _each(table, fields)


def _each(table: Table, fields: dict[str, str]) -> Iterator[ToldEvent | Unreadable]:
    for record in table.records:
        row = row_of(record.number, record.values, fields, point=None) if isinstance(record, Record) else record
        try:
            yield row if isinstance(row, Unreadable) else _event(row)
        except (ValueError, OverflowError):
            yield Unreadable(row.number, _("date illisible"), row.key)


def _event(row: Row) -> ToldEvent:
    said = row.fields
    starts, starts_all_day, zone = _moment(said.get("start", ""))
    ends, ends_all_day = None, starts_all_day
    if end := said.get("end", ""):
        ends, ends_all_day, ends_zone = _moment(end, on=starts and starts.date())
        if ends_zone != zone:
            raise ValueError("a start and an end by two clocks")
        if ends_all_day:
            ends += timedelta(days=1)
    elif starts and starts_all_day:
        ends = starts + timedelta(days=1)
    return ToldEvent(
        number=row.number,
        key=row.key,
        title=said.get("title", ""),
        description=said.get("description", ""),
        starts=starts,
        ends=ends,
        all_day=starts_all_day and ends_all_day,
        zone=zone,
        place=said.get("place", ""),
        address=said.get("address", ""),
        postcode=said.get("postcode", ""),
        city=said.get("city", ""),
        insee_code=said.get("insee_code", ""),
        longitude=row.longitude,
        latitude=row.latitude,
        organiser=said.get("organiser", ""),
        price=said.get("price", ""),
        website=said.get("website", ""),
        accessibility=said.get("wheelchair", ""),
        category=said.get("category", ""),
        cancelled=plain(said.get("cancelled", "")) in _YES,
    )


def _moment(text: str, *, on: date | None = None) -> tuple[datetime | None, bool, str]:
    """Read a day with or without its time, as ISO 8601 or as the French write it, or a time alone of the day `on`.

    Returns local time, whether it is a whole day, and the clock: UTC where an offset is told, else the town's.

    >>> _moment("5/12/2026 18h30")
    (datetime.datetime(2026, 12, 5, 18, 30), False, '')
    """
    text = text.strip()
    if not text:
        return None, False, ""
    if french := _FRENCH_DAY.match(text):
        day = date(int(french[3]), int(french[2]), int(french[1]))
        rest = text[french.end() :].strip(" àT,")
        return datetime.combine(day, _hour(rest) if rest else time()), not rest, ""
    if on and _HOUR.fullmatch(text):
        return datetime.combine(on, _hour(text)), False, ""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        return moment.astimezone(UTC).replace(tzinfo=None), False, "UTC"
    return moment, len(text) == len("2026-12-05"), ""


def _hour(text: str) -> time:
    found = _HOUR.fullmatch(text)
    if not found:
        raise ValueError(text)
    return time(int(found[1]), int(found[2] or 0))
