"""Rides between squares of the village (`tests/scopes/village.py`): where they pass is read off the row of cells."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from directory.meeting_points import nearest_to
from geo.models import WGS84, Municipality, Toponym
from geo.plane import Plane, metres_between
from geo.wording import comparable
from scopes.viewer import Home
from tests.directory.around import at

#: Where the squares stand, in metres east and north of cell 0.
SQUARES = {"Place Ouest": (-200, 100), "Place du Milieu": (900, 0), "Place Est": (2_000, 0), "Place Nord": (900, 450)}
#: Every week from Monday to Friday, as the form has it.
WORKDAYS = ["1", "2", "3", "4", "5"]


def key_of(square: str) -> str:
    """The key of the meeting point that a square is."""
    return f"44109/street/{square.lower().replace(' ', '-')}"


def make_squares(town: Municipality) -> None:
    """Name the squares of the village."""
    name_squares(town, SQUARES)


def name_squares(town: Municipality, squares: Mapping[str, tuple[float, float]]) -> None:
    """Name squares that stand so many metres east and north of cell 0."""
    Toponym.objects.bulk_create(
        Toponym(
            **{"kind": "street", "municipality": town, "name": name, "label": f"{name}, {town.name}"},
            normalised=comparable(f"{name} {town.name}"),
            location=Point(*at(*place), srid=WGS84),
        )
        for name, place in squares.items()
    )


def make_squares_everywhere(town: Municipality, *, apart: int = 200, around: int = 1_000) -> None:
    """Name squares on a grid of so many metres around the middle of a town."""
    plane = Plane.around(np.array(town.boundary.extent).reshape(2, 2))
    steps = range(-around, around + 1, apart)
    places = [(east, north) for east in steps for north in steps]
    degrees = plane.degrees(np.array(places, dtype=float)).tolist()
    Toponym.objects.bulk_create(
        Toponym(
            **{
                "kind": "street",
                "municipality": town,
                "name": name,
                "label": name,
                "location": Point(*point, srid=WGS84),
            },
            normalised=comparable(f"{name} {town.name}"),
        )
        for number, point in enumerate(degrees)
        for name in [f"Place {number}"]
    )


def chosen_by(home: Home, own: Mapping[str, object]) -> dict[str, object]:
    """The same ride from the first meeting point that someone is offered, to the nearest that one does not walk to."""
    offered = nearest_to(Point(*home.point, srid=WGS84), most=100)
    start = offered[0]
    far = (one for one in offered if metres_between([start.point.coords], [one.point.coords])[0] > 600)
    return {**own, "start": start.key, "end": next(far).key}


def ride(**own) -> dict[str, object]:
    """What is filled in of a ride from west to east: one in a week's time at half past seven, unless own words say."""
    filled = {
        **{"direction": "offer", "start": key_of("Place Ouest"), "end": key_of("Place Est"), "departure": "07:30"},
        **{"weekdays": [], "except_days": "", "last_day": "", "seats": "3", "price": "", "detour": "5"},
        **{"preferences": [], "day": "" if own.get("weekdays") else in_days(7).isoformat()},
    }
    return filled | own


def in_days(days: int):
    """The day in so many days."""
    return timezone.localdate() + timedelta(days=days)
