"""The device's position, seen once: compared with the residence, then forgotten; half a proof, never one alone."""

from __future__ import annotations

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models.functions import Cast

from geo.models import WGS84, Building
from scopes.errors import PositionRefused
from scopes.homes import Membership
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind

#: From the walls: a telephone's usual error between buildings, some 20 m, and the courtyard.
NEAR = D(m=40)
#: A position surer than this only: beyond, it may be that of the street next door.
SURE = D(m=60)


def prove_by_position(*, membership: Membership, longitude: float, latitude: float, accuracy: D) -> Membership:
    """Count a position near the residence as half a proof; nothing of it is kept. Raises `PositionRefused`."""
    point = Point(longitude, latitude, srid=WGS84)
    buildings = Building.objects.open().filter(residence=membership.residence_id)
    walls = buildings.annotate(walls=Cast("footprint", MultiPolygonField(geography=True, srid=WGS84)))
    if accuracy.m > SURE.m or not walls.filter(walls__dwithin=(point, NEAR)).exists():
        raise PositionRefused
    return prove(membership=membership, kind=Kind.POSITION)
