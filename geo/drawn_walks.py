"""The ways on foot from one place to others, as lines: along the streets where they are loaded, else straight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import LineString, Point

from geo.models import WGS84
from geo.network.loading import network_on_foot
from geo.network.routing import routes
from geo.plane import metres_between


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWalk:
    """A way on foot, from door to door."""

    metres: float
    line: LineString
    #: As the crow flies, because no walk along streets is known, or none that is short enough.
    straight_line: bool


def drawn_walks(start: Point, ends: Sequence[Point], *, farthest: float) -> list[DrawnWalk]:
    """Return the shortest walk from a point (degrees) to each of k others, of at most so many metres along streets.

    The streets are read once, and one search finds all of them.
    """
    if not ends:
        return []
    places = np.array([start.coords, *(end.coords for end in ends)])
    # A walk comes no farther from both its ends than half of its length.
    network = network_on_foot(places, margin=farthest / 2)
    stops = network.place(shapely.points(places))
    found = routes(network, stops[[0]], stops[1:], limit=farthest)
    return [
        _straight(start, end)
        if route is None
        else DrawnWalk(
            metres=route.cost,
            line=LineString([start.coords, *route.line.coords, end.coords], srid=WGS84),
            straight_line=False,
        )
        for end, route in zip(ends, found, strict=True)
    ]


def _straight(start: Point, end: Point) -> DrawnWalk:
    (metres,) = metres_between([start.coords], [end.coords])
    return DrawnWalk(metres=float(metres), line=LineString(start, end, srid=WGS84), straight_line=True)
