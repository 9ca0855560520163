"""The poster of a notice, one per entrance: what and when are read at two metres, the rest up close."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor, white

from directory.notice_templates import TEMPLATES, Fields, heading_of, pictogram_of, sentences_of, when_of
from scopes.moments import NO_BREAK
from scopes.paper.drawing import ACCENT, BOLD, INK, SOFT, WIDTH, Sheet, pdf, unbroken

WARN = HexColor("#8a3b12")
#: Millimetres: margins that every printer leaves, and where the foot begins.
LEFT, ROOM, FOOT, ABOVE_SENTENCES = 18, WIDTH - 36, 226, 10
#: A telephone reads a code from ten times its side.
PICTOGRAM, CODE = 46, 42
#: Points. Capitals are 0.67 em: 44 points are 10 mm, read with ease at two metres; 27 are 6 mm.
HEADINGS, WHENS = (84, 76, 68, 62, 54, 48, 44, 40, 36), (40, 36, 33, 30, 27)
SENTENCES = (26, 24, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10, 9)
#: Where sentences would be smaller, what stands above them leaves them more room.
EASY = 16
#: Millimetres that the heading may take, the most first.
HEADING_ROOMS = (66, 50, 38, 34)
#: The law is there to be read up close, and leaves the room to the rest.
LAW = {"size": 8.5, "leading": 10.2, "textColor": SOFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePoster:
    """What one poster says."""

    pictogram: str
    heading: str
    when: str
    sentences: tuple[str, ...]
    #: The law's own words, in small; empty for most.
    law: str
    is_warning: bool
    entrance: str
    sender: str
    #: How to reach the sender, as it is read: "02 40 00 00 00".
    contact: str
    #: Where the QR code leads, and the same as it is read.
    link: str
    page: str


def poster_of(code: str, fields: Fields, *, entrance: str, sender: str, contact: str, path: str = "/") -> NoticePoster:
    """Return the poster of a notice for one entrance, in the active language; its code leads to a page of the site."""
    return NoticePoster(
        pictogram=pictogram_of(code, fields),
        heading=unbroken(heading_of(code, fields)),
        when=when_of(code, fields),
        sentences=tuple(unbroken(sentence) for sentence in sentences_of(code, fields)),
        law=unbroken(TEMPLATES[code].law),
        is_warning=code == "safety",
        entrance=entrance,
        sender=sender,
        contact=unbroken(contact),
        link=f"{settings.SITE_URL.rstrip('/')}{path}",
        page=urlsplit(settings.SITE_URL).netloc,
    )


def square(poster: NoticePoster) -> SafeString:
    """Return the code of a poster as an image within a page."""
    return mark_safe(segno.make_qr(poster.link, error="m").svg_inline(omitsize=True))  # noqa: S308 - segno's own


def _together(when: str) -> str:
    """Keep a number on the line of the word before it."""
    return re.sub(r" (?=\d)", NO_BREAK, when)


def notice_posters_pdf(posters: Iterable[NoticePoster]) -> bytes:
    """Return the posters, a page each."""
    return pdf(_draw, posters, title=_("Affiche"))


def _draw(sheet: Sheet, poster: NoticePoster) -> None:
    colour = WARN if poster.is_warning else ACCENT
    sheet.filled_frame(LEFT, 16, width=PICTOGRAM, height=PICTOGRAM, colour=colour)
    sheet.pictogram(poster.pictogram, LEFT + 6, 22, side=PICTOGRAM - 12, colour=white)
    beside = LEFT + PICTOGRAM + 8
    width = ROOM - PICTOGRAM - 8
    size = sheet.fitting(poster.entrance, width, PICTOGRAM, (24, 20, 17, 14), leading=1.2)
    sheet.paragraph(poster.entrance, beside, 16, width=width, size=size, leading=size * 1.2, textColor=SOFT)
    when = _together(poster.when[:1].upper() + poster.when[1:])
    heading_size, when_size, size = _sizes(sheet, poster, when)
    below = _large(sheet, poster.heading, 69, size=heading_size, colour=INK)
    below = _large(sheet, when, below + 4, size=when_size, colour=colour)
    sheet.line(LEFT, below + 5, LEFT + ROOM, below + 5, colour=colour, width=1.2)
    below += ABOVE_SENTENCES
    for sentence in poster.sentences:
        below = sheet.paragraph(sentence, LEFT, below, width=ROOM, size=size, leading=size * 1.3) + _gap(size)
    if poster.law:
        sheet.paragraph(poster.law, LEFT, FOOT - _law_height(sheet, poster), width=ROOM, **LAW)
    _foot(sheet, poster)


def _large(sheet: Sheet, words: str, y: float, *, size: float, colour) -> float:
    """Write in bold; return where it ends."""
    return sheet.paragraph(words, LEFT, y, width=ROOM, size=size, textColor=colour, **_bold(size))


def _bold(size: float) -> dict:
    return {"leading": size * 1.12, "fontName": BOLD}


def _sizes(sheet: Sheet, poster: NoticePoster, when: str) -> tuple[float, float, float]:
    """Return the sizes of the heading, the date and the sentences, so that all of it stands above the foot."""
    for most in HEADING_ROOMS:
        heading_size = sheet.fitting(poster.heading, ROOM, most, HEADINGS, leading=1.12, font=BOLD)
        when_size = sheet.fitting(when, ROOM, most / 2.4, WHENS, leading=1.12, font=BOLD)
        above = 69 + 4 + ABOVE_SENTENCES
        above += sheet.height_of(poster.heading, width=ROOM, size=heading_size, **_bold(heading_size))
        above += sheet.height_of(when, width=ROOM, size=when_size, **_bold(when_size))
        room = FOOT - 4 - _law_height(sheet, poster) - above
        size = next((size for size in SENTENCES if _height(sheet, poster.sentences, size) <= room), SENTENCES[-1])
        if size >= EASY:
            break
    return heading_size, when_size, size


def _law_height(sheet: Sheet, poster: NoticePoster) -> float:
    return sheet.height_of(poster.law, width=ROOM, **LAW) + 3 if poster.law else 0


def _height(sheet: Sheet, sentences: tuple[str, ...], size: float) -> float:
    heights = [sheet.height_of(words, width=ROOM, size=size, leading=size * 1.3) + _gap(size) for words in sentences]
    return sum(heights)


def _gap(size: float) -> float:
    return size * 0.17


def _foot(sheet: Sheet, poster: NoticePoster) -> None:
    sheet.line(LEFT, FOOT, LEFT + ROOM, FOOT)
    width = ROOM - CODE - 6
    size = sheet.fitting(poster.sender, width, 16, (18, 15, 12.5, 10), leading=1.2, font=BOLD)
    below = sheet.paragraph(poster.sender, LEFT, FOOT + 5, width=width, size=size, leading=size * 1.2, fontName=BOLD)
    size = sheet.fitting(poster.contact, width, 12, (22, 18, 15, 12.5, 11, 10, 9), leading=1.2)
    sheet.paragraph(poster.contact, LEFT, below + 2, width=width, size=size, leading=size * 1.2)
    sheet.text(_("Affiché le"), LEFT, 268, size=12)
    sheet.line(LEFT + 24, 268.8, LEFT + 66, 268.8)
    sheet.text(_("par"), LEFT + 69, 268, size=12)
    sheet.line(LEFT + 78, 268.8, LEFT + width, 268.8)
    # docs/legal.md, 4
    sheet.text(_("Information, ce n’est pas une notification légale."), LEFT, 279, size=10.5, colour=SOFT)
    sheet.code(poster.link, LEFT + ROOM - CODE + 4, FOOT + 3, side=CODE)
    sheet.text_right(poster.page, LEFT + ROOM, 279, size=10.5, colour=SOFT)
