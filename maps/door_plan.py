"""A plan of what stands round a door or another place, drawn without a single tile: buildings, streets, the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon

from geo.models import Building, Street
from scopes.home_pages.finding import Door

#: Metres from the door to each side of the plan: what `geo.front_doors` offers lies within 60.
HALF = 75
#: A degree of latitude, and of longitude on the equator: near enough for a plan of 150 m.
METRES_PER_DEGREE = 111_320
#: Metres that a letter of a street's name takes.
LETTER = 2.6


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
class Name:
    """The name of a street, where it is written in metres, and how far it is turned clockwise, in degrees."""

    text: str
    x: float
    y: float
    turned: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Shapes in metres east and south of the door."""

    half: int
    buildings: list[Shape]
    streets: list[Shape]
    names: list[Name]


def plan_of(door: Door) -> Plan:
    """Draw the surroundings of a door, its residences numbered as the page lists them."""
    return around(door.address.location, {choice.residence.pk: choice.number for choice in door.choices})


def around(middle: Point, number_of: Mapping[int, int] | None = None) -> Plan:
    """Draw the surroundings of a point; residences bear their numbers, where they have any."""
    to_metres, number_of = _metres_from(middle), number_of or {}
    buildings = Building.objects.open().filter(footprint__bboverlaps=_box(middle))
    shapes = []
    for one in buildings.order_by("key").only("footprint", "location", "residence_id"):
        x, y = to_metres(one.location.coords)
        shapes.append(
            Shape(_path(one.footprint, to_metres), number_of.get(one.residence_id, 0), round(x, 1), round(y, 1))
        )
    streets = Street.objects.open().filter(line__bboverlaps=_box(middle)).order_by("key").only("line", "name")
    lines = list(streets)
    return Plan(HALF, shapes, [Shape(_path(street.line, to_metres)) for street in lines], _names(lines, to_metres))


def _names(streets: Iterable[Street], to_metres) -> list[Name]:
    """Each street's name once, along the longest straight piece of it on the plan that it fits on."""
    longest: dict[str, tuple[float, Name]] = {}
    for street in streets:
        corners = [to_metres(at) for at in street.line.coords]
        for start, end in pairwise(corners):
            if street.name and (piece := _on_the_plan(start, end)):
                (x, y), (to_x, to_y) = sorted(piece)
                length = hypot(to_x - x, to_y - y)
                if length >= LETTER * len(street.name) and length > longest.get(street.name, (0,))[0]:
                    turned = degrees(atan2(to_y - y, to_x - x))
                    name = Name(street.name, round((x + to_x) / 2, 1), round((y + to_y) / 2, 1), round(turned, 1))
                    longest[street.name] = (length, name)
    return [name for _length, name in longest.values()]


def _on_the_plan(start: tuple[float, float], end: tuple[float, float]):
    """The part of a straight piece that lies on the plan."""
    part = LineString(start, end).intersection(Polygon.from_bbox((-HALF, -HALF, HALF, HALF)))
    return part.coords if isinstance(part, LineString) and not part.empty else None


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
