"""Reads events from an iCalendar file (RFC 5545): each by itself, so that a broken one leaves the others alone.

Lines are unfolded here and cut to a bearable length before the library reads them: a line of a billion dates is refused
by its length. Changed and cancelled dates (RECURRENCE-ID) become dates of the event that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from django.utils.translation import gettext as _
from icalendar.error import BrokenCalendarProperty

from directory.importing.event_drafting import ToldEvent
from directory.importing.rows import Unreadable
from directory.recurring import MOST_NAMED, Recurrence, Stretch
from geo.errors import Filled

#: Characters of one line that are read; of dates, which are never cut, `MOST_NAMED` of the longest form.
MOST_OF_A_LINE, MOST_OF_DATES = 50_000, MOST_NAMED * 34
#: Lines of one event that are read.
MOST_LINES = 2_000
_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINES = re.compile(r"\r\n|\n|\r")
_BEGINS = re.compile(r"^BEGIN:VEVENT", re.MULTILINE | re.IGNORECASE)
_POSTCODE = re.compile(r"\b(?:0[1-9]|[1-8]\d|9[0-8])\d{3}\b")
#: Where a line may continue: what is no use to an agenda, and may be long.
_SKIPPED = ("ATTACH", "X-ALT-DESC", "ATTENDEE")
_NOT_PUBLIC = ("PRIVATE", "CONFIDENTIAL")


@dataclass(slots=True)
class _Block:
    """The lines between BEGIN:VEVENT and END:VEVENT, unfolded, and the line of the file that they begin on."""

    number: int
    lines: list[str] = field(default_factory=list)
    #: Why it is not read.
    refused: str = ""


def count(text: str) -> int:
    """Return how many events a calendar begins, without reading any."""
    return len(_BEGINS.findall(text))


def events(text: str) -> Iterator[ToldEvent | Unreadable]:
    """Yield the events of a calendar, each with its changed dates."""
    masters: dict[str, ToldEvent] = {}
    changes: dict[str, list[tuple[datetime, ToldEvent]]] = {}
    for block in _blocks(text):
        told, replaces = _read(block)
        if isinstance(told, Unreadable):
            yield told
        elif replaces is not None:
            changes.setdefault(told.key, []).append((replaces, told))
        elif not told.key or told.key in masters:
            yield told
        else:
            masters[told.key] = told
    for key, told in masters.items():
        yield _with_changes(told, changes.pop(key, []))
    for key, changed in changes.items():
        for replaces, told in changed:
            yield replace(told, key=f"{key}/{replaces:%Y%m%dT%H%M%S}")


def _with_changes(told: ToldEvent, changes: list[tuple[datetime, ToldEvent]]) -> ToldEvent:
    """The event with some of its dates moved or left out."""
    if not changes or told.starts is None:
        return told
    again = told.recurrence
    moved = tuple(
        (one.starts, one.ends or one.starts + timedelta(hours=1))
        for _replaces, one in changes
        if one.starts and not one.cancelled and one.zone == told.zone
    )
    kept = {begin for begin, _end in moved}
    without = tuple(replaces for replaces, _one in changes if replaces not in kept)
    again = replace(again, stretches=again.stretches + moved, without=again.without + without)
    return replace(told, recurrence=again)


def _blocks(text: str) -> Iterator[_Block]:
    """Cut a calendar into its events; what lies inside them, as alarms do, is left out."""
    block, inside = None, []
    for number, name, line in _unfolded(text):
        if name in ("BEGIN", "END"):
            part = line.partition(":")[2].strip().upper()
            if name == "BEGIN" and part == "VEVENT":
                yield from _cut(block)
                block, inside = _Block(number), []
            elif block and name == "END" and part == "VEVENT":
                yield block
                block = None
            elif block and name == "BEGIN":
                inside.append(part)
            elif block and inside:
                inside.pop()
        elif block and not inside and name not in _SKIPPED:
            _add(block, name, line)
    yield from _cut(block)


def _cut(block: _Block | None) -> Iterator[_Block]:
    """An event that is begun and not ended."""
    if block:
        block.refused = _("événement coupé : il manque sa fin")
        yield block


def _add(block: _Block, name: str, line: str) -> None:
    if len(block.lines) >= MOST_LINES:
        block.refused = _("événement démesuré")
    elif name in ("RDATE", "EXDATE"):
        if len(line) > MOST_OF_DATES or line.count(",") > MOST_NAMED:
            block.refused = Filled(_("plus de {most} dates"), most=MOST_NAMED)
        else:
            block.lines.append(line)
    else:
        block.lines.append(line[:MOST_OF_A_LINE])


def _unfolded(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line with its number and its name; what goes on with a space belongs to the line before."""
    number, parts = 0, []
    for position, line in enumerate(_LINES.split(text), start=1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if parts:
            yield _named(number, parts)
        number, parts = position, [line]
    if parts:
        yield _named(number, parts)


def _named(number: int, parts: list[str]) -> tuple[int, str, str]:
    name = _NAME.match(parts[0])
    return number, name[0].upper() if name else "", "".join(parts).replace("\0", "")


def _read(block: _Block) -> tuple[ToldEvent | Unreadable, datetime | None]:
    """The event of a block, and which date of another it replaces; or why it is none."""
    try:
        return _event(block)
    except Unreadable as refusal:
        return refusal, None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, BrokenCalendarProperty):
        return Unreadable(str(block.number), _("événement illisible"), _uid(block)), None


