"""How far it is by car: along the streets where they are loaded, else in a straight line, and said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import LineString, Point

from geo.models import WGS84
from geo.network.loading import network_by_car
from geo.network.routing import routes
from geo.plane import metres_between

#: Metres around both ends that are looked at, at the least; and as a share of what is between them.
MARGIN, SHARE = 3_000.0, 0.5
#: Kilometres per hour in a straight line, where no street is known.
STRAIGHT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A way by car."""

    metres: float
    minutes: float
    line: LineString
    #: As the crow flies, because no streets lead from one end to the other.
    straight_line: bool


def drive_between(start: Point, end: Point) -> Drive:
    """Return the quickest way by car between two points, in degrees: one-ways are obeyed, traffic is not known."""
    ends = np.array([start.coords, end.coords])
    metres = metres_between(ends[:1], ends[1:])[0]
    network = network_by_car(ends, margin=max(MARGIN, SHARE * metres))
    stops = network.place(shapely.points(ends))
    (route,) = routes(network, stops[[0]], stops[[1]])
    if route is None:
        minutes = metres * 60 / (STRAIGHT * 1_000)
        return Drive(metres=metres, minutes=minutes, line=LineString(start, end, srid=WGS84), straight_line=True)
    line = LineString(*route.line.coords, srid=WGS84)
    return Drive(metres=route.metres, minutes=route.cost / 60, line=line, straight_line=False)
