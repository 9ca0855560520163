"""Rides of the demonstration: between real squares of the town, the first of them near who offers it."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from directory.meeting_points import nearest_to
from geo.models import WGS84
from geo.plane import metres_between
from scopes.viewer import Home

#: How far around the squares are looked for, among how many places, and metres that one does not walk.
AROUND, SQUARES, FAR = D(km=3), 1_000, 900
#: Among so many of the nearest one chooses where to begin.
NEAR = 4


def ride_from(home: Home, own: Mapping[str, object], chance: random.Random) -> dict[str, object] | None:
    """Return what is filled in of a ride from a square near a home to another; nothing where there are no two."""
    squares = [one for one in nearest_to(Point(*home.point, srid=WGS84), within=AROUND, most=SQUARES) if "/" in one.key]
    if not squares:
        return None
    start = chance.choice(squares[:NEAR])
    points = np.array([(one.longitude, one.latitude) for one in squares])
    metres = metres_between(np.broadcast_to(start.point.coords, points.shape), points)
    far = [one for one, distance in zip(squares, metres, strict=True) if distance > FAR]
    return {**own, "start": start.key, "end": chance.choice(far).key} if far else None
