"""Imports files of events: iCalendar, OpenAgenda's JSON or a table, known by what they hold; reading writes nothing."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from directory.importing import calendars, event_tables, openagenda
from directory.importing.drafting import Draft
from directory.importing.event_drafting import ToldEvent, draft_event
from directory.importing.files import check_names, dataset_of
from directory.importing.records import text_in
from directory.importing.report import Report
from directory.importing.rows import Unreadable
from directory.importing.running import import_drafts
from geo.errors import ImportRefused

#: Bytes of a file, packed or not; OpenAgenda's export of a region has three.
MOST_BYTES = 30_000_000
#: Events of one file, and seconds that it is read for: a rule of 1970 takes a third of one.
MOST_EVENTS, LONGEST = 20_000, 300
_GZIP = b"\x1f\x8b"


def import_events(
    paths: Sequence[Path],
    *,
    source: str,
    dataset: str = "",
    licence: str = "",
    town: str = "",
    municipality: str = "",
    dry_run: bool = False,
) -> Report:
    """Import the events of these files as one dataset; raise `ImportRefused` when one cannot be read at all.

    `town`, an INSEE code, is where those are that do not say where; with `municipality` only its events are read.
    """
    dataset = dataset or dataset_of(paths)
    check_names(source=source, dataset=dataset, licence=licence)
    drafts = (draft for path in paths for draft in read_events(_content(path), name=path.name, town=town))
    return import_drafts(
        drafts, source=source, dataset=dataset, licence=licence, municipality=municipality, dry_run=dry_run
    )


def read_events(
    content: bytes, *, name: str = "", town: str = "", most: int = MOST_EVENTS, longest: float = LONGEST
) -> Iterator[Draft | Unreadable]:
    """Yield a draft for each event of a file, or why it makes none; raise `ImportRefused` for what is no such file.

    So it does for more than `most` events, before it reads any where they can be counted, and after `longest` seconds.
    """
    text = text_in(_unpacked(content, name), Path(name))
    head = text.lstrip()[:200]
    if not head:
        raise ImportRefused(_("{path} : le fichier est vide."), path=name)
    if head.upper().startswith("BEGIN:VCALENDAR"):
        if calendars.count(text) > most:
            raise _too_much(name, most)
        told = calendars.events(text)
    elif head[0] == "<":
        raise ImportRefused(_("{path} : c’est une page ou un fil de nouvelles, pas un agenda."), path=name)
    elif head[0] in "[{":
        told = openagenda.events(text, name=name)
    else:
        told = event_tables.events(text, name=name)
    return _drafts(told, name=name, town=town, most=most, ends_at=time.monotonic() + longest)


def _drafts(
    told: Iterable[ToldEvent | Unreadable], *, name: str, town: str, most: int, ends_at: float
) -> Iterator[Draft | Unreadable]:
    for number, event in enumerate(told, start=1):
        if number > most or time.monotonic() > ends_at:
            raise _too_much(name, most)
        yield _drafted(event, town)


def _too_much(name: str, most: int) -> ImportRefused:
    limits = {"path": name, "most": most}
    return ImportRefused(_("{path} : plus de {most} événements, ou trop longs à lire."), **limits)


def _drafted(event: ToldEvent | Unreadable, town: str) -> Draft | Unreadable:
    """The draft of one event; what no calendar can mean is refused by itself, and takes no other with it."""
    if isinstance(event, Unreadable):
        return event
    try:
        return draft_event(event, town=town)
    except Unreadable as refusal:
        return refusal
    except (ValueError, OverflowError):
        return Unreadable(event.number, _("date ou répétition illisible"), event.key)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise ImportRefused(_("{path} : ce fichier n'existe pas."), path=path)
    if path.stat().st_size > MOST_BYTES:
        raise _too_big(path.name)
    return path.read_bytes()


def _unpacked(content: bytes, name: str) -> bytes:
    """What a file holds; a packed one is unpacked no further than what is read."""
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, MOST_BYTES + 1)
        except zlib.error as error:
            raise ImportRefused(_("{path} : fichier illisible ({error})."), path=name, error=error) from error
    if len(content) > MOST_BYTES:
        raise _too_big(name)
    return content


def _too_big(name: str) -> ImportRefused:
    return ImportRefused(_("{path} : plus de {most} Mo."), path=name, most=MOST_BYTES // 1_000_000)
