"""Squares of 200 m on the toy town's own grid: named in Lambert-93, each holds the four blocks of two rows."""

from __future__ import annotations

import shapely
from django.contrib.gis.geos import GEOSGeometry

from geo.models import Square
from tests.toy_town import ORIGIN, ToyTown


def name_of(x: int, y: int) -> str:
    """The name of the square whose south-west corner is so many metres from that of the town."""
    return f"CRS2154RES200mN{ORIGIN[1] + y}E{ORIGIN[0] + x}"


def make_square(town: ToyTown, x: int, y: int, people: int, *, imputed: bool = False) -> Square:
    """A square that stands there without a release, on the grid of INSEE's names or off it."""
    corners = [(x, y), (x + 200, y), (x + 200, y + 200), (x, y + 200)]
    outline = shapely.MultiPolygon([shapely.Polygon([town.point(*corner).coords for corner in corners])])
    boundary = GEOSGeometry(memoryview(outline.wkb), srid=4326)
    told = {"source": "filosofi", "population": people, "imputed": imputed, "boundary": boundary}
    return Square.objects.create(key=name_of(x, y), **told)
