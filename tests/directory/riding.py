"""Rides between squares of the village (`tests/scopes/village.py`): where they pass is read off the row of cells."""

from datetime import timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone

from geo.models import WGS84, Municipality, Toponym
from geo.wording import comparable
from tests.directory.around import at

#: Where the squares stand, in metres east and north of cell 0.
SQUARES = {"Place Ouest": (-200, 100), "Place du Milieu": (900, 0), "Place Est": (2_000, 0), "Place Nord": (900, 450)}


def key_of(square: str) -> str:
    """The key of the meeting point that a square is."""
    return f"44109/street/{square.lower().replace(' ', '-')}"


def make_squares(town: Municipality) -> None:
    """Name the squares of the village."""
    Toponym.objects.bulk_create(
        Toponym(
            **{"kind": "street", "municipality": town, "name": name, "label": f"{name}, {town.name}"},
            normalised=comparable(f"{name} {town.name}"),
            location=Point(*at(*place), srid=WGS84),
        )
        for name, place in SQUARES.items()
    )


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
