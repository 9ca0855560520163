"""Reads news from an RSS or Atom feed, given as bytes: nothing here opens an address or a file.

expat looks at all of it first: a feed that is no well-formed XML, declares entities or is beyond all measure is refused
before `feedparser`, which forgives everything and may take minutes over it, reads any.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from xml.parsers import expat

import feedparser
from django.utils.translation import gettext as _

from directory.importing.rows import Unreadable
from directory.models import SyncedNews
from geo.errors import ImportRefused

#: Of one feed: entries, elements, how deep they lie; of one element: attributes; of one entry: elements.
MOST_ENTRIES, MOST_ELEMENTS, DEEPEST, MOST_ATTRIBUTES, MOST_OF_AN_ENTRY = 1_000, 100_000, 40, 40, 1_000
#: Prefixes of names that a feed declares.
MOST_NAMESPACES = 60
KEY_LENGTH = SyncedNews._meta.get_field("key").max_length
_ROOTS = ("rss", "feed", "RDF")
_DATES = ("published_parsed", "updated_parsed")
_ENTRIES = ("item", "entry")
_CALENDAR = re.compile(rb"^BEGIN:VCALENDAR", re.MULTILINE | re.IGNORECASE)
# Spaces of its own line alone: `\s*` would run through all blank lines that follow, from each of them.
_XML = re.compile(rb"^[ \t]*<(\?xml|rss|feed|rdf:RDF)\b", re.MULTILINE | re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNews:
    """An entry of a feed as it is told, not yet judged: HTML or plain words, and a moment in UTC."""

    #: Line of the feed that it begins on: what a report names.
    number: str
    key: str
    title: str
    text: str
    published: datetime
    website: str = ""
    #: The name of a place and its point (GeoRSS), in degrees WGS 84.
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None


class _Look:
    """What expat sees of a feed, refused as soon as it is too much; `lines`, those on which its entries begin."""

    def __init__(self, name: str):
        self.name, self.root, self.lines = name, "", []
        self.depth = self.elements = self.namespaces = 0
        #: How deep the entry lies that is open, and its elements.
        self.inside = self.of_the_entry = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begins, self._ends
        self.parser.StartNamespaceDeclHandler, self.parser.EntityDeclHandler = self._declares, self._refuses

    def read(self, content: bytes) -> None:
        """Look at all of it; raise `ImportRefused` for what is no feed, or none to be read."""
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            if self.root not in _ROOTS:
                raise _no_feed(self.name) from error
            line = {"path": self.name, "line": error.lineno}
            raise ImportRefused(_("{path} : ce fil est abîmé, ligne {line}.").format(**line)) from error
        if self.root not in _ROOTS:
            raise _no_feed(self.name)

    def _begins(self, element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(" ")[2]
        self.root = self.root or local
        self.depth, self.elements = self.depth + 1, self.elements + 1
        if self.inside:
            self.of_the_entry += 1
        elif local in _ENTRIES:
            self.lines.append(self.parser.CurrentLineNumber)
            self.inside, self.of_the_entry = self.depth, 0
        within = (
            (len(attributes), MOST_ATTRIBUTES),
            (self.depth, DEEPEST),
            (self.elements, MOST_ELEMENTS),
            (self.of_the_entry, MOST_OF_AN_ENTRY),
            (len(self.lines), MOST_ENTRIES),
        )
        if any(number > most for number, most in within):
            raise self._beyond_measure()

    def _ends(self, _element: str) -> None:
        if self.depth == self.inside:
            self.inside = 0
        self.depth -= 1

    def _declares(self, _prefix: str, _address: str) -> None:
        self.namespaces += 1
        if self.namespaces > MOST_NAMESPACES:
            raise self._beyond_measure()

    def _refuses(self, *_declared: object) -> None:
        words = _("{path} : ce fil définit des abréviations (ENTITY), nous ne les lisons pas.")
        raise ImportRefused(words.format(path=self.name))

    def _beyond_measure(self) -> ImportRefused:
        return ImportRefused(_("{path} : ce fil est démesuré.").format(path=self.name))


def is_xml(content: bytes) -> bool:
    """Whether a file begins as XML does: it may be a feed, it is no calendar."""
    head = content[:400]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()[:1] == b"<"


def is_mixed(content: bytes) -> bool:
    """Whether a file holds a calendar and a feed, one after the other."""
    return bool(_CALENDAR.search(content) and _XML.search(content))


def read_news(content: bytes, *, name: str, address: str = "") -> Iterator[ToldNews | Unreadable]:
    """Yield the entries of a feed in their order, or why one is none; raise `ImportRefused` for what is no feed.

    `name` is what a message calls it; `address`, what its links are read from.
    """
    look = _Look(name)
    look.read(content)
    headers = {"content-type": "application/xml", "content-location": address}
    # A stream, never a text: feedparser opens what looks like an address or a path.
    told = feedparser.parse(
        io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )
    for rank, entry in enumerate(told.entries):
        number = str(look.lines[rank]) if len(look.lines) == len(told.entries) else str(rank + 1)
        try:
            yield _told(entry, number)
        except Unreadable as refusal:
            yield refusal


def _told(entry: feedparser.FeedParserDict, number: str) -> ToldNews:
    title, link = entry.get("title", ""), entry.get("link", "")
    key = _key(entry.get("id") or link or title)
    published = _moment(next((entry[name] for name in _DATES if name in entry), None))
    if published is None:
        raise Unreadable(number, _("sans date de publication"), key)
    contents = [one.get("value", "") for one in entry.get("content", ())]
    where = entry.get("where") or {}
    point = where.get("coordinates") if where.get("type") == "Point" else None
    return ToldNews(
        number=number,
        key=key,
        title=title,
        text=entry.get("summary", "") or next(iter(contents), ""),
        published=published,
        website=link,
        place=entry.get("georss_featurename", ""),
        longitude=point[0] if point else None,
        latitude=point[1] if point else None,
    )


def _key(identity: str) -> str:
    """An identity as it is kept: itself, or what stands for one that is too long."""
    if identity and len(identity) <= KEY_LENGTH and identity.isprintable():
        return identity
    return f"hash:{hashlib.md5(identity.encode(errors='replace'), usedforsecurity=False).hexdigest()}"


def _moment(told: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(told), tz=UTC) if told else None
    except (ValueError, OverflowError, OSError):
        return None


def _no_feed(name: str) -> ImportRefused:
    return ImportRefused(_("{path} : c’est une page, pas un agenda ni un fil de nouvelles.").format(path=name))
