"""A document of as many A4 sheets as it takes: headings, paragraphs, facts and tables, one under the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from reportlab.lib.enums import TA_RIGHT

from scopes.paper.drawing import ACCENT, BOLD, INK, REGULAR, SOFT, WIDTH, Sheet, pdf, unbroken

#: Millimetres: margins, and where the words of a page begin and end.
LEFT, ROOM, TOP, BOTTOM = 20, WIDTH - 40, 20, 272
SIZE = 10.5


@dataclass(frozen=True, slots=True)
class Block:
    """Something of one height that stands on one sheet."""

    height: float
    draw: Callable[[Sheet, float], object]
    #: Stands on the sheet of what follows, as a heading does.
    stays: bool = False


@dataclass
class Document:
    """What is written, top to bottom; at the foot of each sheet a line and the page's number."""

    title: str
    foot: str = ""
    blocks: list[Block] = field(default_factory=list)

    def gap(self, height: float) -> None:
        """Leave room."""
        self.blocks.append(Block(height, lambda sheet, y: None))

    def heading(self, words: str, *, size: float = 14) -> None:
        """Write a heading; it stays with what follows."""
        style = {"size": size, "leading": size * 1.2, "fontName": BOLD}
        height = _measured(words, ROOM, style)
        self.blocks.append(Block(height + 5, lambda sheet, y: _write(sheet, words, LEFT, y + 3, ROOM, style), True))

    def paragraph(self, words: str, *, size: float = SIZE, colour: object = INK, bold: bool = False) -> None:
        """Write words that wrap."""
        style = {"size": size, "textColor": colour, "fontName": BOLD if bold else REGULAR}
        height = _measured(words, ROOM, style)
        self.blocks.append(Block(height + 1.6, lambda sheet, y: _write(sheet, words, LEFT, y, ROOM, style)))

    def stressed(self, words: str) -> None:
        """Write what must not be overlooked, in a frame."""
        style = {"size": 11.5, "fontName": BOLD, "textColor": ACCENT}
        height = _measured(words, ROOM - 12, style)

        def draw(sheet: Sheet, y: float) -> None:
            sheet.frame(LEFT, y + 1, width=ROOM, height=height + 7)
            _write(sheet, words, LEFT + 6, y + 4, ROOM - 12, style)

        self.blocks.append(Block(height + 13, draw))

    def facts(self, told: Iterable[tuple[str, str]], *, label_width: float = 52) -> None:
        """Write what is known, a line each: what it is, and what it says."""
        for label, words in told:
            self._row((label, words), (label_width, ROOM - label_width), (SOFT, INK), gap=1.2)

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], **told: object
    ) -> None:
        """Write a table; `right` names the columns of figures, `heads` stand above it once, `foot` below it in bold."""
        right = frozenset(told.get("right", ()))
        self._row(heads, widths, [SOFT] * len(heads), right=right, bold=True, line=True, stays=True)
        for row in rows:
            self._row(row, widths, [INK] * len(row), right=right, line=True)
        if foot := told.get("foot"):
            self._row(foot, widths, [INK] * len(foot), right=right, bold=True)

    def sums(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write what a table adds up to at its right, the last line in bold."""
        told = list(rows)
        for number, row in enumerate(told, start=1):
            widths = (ROOM - 80, 46, 34)
            self._row(("", *row), widths, [INK] * 3, right=(2,), bold=number == len(told), gap=0.8)

    def columns(self, *columns: Sequence[str]) -> None:
        """Write columns of lines beside each other, the first line of each in bold."""
        width = ROOM / len(columns)
        for number in range(max(map(len, columns))):
            cells = [column[number] if number < len(column) else "" for column in columns]
            self._row(cells, [width] * len(columns), [INK] * len(columns), bold=number == 0, gap=0.4)

    def pages(self) -> list[list[tuple[float, Block]]]:
        """Break what is written into sheets: each block with where it begins."""
        pages: list[list[tuple[float, Block]]] = [[]]
        y = TOP
        for number, block in enumerate(self.blocks):
            needed = block.height
            if block.stays and number + 1 < len(self.blocks):
                needed += self.blocks[number + 1].height
            if y + needed > BOTTOM and pages[-1]:
                pages.append([])
                y = TOP
            pages[-1].append((y, block))
            y += block.height
        return pages

    def pdf(self) -> bytes:
        """Return it as a PDF."""
        pages = self.pages()
        numbered = [(number, len(pages), page) for number, page in enumerate(pages, start=1)]
        return pdf(self._draw, numbered, title=self.title)

    def _draw(self, sheet: Sheet, page: tuple[int, int, list[tuple[float, Block]]]) -> None:
        number, last, blocks = page
        for y, block in blocks:
            block.draw(sheet, y)
        sheet.line(LEFT, 279, LEFT + ROOM, 279)
        sheet.text(self.foot, LEFT, 285, size=8, colour=SOFT)
        told = _("page %(number)d sur %(last)d") % {"number": number, "last": last}
        sheet.text_right(told, LEFT + ROOM, 285, size=8, colour=SOFT)

    def _row(self, cells: Sequence[str], widths: Sequence[float], colours: Sequence[object], **told: object) -> None:
        font, right = BOLD if told.get("bold") else REGULAR, told.get("right", ())
        gap = told.get("gap", 1.5)
        styles = [
            {"size": SIZE - 0.5, "leading": (SIZE - 0.5) * 1.3, "textColor": colour, "fontName": font}
            | ({"alignment": TA_RIGHT} if number in right else {})
            for number, colour in enumerate(colours)
        ]
        heights = [_measured(*cell) for cell in zip(cells, (width - 2 for width in widths), styles, strict=True)]
        height = max(heights) + 2 * gap

        def draw(sheet: Sheet, y: float) -> None:
            x = LEFT
            for words, width, style in zip(cells, widths, styles, strict=True):
                _write(sheet, words, x, y + gap, width - 2, style)
                x += width
            if told.get("line"):
                sheet.line(LEFT, y + height, LEFT + ROOM, y + height)

        self.blocks.append(Block(height, draw, bool(told.get("stays"))))


def _measured(words: str, width: float, style: dict) -> float:
    return Sheet.height_of(unbroken(words), width=width, **style) if words else 0


def _write(sheet: Sheet, words: str, x: float, y: float, width: float, style: dict) -> None:
    if words:
        sheet.paragraph(unbroken(words), x, y, width=width, **style)
