"""The printed sheet: a numbered map as inline SVG, and a code that opens the same search on a phone."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import segno
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from directory.search import SearchAnswer
from maps.cards import Card
from maps.framing import view_of
from maps.layers import View, circle_features, collection, feature
from maps.printing_sql import CIRCLE, SHEET
from maps.queries import PageQuery

#: Size of the printed map in its own units, as 18 cm by 9 cm.
WIDTH, HEIGHT = 1800, 900
#: Share of the map left free around what is shown.
MARGIN = 0.06
#: Wider than this, in metres of EPSG:3857, buildings would be dust.
WIDEST_WITH_BUILDINGS = 4_000
RADIUS_OF_EARTH = 6_378_137


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A numbered point of the printed map, in units of the sheet."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The box that is printed, in metres of EPSG:3857."""

    west: float
    south: float
    scale: float

    @classmethod
    def around(cls, view: View) -> Frame:
        """Fit a view into the sheet, centred."""
        west, south = mercator(view.west, view.south)
        east, north = mercator(view.east, view.north)
        scale = (1 - 2 * MARGIN) / max((east - west) / WIDTH, (north - south) / HEIGHT, 0.2)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(west=middle_x - WIDTH / scale / 2, south=middle_y - HEIGHT / scale / 2, scale=scale)

    @property
    def parameters(self) -> dict[str, float | bool]:
        """The box as the statements of `printing_sql` bind it."""
        east, north = self.west + WIDTH / self.scale, self.south + HEIGHT / self.scale
        box = {"west": self.west, "south": self.south, "east": east, "north": north, "scale": self.scale}
        return box | {"buildings": WIDTH / self.scale < WIDEST_WITH_BUILDINGS}

    def position(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point lies on the sheet; upwards is negative, as `ST_AsSVG` has it."""
        x, y = mercator(longitude, latitude)
        return round((x - self.west) * self.scale, 1), round(-(y - self.south) * self.scale, 1)


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees to metres of EPSG:3857."""
    northing = math.asinh(math.tan(math.radians(latitude))) * RADIUS_OF_EARTH
    return math.radians(longitude) * RADIUS_OF_EARTH, northing


def printed_map(answer: SearchAnswer, shown: list[Card]) -> dict:
    """Draw the circle, the streets and the numbered results."""
    points = [feature({"type": "Point", "coordinates": list(card.point)}, {}) for card in shown if card.point]
    here = (answer.here.longitude, answer.here.latitude)
    # Where the circle holds more than the sheet, its numbers would heap up in the middle: they fill the map instead.
    shape = None if answer.next else answer.shape
    features = {
        "circle": circle_features(shape),
        "here": collection([feature({"type": "Point", "coordinates": list(here)}, {})]),
        "results": collection(points),
    }
    frame = Frame.around(view_of(features))
    with connection.cursor() as cursor:
        cursor.execute(SHEET, frame.parameters)
        paths = [{"class": name, "path": path} for name, path in cursor.fetchall() if path]
        circle = None
        if shape:
            cursor.execute(CIRCLE, frame.parameters | {"circle": json.dumps(shape)})
            circle = cursor.fetchone()[0]
    marks = [
        Mark(number=number, x=x, y=y)
        for number, card in enumerate(shown, start=1)
        if card.point
        for x, y in [frame.position(*card.point)]
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "paths": paths,
        "circle": circle,
        "here": frame.position(*here),
        "marks": marks,
    }


def outline(area: GEOSGeometry, frame: Frame) -> str:
    """The rings of an area as the `d` of one SVG path, in units of the sheet."""
    polygons = area.coords if area.geom_type == "MultiPolygon" else [area.coords]
    rings = (ring for polygon in polygons for ring in polygon)
    return " ".join("M" + " ".join("{} {}".format(*frame.position(*at[:2])) for at in ring) + "Z" for ring in rings)


def code_of(address: str) -> SafeString:
    """A QR code (ISO/IEC 18004) of an address, as inline SVG that scales with its frame."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=0))  # noqa: S308 - drawn by segno


def sheet(request: HttpRequest, query: PageQuery, answer: SearchAnswer, shown: list[Card]) -> dict:
    """What the printed sheet shows besides the list."""
    address = request.build_absolute_uri(reverse("home") + query.address())
    return {"map": printed_map(answer, shown), "code": code_of(address), "address": address}
