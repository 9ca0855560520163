"""Rides of the demonstration: between real squares of the town, the first near who offers it, and to other towns.

Of one quarter so many drive to one place that "vos voisins vont à…" may name it, and fewer to another, which it keeps.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from directory.commutes import LEAST_HOMES
from directory.meeting_points import MeetingPoint, called, nearest_to
from geo.models import WGS84, Neighbourhood
from geo.plane import metres_between
from scopes.moments import clock
from scopes.viewer import Home

#: How far around the squares are looked for, among how many places, and metres that one does not walk.
AROUND, SQUARES, FAR = D(km=3), 1_000, 900
#: Among so many of the nearest one chooses where to begin.
NEAR = 4
#: Homes that drive to a place that is named, and to one that is not.
MANY, FEW = LEAST_HOMES + 1, 4
#: One in so many is told to other services too.
BEYOND = 3
#: When the first of them leaves, and how much later the next; on which days.
FIRST, NEXT = datetime(2026, 1, 1, 6, 55), timedelta(minutes=5)
WEEKS = ([1, 2, 3, 4, 5], [1, 2, 4, 5], [1, 3, 5], [2, 3, 4])


def ride_from(home: Home, own: Mapping[str, object], chance: random.Random) -> dict[str, object] | None:
    """Return what is filled in of a ride from a square near a home to another; nothing where there are no two."""
    squares = _squares_around(home)
    return _way(squares, squares, own, chance)


def commutes(
    homes: Sequence[Home], towns: Sequence[str], chance: Callable[[str], random.Random]
) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Yield the rides on working days of people of one quarter: whose (by number), its name, what is filled in.

    To the quarter that has most squares, and to the first of the towns, by many; to the other towns by few. A town
    whose town hall is not known is left out.
    """
    number = 0
    for name, there, many in _places(homes[0], towns):
        for own_number in range(many):
            if number == len(homes):
                return
            leaves = FIRST + own_number * NEXT
            title, drawn = f"{name}, départ à {clock(leaves)}", chance(f"commute/{name}/{own_number}")
            own = {
                **{"direction": "offer", "weekdays": drawn.choice(WEEKS), "departure": f"{leaves:%H:%M}"},
                **{"seats": drawn.randint(1, 4), "detour": drawn.choice((2, 5, 10))},
                "shared_beyond": not own_number % BEYOND,
            }
            filled = _way(_squares_around(homes[number]), there, own, drawn)
            if filled:
                yield number, title, filled
            number += 1


def _places(home: Home, towns: Sequence[str]) -> Iterator[tuple[str, list[MeetingPoint], int]]:
    """Where people of a quarter drive to: names, with the meeting points there, and from how many homes."""
    by_quarter: dict[str, list[MeetingPoint]] = {}
    quarters = Neighbourhood.objects.filter(municipality=home.municipality_id, cells__isnull=False)
    for square in _squares_around(home):
        around = quarters.covering(square.point).exclude(pk=home.neighbourhood_id).order_by("code")
        for name in around.values_list("name", flat=True)[:1]:
            by_quarter.setdefault(name, []).append(square)
    counted = Counter({name: len(squares) for name, squares in by_quarter.items()})
    for name, _count in counted.most_common(1):
        yield name, by_quarter[name], MANY
    for number, town in enumerate(towns):
        halls = [one for one in called(f"Mairie de {town}")[:1] if one.town == town]
        if halls:
            yield town, halls, FEW if number else MANY


def _squares_around(home: Home) -> list[MeetingPoint]:
    near = nearest_to(Point(*home.point, srid=WGS84), within=AROUND, most=SQUARES)
    return [one for one in near if "/" in one.key]


def _way(
    squares: Sequence[MeetingPoint], there: Sequence[MeetingPoint], own: Mapping[str, object], chance: random.Random
) -> dict[str, object] | None:
    """From one of the nearest squares to one of these places that is too far to walk to."""
    if not squares:
        return None
    start = chance.choice(squares[:NEAR])
    points = np.array([(one.longitude, one.latitude) for one in there])
    metres = metres_between(np.broadcast_to(start.point.coords, points.shape), points)
    far = [one for one, distance in zip(there, metres, strict=True) if distance > FAR]
    return {**own, "start": start.key, "end": chance.choice(far).key} if far else None
