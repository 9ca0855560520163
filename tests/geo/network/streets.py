"""Streets drawn in metres on the toy town's grid, and a second opinion on how far it is along them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise
from math import hypot

import numpy as np
import shapely

from geo.plane import Plane

#: As flat as the grid is: a metre is a metre to a millionth.
GROUND = Plane(2.999, 49.01)

Place = tuple[float, float]


def lines(*streets: tuple[Place, ...]) -> np.ndarray:
    """Streets through places in metres, as LineStrings in degrees."""
    drawn = [shapely.LineString(GROUND.degrees(np.array(street, dtype=float))) for street in streets]
    return np.array(drawn, dtype=object)


def points(*places: Place) -> np.ndarray:
    """Places in metres as points in degrees."""
    return shapely.points(GROUND.degrees(np.array(places, dtype=float).reshape(-1, 2)))


def grid(columns: int, rows: int, block: int = 100) -> list[tuple[Place, ...]]:
    """Streets from end to end, each with a vertex at every crossing."""
    across = [tuple((block * i, block * j) for i in range(columns + 1)) for j in range(rows + 1)]
    along = [tuple((block * i, block * j) for j in range(rows + 1)) for i in range(columns + 1)]
    return across + along


class Judge:
    """Plain Dijkstra over the single segments of streets, with the places asked about put in as ends of their own."""

    def __init__(self, streets: list[tuple[Place, ...]]):
        self.segments = [segment for street in streets for segment in pairwise(street)]

    def walk(self, start: Place, end: Place) -> float:
        """Metres from one place to another, connectors included; infinite where no way leads."""
        ways = defaultdict(list)

        def join(one: object, other: object, metres: float) -> None:
            ways[one].append((other, metres))
            ways[other].append((one, metres))

        for one, other in self.segments:
            join(one, other, apart(one, other))
        (at_start, on_start), (at_end, on_end) = self.foot(start), self.foot(end)
        for name, place, foot, segment in (("start", start, at_start, on_start), ("end", end, at_end, on_end)):
            for corner in segment:
                join((name,), corner, apart(place, foot) + apart(foot, corner))
        if on_start == on_end:
            join(("start",), ("end",), apart(start, at_start) + apart(at_start, at_end) + apart(at_end, end))
        return self._cheapest(ways)

    def foot(self, place: Place) -> tuple[Place, tuple[Place, Place]]:
        """The nearest point of a street, and its segment."""
        feet = [(_foot(place, *segment), segment) for segment in self.segments]
        return min(feet, key=lambda found: apart(place, found[0]))

    @staticmethod
    def _cheapest(ways: dict) -> float:
        known, queue, number = {}, [(0.0, 0, ("start",))], 0
        while queue:
            metres, _, node = heapq.heappop(queue)
            if node in known:
                continue
            known[node] = metres
            for other, further in ways[node]:
                number += 1
                heapq.heappush(queue, (metres + further, number, other))
        return known.get(("end",), float("inf"))


def apart(one: Place, other: Place) -> float:
    """Metres in a straight line."""
    return hypot(one[0] - other[0], one[1] - other[1])


def _foot(place: Place, one: Place, other: Place) -> Place:
    (x, y), (x1, y1), (x2, y2) = place, one, other
    squared = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / squared))
    return x1 + share * (x2 - x1), y1 + share * (y2 - y1)
