"""The map of an analysis as a picture (PNG): the upper part of the report's first sheet, title and legend with it."""

from __future__ import annotations

import io

import pypdfium2
from PIL.Image import Quantize
from PIL.PngImagePlugin import PngInfo

from directory.findings import Findings
from maps.coverage_files.about import About
from maps.coverage_files.paper import Front, draw_front
from scopes.paper.document import LEFT
from scopes.paper.drawing import HEIGHT, Sheet, pdf

#: Dots per inch: 1,420 pixels across, for a slide or an article.
SHARPNESS = 200
#: Millimetres: where the drawing begins, and what is left around it.
TOP, AROUND = 14, 6


def picture(findings: Findings, about: About) -> bytes:
    """The picture; PDFium does one thing at a time in a process, as analyses do (`coverage_turns`)."""
    drawn: list[Front] = []
    written = pdf(lambda sheet, _page: drawn.append(_draw(sheet, findings, about)), [None], title=about.title)
    with pypdfium2.PdfDocument(written) as document:
        sides, above = _points(LEFT - AROUND), _points(TOP - AROUND)
        below = _points(HEIGHT - drawn[0].picture - AROUND / 3)
        bitmap = document[0].render(scale=SHARPNESS / 72, crop=(sides, below, sides, above))
        # Octrees keep a colour that is rare, as that of a class in the legend; cuts at the median do not.
        image = bitmap.to_pil().quantize(256, method=Quantize.FASTOCTREE)
    told = PngInfo()
    for name, words in {"Title": about.title, "Source": about.address, "Copyright": "\n".join(about.sources)}.items():
        told.add_itxt(name, words)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True, pnginfo=told, dpi=(SHARPNESS, SHARPNESS))
    return file.getvalue()


def _draw(sheet: Sheet, findings: Findings, about: About) -> Front:
    return draw_front(sheet, findings, about, TOP)


def _points(millimetres: float) -> float:
    return millimetres / 25.4 * 72
