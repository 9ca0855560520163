"""The way of a ride, from one meeting point to the other: along the streets that are loaded, else as the crow flies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import LineString, Point

from geo.drives import STRAIGHT, drive_between
from geo.models import WGS84
from geo.plane import Plane, metres_between

#: Metres as the crow flies: so far the streets are read when a ride is published; a department's would take seconds.
FARTHEST_READ = 40_000
#: Metres that a line which is kept may be off the streets: the width of a road.
OFF = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RideRoute:
    """A way by car, as a ride keeps it."""

    line: LineString
    metres: int
    seconds: int
    straight_line: bool


def route_between(start: Point, end: Point) -> RideRoute:
    """Return the way from one point to another, in degrees; its line begins and ends at them."""
    (metres,) = metres_between(np.array([start.coords]), np.array([end.coords]))
    if metres > FARTHEST_READ:
        seconds = metres * 3.6 / STRAIGHT
        return _kept([start.coords, end.coords], metres=metres, seconds=seconds, straight_line=True)
    drive = drive_between(start, end)
    drawn = [start.coords, *drive.line.coords, end.coords]
    return _kept(drawn, metres=drive.metres, seconds=drive.minutes * 60, straight_line=drive.straight_line)


def _kept(drawn: list[tuple[float, float]], *, metres: float, seconds: float, straight_line: bool) -> RideRoute:
    plane = Plane.around(np.array(drawn))
    flat = shapely.LineString(plane.metres(np.array(drawn))).simplify(OFF)
    # The ends to every digit: they are the meeting points themselves.
    inner = plane.degrees(shapely.get_coordinates(flat)[1:-1]).tolist()
    line = LineString([drawn[0], *inner, drawn[-1]], srid=WGS84)
    return RideRoute(line=line, metres=round(metres), seconds=max(60, round(seconds)), straight_line=straight_line)
