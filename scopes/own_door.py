"""Whether a place is at someone's own door: to be told to that person alone, never to change what others see."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Q, QuerySet

from geo.catchments import disc
from geo.models import Address, Building, Residence
from scopes.homes import Membership
from scopes.people import Account

#: Metres from the walls of one's building, or from one of its entrances: its court, its bins, the pavement before it.
AROUND_THE_DOOR = D(m=25)
#: Which of the houses of a cell is someone's is known to nobody: each of them is, with its garden path.
AROUND_A_HOUSE = D(m=5)


def is_at_own_door(account: Account, point: Point) -> bool:
    """Tell whether a point is at a home of the person: any of them, asked for or entered."""
    own = Membership.objects.filter(account=account, ended_at=None).values_list("residence", "residence__houses_of")
    flats = Residence.objects.filter(pk__in=[residence for residence, cell in own if cell is None])
    cells = [cell for _residence, cell in own if cell is not None]
    houses = Residence.objects.of_buildings().open().filter(public_cell__in=cells)
    small = houses.filter(Q(dwellings__lt=Residence.SMALLEST_CIRCLE) | Q(dwellings=None))
    return _is_at(flats, point, AROUND_THE_DOOR) or _is_at(small, point, AROUND_A_HOUSE)


def _is_at(residences: QuerySet[Residence], point: Point, around: D) -> bool:
    """Whether a building of these, or an entrance of one, is so near; where no building is known, its place."""
    buildings = Building.objects.open().filter(residence__in=residences.values("pk"))
    doors = Address.objects.open().filter(building__in=buildings.values("pk"))
    return (
        buildings.filter(footprint__intersects=disc(point, around.m)).exists()
        or doors.filter(location__dwithin=(point, around)).exists()
        or residences.filter(location__dwithin=(point, around)).exists()
    )
