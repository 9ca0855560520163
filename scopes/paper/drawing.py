"""What sheets share: A4 measured from its top left corner in millimetres, the typeface embedded, codes in squares."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from functools import cache
from unicodedata import combining, normalize

import segno
from django.conf import settings
from django.utils.html import escape
from django.utils.translation import get_language
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from scopes.paper.pictograms import draw_pictogram

REGULAR, BOLD = "Alentour", "Alentour-Bold"
INK, SOFT, ACCENT = HexColor("#27221c"), HexColor("#5d5449"), HexColor("#0e5d57")
WIDTH, HEIGHT = 210, 297
_FONTS = settings.BASE_DIR / "maps/node_modules/@expo-google-fonts/atkinson-hyperlegible-next"
_FILES = {
    REGULAR: "400Regular/AtkinsonHyperlegibleNext_400Regular.ttf",
    BOLD: "700Bold/AtkinsonHyperlegibleNext_700Bold.ttf",
}


class Sheet:
    """One A4 page; lengths are millimetres from the top left corner, type sizes points."""

    def __init__(self, canvas: Canvas):
        self.canvas = canvas

    def text(self, words: str, x: float, y: float, *, size: float, bold: bool = False, colour=INK) -> None:
        """Write one line whose baseline is at `y`."""
        self._begin(size, bold, colour)
        self.canvas.drawString(x * mm, (HEIGHT - y) * mm, printable(words))

    def text_right(self, words: str, x: float, y: float, *, size: float, colour=INK) -> None:
        """Write one line that ends at `x`."""
        self._begin(size, False, colour)
        self.canvas.drawRightString(x * mm, (HEIGHT - y) * mm, printable(words))

    def centred(self, words: str, y: float, *, size: float, bold: bool = False, colour=INK, spaced: float = 0) -> None:
        """Write one line in the middle of the page, `spaced` points apart; smaller where it would not fit."""
        words, font = printable(words), BOLD if bold else REGULAR
        room = (WIDTH - 30) * mm
        while pdfmetrics.stringWidth(words, font, size) + spaced * len(words) > room:
            size *= 0.95
        self._begin(size, bold, colour)
        width = pdfmetrics.stringWidth(words, font, size) + spaced * (len(words) - 1)
        self.canvas.drawString((WIDTH * mm - width) / 2, (HEIGHT - y) * mm, words, charSpace=spaced)

    def paragraph(self, words: str, x: float, y: float, *, width: float, size: float, **style: object) -> float:
        """Write words that wrap, from `y` down; return where they end."""
        block, height = _block(words, width, size, style)
        block.drawOn(self.canvas, x * mm, (HEIGHT - y) * mm - height)
        return y + height / mm

    @staticmethod
    def height_of(words: str, *, width: float, size: float, **style: object) -> float:
        """Return how far down a paragraph would go."""
        return _block(words, width, size, style)[1] / mm

    def widest_word(self, words: str, *, size: float, font: str = REGULAR) -> float:
        """Return the width of the widest of these words, which a narrower paragraph would split."""
        return max((pdfmetrics.stringWidth(word, font, size) for word in printable(words).split(" ")), default=0) / mm

    def fitting(
        self, words: str, width: float, most: float, sizes: tuple[float, ...], *, leading: float, font: str = REGULAR
    ) -> float:
        """Return the largest of these sizes that splits no word and takes at most so much height, else the least."""
        for size in sizes:
            height = self.height_of(words, width=width, size=size, leading=size * leading, fontName=font)
            if height <= most and self.widest_word(words, size=size, font=font) <= width:
                return size
        return sizes[-1]

    def pictogram(self, name: str, x: float, y: float, *, side: float, colour=INK) -> None:
        """Draw a Maki icon in a square of this side."""
        draw_pictogram(self.canvas, name, x * mm, (HEIGHT - y - side) * mm, side=side * mm, colour=colour)

    def code(self, content: str, x: float, y: float, *, side: float) -> None:
        """Draw a QR code (ISO/IEC 18004, level M) in a square of this side, quiet zone of four modules included."""
        rows = list(segno.make_qr(content, error="m").matrix_iter(border=4))
        module = side * mm / len(rows)
        self.canvas.setFillColor(INK)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    left, bottom = x * mm + across * module, (HEIGHT - y) * mm - (down + 1) * module
                    # A hair larger, so that no white line runs between modules on paper.
                    self.canvas.rect(left, bottom, module * 1.02, module * 1.02, stroke=0, fill=1)

    def line(self, x: float, y: float, to_x: float, to_y: float, *, colour=SOFT, width: float = 0.4) -> None:
        """Draw a line, `width` points thick."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x * mm, (HEIGHT - y) * mm, to_x * mm, (HEIGHT - to_y) * mm)

    def frame(self, x: float, y: float, *, width: float, height: float, colour=ACCENT) -> None:
        """Draw a rounded frame."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(1.2)
        self.canvas.roundRect(x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm, 3 * mm)

    def filled_frame(self, x: float, y: float, *, width: float, height: float, colour=ACCENT) -> None:
        """Fill a rounded frame."""
        self.canvas.setFillColor(colour)
        self.canvas.roundRect(x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm, 4 * mm, stroke=0, fill=1)

    def _begin(self, size: float, bold: bool, colour) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.setFont(BOLD if bold else REGULAR, size)


def pdf(draw: Callable[[Sheet, object], None], pages: Iterable[object], *, title: str) -> bytes:
    """Return a PDF with one page for each of these, drawn by `draw`."""
    _glyphs()
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, lang=get_language(), initialFontName=REGULAR)
    canvas.setTitle(title)
    for page in pages:
        draw(Sheet(canvas), page)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _block(words: str, width: float, size: float, style: dict) -> tuple[Paragraph, float]:
    """Return a paragraph and its height in points."""
    style = {"fontName": REGULAR, "fontSize": size, "leading": size * 1.4, "textColor": INK, **style}
    block = Paragraph(escape(printable(words)), ParagraphStyle("sheet", **style))
    _width, height = block.wrap(width * mm, HEIGHT * mm)
    return block, height


def unbroken(words: str) -> str:
    """Keep French punctuation on the line of its word, and the digits of a number on one line."""
    return re.sub(r" (?=[:;?!»])|(?<=«) |(?<=\d) (?=\d)", "\u00a0", words)


def printable(words: str) -> str:
    """Return what the typeface has letters for: a letter it lacks loses its accents, a space is a space."""
    return "".join(_nearest(character) for character in words)


def _nearest(character: str) -> str:
    if ord(character) in _glyphs():
        return character
    plain = [letter for letter in normalize("NFKD", character) if ord(letter) in _glyphs() and not combining(letter)]
    return "".join(plain) or "?"


@cache
def _glyphs() -> frozenset[int]:
    """Register the typeface; return the characters that both its weights have."""
    fonts = [TTFont(name, _FONTS / file) for name, file in _FILES.items()]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))
