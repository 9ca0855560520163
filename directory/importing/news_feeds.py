"""Reads news from an RSS or Atom feed, given as bytes: nothing here opens an address or a file.

`feedparser` forgives everything and may take hours over it: it is given what `feed_reducing` leaves of a feed.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time

import feedparser
from django.utils.translation import gettext as _

from directory.importing.feed_reducing import reduced, too_long
from directory.importing.rows import Unreadable
from directory.models import SyncedNews

#: Seconds that a feed is read for: others wait for the same worker.
LONGEST = 60
KEY_LENGTH = SyncedNews._meta.get_field("key").max_length
_DATES = ("published_parsed", "updated_parsed")
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

    So it does after `LONGEST` seconds. `name` is what a message calls it; `address`, what its links are read from.
    """
    ends_at = time.monotonic() + LONGEST
    content, lines = reduced(content, name=name, ends_at=ends_at)
    headers = {"content-type": "application/xml", "content-location": address}
    # A stream, never a text: feedparser opens what looks like an address or a path.
    told = feedparser.parse(
        io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )
    for rank, entry in enumerate(told.entries):
        if time.monotonic() > ends_at:
            raise too_long(name)
        number = str(lines[rank]) if len(lines) == len(told.entries) else str(rank + 1)
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
