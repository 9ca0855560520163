"""Brings a feed down to what is read of it: elements of its entries side by side, each of a bearable length.

expat looks at all of it first: a feed that is no well-formed XML, declares entities or is beyond all measure is refused
before `feedparser`, which forgives everything and may take hours over what nobody reads, such as an author, sees any.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import XMLGenerator, escape

from django.utils.translation import gettext as _

from geo.errors import ImportRefused

#: Of one feed: entries, elements, how deep they lie; of one element: attributes; of one entry: elements.
MOST_ENTRIES, MOST_ELEMENTS, DEEPEST, MOST_ATTRIBUTES, MOST_OF_AN_ENTRY = 1_000, 100_000, 40, 40, 1_000
#: Prefixes of names that a feed declares; the same one in each entry is one.
MOST_NAMESPACES = 60
#: Characters of words, which are cut; of an attribute, an identity or a point, and of a date, which are left out.
MOST_OF_WORDS, MOST_OF_A_MARK, MOST_OF_A_DATE = 100_000, 2_000, 100
_ROOTS = ("rss", "feed", "RDF")
_ENTRIES = ("item", "entry")
_WORDS = ("title", "description", "summary", "content", "encoded")
_DATES = ("pubdate", "published", "issued", "updated", "modified", "date")
_MARKS = ("link", "guid", "id", "point", "featurename")
#: What words may be; a picture or another document is none.
_TYPES = ("text", "html", "xhtml", "plain", "text/plain", "text/html", "application/xhtml+xml")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_GML, _GEORSS = "http://www.opengis.net/gml", "http://www.georss.org/georss"
#: Attributes that are read, by their name in small letters.
_ATTRIBUTES = {
    "rel": "rel", "href": "href", "type": "type", "ispermalink": "isPermaLink",
    "http://www.w3.org/xml/1998/namespace base": "xml:base", f"{_RDF} about": "rdf:about",
}  # fmt: skip


def reduced(content: bytes, *, name: str, ends_at: float) -> tuple[bytes, list[int]]:
    """Return a feed in UTF-8 of what is read of another, and the lines of that one on which its entries begin.

    Raises `ImportRefused` for what is no feed or none to be read, and past `ends_at`, of the monotonic clock.
    """
    look = _Look(name, ends_at)
    look.read(content)
    return look.written.getvalue(), look.lines


@dataclass(slots=True)
class _Read:
    """An element of an entry while it is read: as what it will be written, and its text so far."""

    local: str
    element: str
    attributes: dict[str, str]
    #: How deep it lies.
    depth: int
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def says(self, text: str) -> None:
        if self.length <= self.most:
            self.parts.append(text)
        self.length += len(text)

    @property
    def most(self) -> int:
        if self.local in _WORDS:
            return MOST_OF_WORDS
        return MOST_OF_A_DATE if self.local in _DATES else MOST_OF_A_MARK

    @property
    def is_kept(self) -> bool:
        return self.local in _WORDS or self.length <= self.most


class _Look:
    """What expat sees of a feed, written down or refused as soon as it is too much."""

    def __init__(self, name: str, ends_at: float):
        self.name, self.ends_at, self.root, self.lines = name, ends_at, "", []
        self.elements, self.namespaces = 0, set()
        #: Local names of the elements that are open, in small letters, the root first.
        self.path: list[str] = []
        #: How deep the entry lies that is open, and its elements.
        self.inside = self.of_the_entry = 0
        self.reading: _Read | None = None
        self.written = io.BytesIO()
        self.writer = XMLGenerator(self.written, encoding="utf-8")
        self.writer.startDocument()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.namespace_prefixes = self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begins, self._ends
        self.parser.CharacterDataHandler = self._says
        self.parser.StartNamespaceDeclHandler, self.parser.EntityDeclHandler = self._declares, self._refuses

    def read(self, content: bytes) -> None:
        """Look at all of it; raise `ImportRefused` for what is no feed, or none to be read."""
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            if self.root not in _ROOTS:
                raise _no_feed(self.name) from error
            line = {"path": self.name, "line": error.lineno}
            raise ImportRefused(_("{path} : ce fil est abîmé, ligne {line}."), **line) from error
        if self.root not in _ROOTS:
            raise _no_feed(self.name)

    def _begins(self, element: str, attributes: dict[str, str]) -> None:
        uri, name, qualified = _parts(element)
        local = name.lower()
        self.root = self.root or name
        self.elements += 1
        self.path.append(local)
        if self.inside:
            self.of_the_entry += 1
        elif local in _ENTRIES:
            self.lines.append(self.parser.CurrentLineNumber)
            self.inside, self.of_the_entry = len(self.path), 0
        self._measure(attributes)
        if self.reading:
            self._marks_up(f"<{local}>")
        elif self._is_frame():
            self.writer.startElement(qualified, _named(qualified, uri) | _attributes(attributes))
        elif self._is_point_of_gml(uri):
            self.reading = _Read("point", "point", {"xmlns": _GEORSS}, len(self.path))
        elif len(self.path) == self.inside + 1 and local in (*_WORDS, *_DATES, *_MARKS):
            self._reads(local, qualified, uri, _attributes(attributes))

    def _reads(self, local: str, qualified: str, uri: str, told: dict[str, str]) -> None:
        if local in _WORDS and told.get("type", "text").lower() not in _TYPES:
            return
        self.reading = _Read(local, qualified, _named(qualified, uri) | told, len(self.path))

    def _says(self, text: str) -> None:
        reading = self.reading
        if reading and self._is_markup(reading):
            reading.says(escape(text))
        elif reading:
            reading.says(text)

    def _marks_up(self, tag: str) -> None:
        """Tell of an element within words as of text: there is none within another in what is written."""
        if self.reading and self.reading.local in _WORDS:
            self.reading.says(tag)

    def _is_markup(self, reading: _Read) -> bool:
        """Whether the text is that of XHTML, so that what is escaped in it stays so."""
        within = len(self.path) > reading.depth or "xhtml" in reading.attributes.get("type", "").lower()
        return within and reading.local in _WORDS

    def _ends(self, element: str) -> None:
        if self.reading and self.reading.depth == len(self.path):
            self._write(self.reading)
            self.reading = None
        elif self.reading:
            self._marks_up(f"</{self.path[-1]}>")
        elif self._is_frame():
            self.writer.endElement(_parts(element)[2])
        if self.inside == len(self.path):
            self.inside = 0
        self.path.pop()

    def _write(self, read: _Read) -> None:
        if not read.is_kept:
            return
        if "xhtml" in read.attributes.get("type", "").lower():
            read.attributes["type"] = "html"
        self.writer.startElement(read.element, read.attributes)
        self.writer.characters("".join(read.parts)[: read.most])
        self.writer.endElement(read.element)

    def _is_frame(self) -> bool:
        """Whether the innermost element is one that holds others: the root, a channel, an entry."""
        depth = len(self.path)
        return depth in (1, self.inside) or (self.path[-1] == "channel" and not self.inside)

    def _is_point_of_gml(self, uri: str) -> bool:
        return uri == _GML and bool(self.inside) and self.path[self.inside :] == ["where", "point", "pos"]

    def _measure(self, attributes: dict[str, str]) -> None:
        within = (
            (len(attributes), MOST_ATTRIBUTES),
            (len(self.path), DEEPEST),
            (self.elements, MOST_ELEMENTS),
            (self.of_the_entry, MOST_OF_AN_ENTRY),
            (len(self.lines), MOST_ENTRIES),
        )
        if any(number > most for number, most in within):
            raise self._beyond_measure()
        if time.monotonic() > self.ends_at:
            raise too_long(self.name)

    def _declares(self, prefix: str, address: str) -> None:
        self.namespaces.add((prefix, address))
        if len(self.namespaces) > MOST_NAMESPACES:
            raise self._beyond_measure()

    def _refuses(self, *_declared: object) -> None:
        words = _("{path} : ce fil définit des abréviations (ENTITY), nous ne les lisons pas.")
        raise ImportRefused(words, path=self.name)

    def _beyond_measure(self) -> ImportRefused:
        return ImportRefused(_("{path} : ce fil est démesuré."), path=self.name)


def _parts(told: str) -> tuple[str, str, str]:
    """Of a name as expat tells it: its address, its local name, and how it is written with its prefix."""
    uri, name, prefix, *_more = (*told.split(" "), "", "") if " " in told else ("", told, "")
    return uri, name, f"{prefix}:{name}" if prefix else name


def _named(qualified: str, uri: str) -> dict[str, str]:
    """The declaration of its own name space that an element takes along."""
    prefix = qualified.rpartition(":")[0]
    return {f"xmlns:{prefix}" if prefix else "xmlns": uri}


def _attributes(told: dict[str, str]) -> dict[str, str]:
    """Those attributes that are read, as they are written."""
    read = {}
    for name, value in told.items():
        written = _ATTRIBUTES.get(" ".join(name.split(" ")[:2]).lower())
        if written and len(value) <= MOST_OF_A_MARK:
            read[written] = value
    return read | {"xmlns:rdf": _RDF} if "rdf:about" in read else read


def too_long(name: str) -> ImportRefused:
    """What is raised for a feed that takes too long to read."""
    return ImportRefused(_("{path} : ce fil est trop long à lire."), path=name)


def _no_feed(name: str) -> ImportRefused:
    return ImportRefused(_("{path} : c’est une page, pas un agenda ni un fil de nouvelles."), path=name)
