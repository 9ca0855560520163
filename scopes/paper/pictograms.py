"""Pictograms on paper: the outlines of Maki's icons (15 x 15 units, CC0), filled in one colour."""

from __future__ import annotations

from django.conf import settings
from fontTools.pens.basePen import BasePen
from fontTools.svgLib import SVGPath
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

ICONS = settings.BASE_DIR / "maps/node_modules/@mapbox/maki/icons"
#: Side of an icon, in its own units.
UNITS = 15


class _CanvasPen(BasePen):
    """Writes an outline, whose y goes down, into a path of a canvas, whose y goes up."""

    def __init__(self, canvas: Canvas):
        super().__init__(None)
        self.path = canvas.beginPath()

    def _moveTo(self, point) -> None:
        self.path.moveTo(point[0], UNITS - point[1])

    def _lineTo(self, point) -> None:
        self.path.lineTo(point[0], UNITS - point[1])

    def _curveToOne(self, first, second, point) -> None:
        self.path.curveTo(first[0], UNITS - first[1], second[0], UNITS - second[1], point[0], UNITS - point[1])

    def _closePath(self) -> None:
        self.path.close()


def draw_pictogram(canvas: Canvas, name: str, left: float, bottom: float, *, side: float, colour) -> None:
    """Fill a pictogram into a square whose corner and side are in points."""
    pen = _CanvasPen(canvas)
    SVGPath(str(ICONS / f"{name}.svg")).draw(pen)
    canvas.saveState()
    canvas.translate(left, bottom)
    canvas.scale(side / UNITS, side / UNITS)
    canvas.setFillColor(colour)
    canvas.drawPath(pen.path, stroke=0, fill=1, fillMode=FILL_NON_ZERO)
    canvas.restoreState()
