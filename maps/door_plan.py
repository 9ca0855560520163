"""A plan of what stands round a door, drawn into the page without a single request: buildings, streets, the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon

from geo.models import Building, Street
from scopes.home_pages.finding import Door

#: Metres from the door to each side of the plan: what `geo.front_doors` offers lies within 60.
HALF = 75
#: A degree of latitude, and of longitude on the equator: near enough for a plan of 150 m.
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True, slots=True)
class Shape:
    """One building or street on the plan, as an SVG path; numbered where it is offered."""

    path: str
    #: The number of the residence it belongs to; 0 for what is only there to find one's way.
    number: int = 0
    #: Where the number is written, in metres.
    x: float = 0
    y: float = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Shapes in metres east and south of the door."""

    half: int
    buildings: list[Shape]
    streets: list[Shape]


def plan_of(door: Door) -> Plan:
    """Draw the surroundings of a door, its residences numbered as the page lists them."""
    to_metres = _metres_from(door.address.location)
    number_of = {choice.residence.pk: choice.number for choice in door.choices}
    buildings = Building.objects.open().filter(footprint__bboverlaps=_box(door.address.location))
    shapes = []
    for one in buildings.order_by("key").only("footprint", "location", "residence_id"):
        x, y = to_metres(one.location.coords)
        shapes.append(
            Shape(_path(one.footprint, to_metres), number_of.get(one.residence_id, 0), round(x, 1), round(y, 1))
        )
    streets = Street.objects.open().filter(line__bboverlaps=_box(door.address.location)).order_by("key").only("line")
    return Plan(HALF, shapes, [Shape(_path(street.line, to_metres)) for street in streets])


def _box(middle: Point) -> Polygon:
    """The ground that the plan shows."""
    north = HALF / METRES_PER_DEGREE
    east = north / cos(radians(middle.y))
    box = Polygon.from_bbox((middle.x - east, middle.y - north, middle.x + east, middle.y + north))
    box.srid = 4326
    return box


def _metres_from(middle: Point):
    """Return the function from degrees to metres east and south of a point."""
    east = METRES_PER_DEGREE * cos(radians(middle.y))
    return lambda at: ((at[0] - middle.x) * east, (middle.y - at[1]) * METRES_PER_DEGREE)


def _path(geometry: GEOSGeometry, to_metres) -> str:
    """Write a footprint or a line as an SVG path, to a decimetre."""
    return " ".join(
        "M" + " ".join("{:.1f},{:.1f}".format(*to_metres(at)) for at in line.coords) for line in _lines(geometry)
    )


def _lines(geometry: GEOSGeometry) -> Iterator[LineString]:
    """Rings of a footprint, or the line itself."""
    if isinstance(geometry, MultiPolygon):
        for polygon in geometry:
            yield from polygon
    else:
        yield geometry