def _event(block: _Block) -> tuple[ToldEvent, datetime | None]:
    """The same, of what can be read."""
    number = str(block.number)
    if block.refused:
        raise Unreadable(number, block.refused, _uid(block))
    lines = ["BEGIN:VEVENT", *(line for line in block.lines if ":" in line), "END:VEVENT"]
    said = icalendar.Event.from_ical("\r\n".join(lines) + "\r\n")
    key = _text(said, "UID")
    if _text(said, "CLASS").upper() in _NOT_PUBLIC:
        raise Unreadable(number, _("marqué comme privé"), key)
    if isinstance(said.get("RRULE"), list):
        raise Unreadable(number, _("plusieurs répétitions"), key)
    start = _one(said, "DTSTART")
    if start is None:
        raise Unreadable(number, _("sans date de début"), key)
    zone = _zone_of(said, "DTSTART", number, key)
    starts = _wall(start, zone)
    all_day = not isinstance(start, datetime)
    place, address = _place(_text(said, "LOCATION"))
    geo = said.get("GEO")
    postcode = _POSTCODE.search(address or place)
    told = ToldEvent(
        number=number,
        key=key,
        title=_text(said, "SUMMARY"),
        description=_text(said, "DESCRIPTION"),
        starts=starts,
        ends=_end(said, starts, zone, all_day=all_day),
        all_day=all_day,
        zone=zone,
        rule=said["RRULE"].to_ical().decode() if "RRULE" in said else "",
        recurrence=_recurrence(said, zone),
        place=place,
        address=address,
        postcode=postcode[0] if postcode else "",
        longitude=geo.longitude if geo else None,
        latitude=geo.latitude if geo else None,
        organiser=str(said["ORGANIZER"].params.get("CN", "")) if hasattr(said.get("ORGANIZER"), "params") else "",
        website=_text(said, "URL"),
        category=_categories(said),
        cancelled=_text(said, "STATUS").upper() == "CANCELLED",
    )
    replaces = _one(said, "RECURRENCE-ID")
    return told, None if replaces is None else _wall(replaces, zone)


def _end(said: icalendar.Event, starts: datetime, zone: str, *, all_day: bool) -> datetime | None:
    """When it ends by its own clock; a day alone ends with it."""
    if (end := _one(said, "DTEND")) is not None:
        return _wall(end, zone)
    if isinstance(length := _one(said, "DURATION"), timedelta):
        return starts + length
    return starts + timedelta(days=1) if all_day else None


def _recurrence(said: icalendar.Event, zone: str) -> Recurrence:
    dates: list[datetime] = []
    stretches: list[Stretch] = []
    for one in _named_dates(said, "RDATE"):
        if isinstance(one, tuple):
            begin = _wall(one[0], zone)
            stretches.append((begin, begin + one[1] if isinstance(one[1], timedelta) else _wall(one[1], zone)))
        else:
            dates.append(_wall(one, zone))
    without = tuple(_wall(one, zone) for one in _named_dates(said, "EXDATE"))
    return Recurrence(dates=tuple(dates), stretches=tuple(stretches), without=without)


def _named_dates(said: icalendar.Event, name: str) -> list:
    lines = said.get(name, [])
    found = [each.dt for line in (lines if isinstance(lines, list) else [lines]) for each in line.dts]
    if len(found) > MOST_NAMED:
        raise ValueError("more dates than anyone writes")
    return found


def _wall(moment: date, zone: str) -> datetime:
    """The moment by the clock of `zone`; a floating one is by it already, and a day begins at midnight."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if moment.tzinfo is None:
        return moment
    if not zone:
        raise ValueError("a moment beside floating ones")
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _zone_of(said: icalendar.Event, name: str, number: str, key: str) -> str:
    """Name of the clock that a date is told by; empty for a floating one, which is by the clock of the town."""
    moment = _one(said, name)
    told = str(said[name].params.get("TZID", ""))
    if not isinstance(moment, datetime) or (moment.tzinfo is None and not told):
        return ""
    if moment.tzinfo is UTC:
        return "UTC"
    known = getattr(moment.tzinfo, "key", None) or _known_zone(told)
    if not known:
        raise Unreadable(number, Filled(_("fuseau horaire inconnu : {zone}"), zone=told[:60]), key)
    return known


def _known_zone(told: str) -> str:
    """The IANA name at the end of a name of a calendar's own, as in `/example.org/Europe/Paris`."""
    parts = told.strip("/").split("/")
    for name in ("/".join(parts[-length:]) for length in (3, 2)):
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, KeyError):
            continue
    return ""


def _one(said: icalendar.Event, name: str) -> date | timedelta | None:
    value = said.get(name)
    return None if value is None else value.dt


def _text(said: icalendar.Event, name: str) -> str:
    value = said.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _categories(said: icalendar.Event) -> str:
    value = said.get("CATEGORIES", [])
    return ";".join(str(word) for one in (value if isinstance(value, list) else [value]) for word in one.cats)


def _place(location: str) -> tuple[str, str]:
    """Name and address, as people write them: "Salle des fêtes, 3 rue Haute, 44000 Nantes"."""
    place, _comma, address = location.replace("\n", ", ").partition(",")
    return place.strip(), address.strip()


def _uid(block: _Block) -> str:
    """The identity of an event that is not read: it is still there."""
    return next((line.partition(":")[2].strip() for line in block.lines if line[:4].upper() == "UID:"), "")
