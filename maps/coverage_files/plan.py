"""The map of an analysis as a vector drawing on paper: shares, streets, buildings, gaps and sites, with a scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from directory.findings import Findings
from geo.models import WGS84, Street
from geo.plane import Plane
from maps.coverage_files.outlines import outlines_of
from maps.coverage_map import letter, shade
from maps.wording import percent
from scopes.paper.drawing import ACCENT, BOLD, HEIGHT, INK, REGULAR, Sheet, printable

#: As `maps/coverage.css` has them on the screen, by day.
SHARES = [HexColor(colour) for colour in ("#efbf94", "#ead9a0", "#a9cfae", "#5aa79b", "#1c7168")]
LAND, EDGE, GAP, SITE = HexColor("#f3eee5"), HexColor("#9b8668"), HexColor("#a8321f"), HexColor("#a2491c")
#: Points: half as wide as the disc of a proposed site.
LETTER = 6
#: Share of the frame left free around the homes.
MARGIN = 0.03
#: Beyond so many, streets and buildings would be dust, and the file heavy.
MOST_BUILDINGS, MOST_STREETS = 30_000, 20_000
#: Metres of a scale bar, the longest that is no longer than `LONGEST_BAR` millimetres.
BARS, LONGEST_BAR = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000), 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A box on a sheet, in points, and the plane in metres that is drawn in it."""

    left: float
    bottom: float
    width: float
    height: float
    plane: Plane
    #: Metres in the middle of the box; points of a metre.
    middle: np.ndarray
    scale: float

    @classmethod
    def around(cls, findings: Findings, x: float, y: float, *, width: float, height: float) -> Frame:
        """Fit the homes of findings into a box, given in millimetres from the top left corner of the sheet."""
        plane = Plane.around(findings.corners)
        corners = plane.metres(findings.corners)
        across, along = np.maximum(corners[1] - corners[0], 1.0) / (1 - 2 * MARGIN)
        box = {"left": x * mm, "bottom": (HEIGHT - y - height) * mm, "width": width * mm, "height": height * mm}
        scale = min(box["width"] / across, box["height"] / along)
        return cls(**box, plane=plane, middle=corners.mean(axis=0), scale=float(scale))

    def points(self, degrees: np.ndarray) -> np.ndarray:
        """Longitudes and latitudes as points on the sheet, of the same shape (n, 2)."""
        centre = (self.left + self.width / 2, self.bottom + self.height / 2)
        return (self.plane.metres(degrees) - self.middle) * self.scale + centre

    def placed(self, shapes: object) -> np.ndarray:
        """Shapes in degrees as shapes on the sheet, without what would be finer than a hair."""
        return shapely.simplify(shapely.transform(np.asarray(shapes, dtype=object), self.points), 0.12)

    @property
    def box(self) -> Polygon:
        """The frame in degrees."""
        half = np.array([self.width, self.height]) / self.scale / 2
        (west, south), (east, north) = self.plane.degrees(np.array([self.middle - half, self.middle + half]))
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = WGS84
        return box


def draw_plan(sheet: Sheet, findings: Findings, x: float, y: float, *, width: float, height: float) -> None:
    """Draw the map into a box, in millimetres from the top left corner."""
    canvas = sheet.canvas
    frame = Frame.around(findings, x, y, width=width, height=height)
    canvas.saveState()
    outline = canvas.beginPath()
    outline.roundRect(frame.left, frame.bottom, frame.width, frame.height, 3 * mm)
    canvas.clipPath(outline, stroke=0, fill=0)
    canvas.setFillColor(LAND)
    canvas.rect(frame.left, frame.bottom, frame.width, frame.height, stroke=0, fill=1)
    rows = next(iter(findings.by.values()), [])
    for row in rows:
        _fill(
            canvas, frame.placed([findings.outlines[area.key] for area in row.areas]), SHARES[shade(row.homes.percent)]
        )
    _streets(canvas, frame)
    _buildings(canvas, frame, findings)
    _edges(canvas, frame.placed(list(findings.outlines[area.key] for row in rows for area in row.areas)))
    _gaps(canvas, frame, findings)
    _sites(canvas, frame, findings)
    _names(canvas, frame, findings)
    for number, (east, north) in enumerate(frame.points(findings.proposed).tolist()):
        draw_letter(canvas, letter(number), east, north)
    _scale_bar(canvas, frame)
    canvas.restoreState()
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.6)
    canvas.roundRect(frame.left, frame.bottom, frame.width, frame.height, 3 * mm, stroke=1, fill=0)


def _streets(canvas: Canvas, frame: Frame) -> None:
    """White lines, as on a printed town map."""
    here = Street.objects.open().filter(line__bboverlaps=frame.box).order_by("pk")
    lines = list(here.values_list(AsWKB("line"), flat=True)[: MOST_STREETS + 1])
    if len(lines) > MOST_STREETS:
        return
    canvas.setStrokeColor(white)
    canvas.setStrokeAlpha(0.75)
    # Six metres wide, and never a hair.
    canvas.setLineWidth(max(0.25, min(2.2, 6 * frame.scale)))
    path = canvas.beginPath()
    for line in frame.placed(shapely.from_wkb([bytes(line) for line in lines])):
        _trace(path, line.coords)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setStrokeAlpha(1)


