"""The poster in the window of a shop: its sign, what it offers, and a code that leads to its page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, white

from directory.kinds import page_of
from directory.models import Listing, Promotion
from directory.organisation_kinds import days_of
from scopes.paper.drawing import ACCENT, BOLD, INK, SOFT, WIDTH, Sheet, pdf, unbroken

#: Millimetres: margins that every printer leaves, the sign and its height, where the foot begins and what it holds.
LEFT, ROOM, TOP, SIGN, FOOT, PICTOGRAM, CODE = 16, WIDTH - 32, 15, 46, 214, 34, 64
#: Points. Capitals are 0.67 em: 44 points are 10 mm, read with ease at two metres; 27 are 6 mm.
SIGNS, TITLES, DAYS = (52, 46, 40, 34, 28, 23), (96, 84, 76, 68, 62, 56, 50, 44, 38, 32), (34, 30, 27)
TEXTS = (26, 24, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10, 9)
#: Millimetres that the title may take, the most first, and how far apart things stand.
TITLE_ROOMS, APART = (84, 66, 54, 46), 7
#: Where the text would be smaller, the title leaves it more room.
EASY, GAP = 20, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPoster:
    """What one poster says; without an offer, where the shop is found."""

    sign: str
    pictogram: str
    #: The offer: in one line, until when, what one has to know, and its conditions.
    title: str
    days: str
    text: str
    conditions: str
    #: Where the code leads, and the site as it is read.
    link: str
    site: str


def window_poster(place: Listing, offer: Promotion | None = None) -> WindowPoster:
    """Return the poster of a shop, in the active language, with one of its offers or with none.

    The code leads to the page of the shop, which lists what it offers on the day that somebody stands before it: the
    page of an offer is gone when the offer is over, and posters hang on.
    """
    told = {"title": offer.title, "text": offer.description, "conditions": offer.conditions} if offer else {}
    days = days_of(offer) if offer else ""
    words = {"title": _("Nous sommes sur la carte du quartier"), "text": "", "conditions": ""} | told
    return WindowPoster(
        sign=place.title,
        pictogram=place.category.icon,
        days=unbroken(days[:1].upper() + days[1:]),
        link=f"{settings.SITE_URL.rstrip('/')}{page_of(place)}",
        site=urlsplit(settings.SITE_URL).netloc,
        **{name: unbroken(text) for name, text in words.items()},
    )


def window_poster_pdf(poster: WindowPoster) -> bytes:
    """Return the poster as a page of A4."""
    return pdf(_draw, [poster], title=_("Affiche"))


def _draw(sheet: Sheet, poster: WindowPoster) -> None:
    _sign(sheet, poster)
    lines = [(line, INK) for line in poster.text.splitlines() if line.strip()]
    lines += [(poster.conditions, SOFT)] if poster.conditions else []
    for most in TITLE_ROOMS:
        sizes = _large(sheet, poster, most)
        top = TOP + SIGN + 8 + sum(height + APART for _words, _style, height in sizes)
        size = next((size for size in TEXTS if _high(sheet, lines, size) <= FOOT - 4 - top), TEXTS[-1])
        if size >= EASY:
            break
    below = TOP + SIGN + 8
    for words, style, _height in sizes:
        below = sheet.paragraph(words, LEFT, below, width=ROOM, **style) + APART
    for words, ink in lines:
        # What there is no room for stands on the page that the code leads to.
        if _high(sheet, [(words, ink)], size) > FOOT - 4 - below:
            break
        below = sheet.paragraph(words, LEFT, below, width=ROOM, size=size, leading=size * 1.3, textColor=ink) + GAP
    _foot(sheet, poster)


def _large(sheet: Sheet, poster: WindowPoster, most: float) -> list[tuple[str, dict, float]]:
    """What is read at two metres, each with its style and height, where the title may take so much."""
    told = [(poster.title, most, TITLES, INK)] + ([(poster.days, 30, DAYS, ACCENT)] if poster.days else [])
    large = []
    for words, room, sizes, colour in told:
        size = sheet.fitting(words, ROOM, room, sizes, leading=1.1, font=BOLD)
        style = {"size": size, "textColor": colour, **_bold(size, 1.1)}
        large.append((words, style, sheet.height_of(words, width=ROOM, **style)))
    return large


def _high(sheet: Sheet, lines: list[tuple[str, Color]], size: float) -> float:
    return sum(sheet.height_of(words, width=ROOM, size=size, leading=size * 1.3) + GAP for words, _ink in lines)


def _sign(sheet: Sheet, poster: WindowPoster) -> None:
    sheet.filled_frame(LEFT, TOP, width=ROOM, height=SIGN)
    sheet.pictogram(poster.pictogram, LEFT + 7, TOP + (SIGN - PICTOGRAM) / 2, side=PICTOGRAM, colour=white)
    width, beside = ROOM - PICTOGRAM - 20, LEFT + PICTOGRAM + 14
    size = sheet.fitting(poster.sign, width, SIGN - 10, SIGNS, leading=1.1, font=BOLD)
    style = {"size": size, "textColor": white, **_bold(size, 1.1)}
    high = sheet.height_of(poster.sign, width=width, **style)
    sheet.paragraph(poster.sign, beside, TOP + (SIGN - high) / 2, width=width, **style)


def _foot(sheet: Sheet, poster: WindowPoster) -> None:
    sheet.line(LEFT, FOOT, LEFT + ROOM, FOOT, colour=ACCENT, width=1.2)
    sheet.code(poster.link, LEFT + ROOM - CODE + 6, FOOT + 5, side=CODE)
    width = ROOM - CODE - 4
    words = _("Visez ce code avec votre téléphone : nos horaires, nos offres, où nous trouver.")
    below = sheet.paragraph(words, LEFT, FOOT + 12, width=width, size=24, leading=29)
    size = sheet.fitting(poster.site, width, 14, (24, 20, 17, 14, 11, 9), leading=1.2, font=BOLD)
    sheet.paragraph(poster.site, LEFT, below + 4, width=width, size=size, textColor=ACCENT, **_bold(size, 1.2))


def _bold(size: float, leading: float) -> dict:
    return {"leading": size * leading, "fontName": BOLD}