def _buildings(canvas: Canvas, frame: Frame, findings: Findings) -> None:
    """The inhabited buildings: dark where the service is near, in the colour of gaps where it is not."""
    if len(findings.buildings.ids) > MOST_BUILDINGS:
        return
    known = outlines_of(findings)
    served = findings.buildings.served[known.places]
    for colour, alpha, shapes in ((INK, 0.34, known.footprints[served]), (GAP, 0.62, known.footprints[~served])):
        _fill(canvas, frame.placed(shapes), colour, alpha=alpha)


def _edges(canvas: Canvas, shapes: Iterable) -> None:
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.8)
    path = canvas.beginPath()
    for ring in _rings(shapes):
        _trace(path, ring.coords, closed=True)
    canvas.drawPath(path, stroke=1, fill=0)


def _gaps(canvas: Canvas, frame: Frame, findings: Findings) -> None:
    canvas.setStrokeColor(GAP)
    canvas.setLineWidth(1)
    canvas.setDash(3, 2)
    shapes = frame.placed([gap.area for gap in findings.gaps])
    _fill(canvas, shapes, GAP, alpha=0.14, stroke=1)
    canvas.setDash()


def _sites(canvas: Canvas, frame: Frame, findings: Findings) -> None:
    canvas.setFillColor(SITE)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(0.9)
    for x, y in frame.points(findings.sites).tolist():
        canvas.circle(x, y, 2.6, stroke=1, fill=1)


def draw_letter(canvas: Canvas, name: str, x: float, y: float) -> None:
    """Draw a site that does not exist as the page does: its letter on a disc, whose middle is given in points."""
    canvas.setFillColor(ACCENT)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(1.2)
    canvas.circle(x, y, LETTER, stroke=1, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 8)
    canvas.drawCentredString(x, y - 2.8, name)


def _names(canvas: Canvas, frame: Frame, findings: Findings) -> None:
    """The name of each neighbourhood and its share, the largest first; one that has no room is left out.

    It gives way to a proposed site, which is small and matters more, by going above or below it.
    """
    taken = [shapely.Point(site).buffer(LETTER) for site in frame.points(findings.proposed).tolist()]
    told = [(area, row) for row in next(iter(findings.by.values()), []) for area in row.areas]
    drawn = frame.placed([findings.outlines[area.key] for area, _row in told])
    seen = shapely.intersection(drawn, _inside(frame))
    for place in np.argsort(-shapely.area(seen), kind="stable"):
        if seen[place].is_empty:
            continue
        area, row = told[place]
        x, y = shapely.maximum_inscribed_circle(seen[place], 1.0).coords[0]
        name, share = printable(area.name), printable(percent(row.homes.percent))
        half = max(pdfmetrics.stringWidth(name, BOLD, 8.5), pdfmetrics.stringWidth(share, REGULAR, 8.5)) / 2 + 2
        x = min(max(x, frame.left + half), frame.left + frame.width - half)
        rooms = (
            shapely.box(x - half, y + far - 11, x + half, y + far + 10)
            for far in (0, 2 * LETTER, -2 * LETTER, 4 * LETTER)
        )
        room = next((room for room in rooms if not any(room.intersects(other) for other in taken)), None)
        if room is None:
            continue
        taken.append(room)
        y = room.bounds[1] + 11
        _haloed(canvas, name, x, y + 1.5, BOLD)
        _haloed(canvas, share, x, y - 8.5, REGULAR)


def _inside(frame: Frame) -> shapely.Geometry:
    return shapely.box(frame.left, frame.bottom, frame.left + frame.width, frame.bottom + frame.height)


def _haloed(canvas: Canvas, words: str, x: float, y: float, font: str) -> None:
    """Write words that are read on any ground: white around them, then themselves."""
    canvas.setFont(font, 8.5)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(2.2)
    canvas.setLineJoin(1)
    canvas.setFillColor(INK)
    canvas.drawCentredString(x, y, words, mode=1)
    canvas.drawCentredString(x, y, words, mode=0)


def _scale_bar(canvas: Canvas, frame: Frame) -> None:
    """How long so many metres are, in the lower left corner."""
    length = max((bar for bar in BARS if bar * frame.scale <= LONGEST_BAR * mm), default=BARS[0])
    width, left, bottom = length * frame.scale, frame.left + 4 * mm, frame.bottom + 4 * mm
    words = f"{length} m" if length < 1_000 else f"{length // 1_000} km"
    canvas.setFillColor(white)
    canvas.setFillAlpha(0.85)
    canvas.roundRect(left - 2 * mm, bottom - 2 * mm, width + 4 * mm, 8 * mm, 1.5 * mm, stroke=0, fill=1)
    canvas.setFillAlpha(1)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1)
    canvas.lines(
        [(left, bottom, left + width, bottom)]
        + [(end, bottom - 0.8 * mm, end, bottom + 0.8 * mm) for end in (left, left + width)]
    )
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 8)
    canvas.drawCentredString(left + width / 2, bottom + 1.6 * mm, printable(words))


def _fill(canvas: Canvas, shapes: Iterable, colour: HexColor, *, alpha: float = 1, stroke: int = 0) -> None:
    """Fill shapes as one path, whose holes stay empty."""
    path = canvas.beginPath()
    for ring in _rings(shapes):
        _trace(path, ring.coords, closed=True)
    canvas.setFillColor(colour)
    canvas.setFillAlpha(alpha)
    canvas.drawPath(path, stroke=stroke, fill=1, fillMode=0)
    canvas.setFillAlpha(1)


def _rings(shapes: Iterable) -> Iterable:
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    return [ring for ring in shapely.get_rings(parts) if not ring.is_empty]


def _trace(path, coordinates: Iterable, *, closed: bool = False) -> None:
    points = list(coordinates)
    if not points:
        return
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
