"""Zones (*catchments*): an area drawn for the occasion, and the public cells whose point it covers.

Every zone is an area, whatever it was asked by. Who lives in a cell whose point it covers is reached, nobody else:
nothing smaller than a whole public cell can be told apart, and no home is looked at (`privacy.md`, 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import ceil, cos, pi
from typing import TYPE_CHECKING

import numpy as np
import shapely
from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, MultiPolygon, Point, Polygon
from django.contrib.gis.measure import D
from django.db.models import FloatField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.loaded import share_not_loaded
from geo.models import WGS84, PublicCell, Release
from geo.pace import Pace
from geo.plane import Plane
from geo.public_cells import RULE
from geo.querysets import PublicCellQuerySet

if TYPE_CHECKING:
    from geo.walks import Start  # SciPy is loaded when the first walk is asked for: it takes 0.2 s

NEAREST, FARTHEST = D(m=50), D(km=50)
#: Dwellings: those of a large town.
MOST_HOMES = 50_000
LONGEST_WALK = timedelta(minutes=60)
#: Share of a walk's zone beyond the loaded streets that is told: some lies beside the last street of a town by the sea.
OUTSIDE = 0.05
#: A round has so many corners; its sides touch the circle, so at most 0.03 % more is covered (15 cm at 500 m).
CORNERS = 128
#: Of cells in the order of the sphere, those so much nearer than the last are known to be all: 0.6 % at most differs.
ORDERED = 0.99
#: Metres around the point of a cell that is meant alone, and degrees in which no other may be missed: 20 m and more.
AROUND_POINT, CLOSE = 5.0, 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """A zone."""

    #: Whoever's cell has its point in it is addressed.
    area: MultiPolygon
    #: What is drawn on a map: a cell is never drawn as its point.
    drawing: MultiPolygon
    #: What the reader should know of how it was made.
    notes: tuple[str, ...] = ()


def cells_covered(area: MultiPolygon) -> PublicCellQuerySet:
    """Return the public cells that people live in and whose point the area covers, border included."""
    # As geometry: an edge drawn on a map is straight there, and bends away from the geodesic by 200 m over 100 km.
    return (
        PublicCell.objects.sound().alias(place=Cast("location", PointField(srid=WGS84))).filter(place__coveredby=area)
    )


def radius_around(point: Point, radius: D) -> Catchment:
    """Return the zone within a distance of a point; raise `InvalidParameter` outside 50 m to 50 km."""
    if not NEAREST <= radius <= FARTHEST:
        raise InvalidParameter("radius", _("La distance va de 50 m à 50 km."))
    area = disc(point, radius.m)
    return Catchment(area=area, drawing=area)


def nearest_homes(point: Point, homes: int) -> Catchment:
    """Return the smallest zone around a point, in whole metres, whose cells hold so many homes.

    Cells are taken whole, nearest first; those as far as the last one, to a metre, are in it too.
    """
    if not 1 <= homes <= MOST_HOMES:
        raise InvalidParameter("homes", _("Attendu : de 1 à %(most)d foyers.") % {"most": MOST_HOMES})
    near = PublicCell.objects.sound().annotate(metres=Cast(Distance("location", point), FloatField()))
    told = near.values_list("metres", "dwellings")
    # So many cells always hold them. The index orders by the sphere, which is out by less than a hundredth.
    nearest = sorted(told.order_by(GeometryDistance("location", point))[: ceil(homes / RULE.least)])
    metres = _metres_to(homes, nearest)
    if metres is not None and metres > ORDERED * nearest[-1][0]:
        reach = min(1 + nearest[-1][0] / ORDERED, FARTHEST.m)
        metres = _metres_to(homes, told.filter(location__dwithin=(point, D(m=reach))).order_by("metres"))
    if metres is None or metres > FARTHEST.m:
        raise InvalidParameter("homes", _("On ne connaît pas autant de foyers à moins de 50 km."))
    area = disc(point, max(1, ceil(metres)))
    return Catchment(area=area, drawing=area)


def _metres_to(homes: int, nearest: Iterable[tuple[float, int]]) -> float | None:
    """How far the first of these cells, in metres with their dwellings, are that hold so many homes."""
    held = 0
    for metres, dwellings in nearest:
        held += dwellings
        if held >= homes:
            return metres
    return None


def walk_around(point: Point, time: timedelta, pace: Pace = Pace.USUAL) -> Catchment:
    """Return the zone within a walk of a point, along the streets; as the crow flies where none is known, and says so.

    Raises `InvalidParameter` outside 1 to 60 minutes.
    """
    if not timedelta(minutes=1) <= time <= LONGEST_WALK:
        raise InvalidParameter("minutes", _("Une marche va de 1 à 60 minutes."))
    from geo.walks import Start

    return zone_walked(Start.at(*point.coords, max(NEAREST.m, pace.metres_in(time))))


def zone_walked(start: Start) -> Catchment:
    """Return the zone of the walks that begin there."""
    point, reached = Point(*start.point.coords[0], srid=WGS84), start.area()
    if reached is None:
        area, note = disc(point, start.metres), _("Temps de marche à vol d’oiseau, sans suivre les rues.")
        return Catchment(area=area, drawing=area, notes=(note,))
    walked = GEOSGeometry(memoryview(shapely.to_wkb(reached)), srid=WGS84)
    area = united([disc(point, NEAREST.m), walked])
    if share_not_loaded(area, dataset=Release.Dataset.STREETS) <= OUTSIDE:
        return Catchment(area=area, drawing=area)
    note = _("Des rues autour ne sont pas chargées : la zone s’arrête avant elles.")
    return Catchment(area=area, drawing=area, notes=(note,))


def around_cells(cells: PublicCellQuerySet) -> Catchment:
    """Return the zone that covers the points of these cells and of no others; what is drawn is where their homes are.

    A cell that shares its point with one of them cannot be told apart, and is in it too.
    """
    told = list(cells.order_by("pk").values_list("location", "area"))
    if not told:
        raise InvalidParameter("zone", _("Aucun foyer n’est connu dans cette zone."))
    places = {location.coords: location for location, _area in told}
    mine = np.array(list(places))
    box = Polygon.from_bbox((*(mine.min(axis=0) - CLOSE), *(mine.max(axis=0) + CLOSE)))
    box.srid = WGS84
    around = (location.coords for location in cells_covered(box).values_list("location", flat=True))
    others = np.array([place for place in around if place not in places]).reshape(-1, 2)
    plane = Plane.around(mine)
    apart = np.hypot(*(plane.metres(mine)[:, None] - plane.metres(others)[None]).T).min(axis=0, initial=np.inf)
    rounds = [
        disc(place, min(AROUND_POINT, metres / 3), corners=8)
        for place, metres in zip(places.values(), apart, strict=True)
    ]
    return Catchment(area=united(rounds), drawing=united([area for _location, area in told]))


def united(areas: Iterable[MultiPolygon]) -> MultiPolygon:
    """Return the union of areas as one."""
    union = GeometryCollection(*areas, srid=WGS84).unary_union
    return union if isinstance(union, MultiPolygon) else MultiPolygon(union, srid=WGS84)


def disc(point: Point, metres: float, corners: int = CORNERS) -> MultiPolygon:
    """A polygon around a circle: all that is as near as the radius is covered; a larger radius covers all of it."""
    azimuths = np.linspace(0, -360, corners, endpoint=False)
    here = np.full((2, corners), [[point.x], [point.y]])
    longitudes, latitudes, _back = _ellipsoid().fwd(*here, azimuths, np.full(corners, metres / cos(pi / corners)))
    ring = np.column_stack([longitudes, latitudes]).round(7).tolist()
    return MultiPolygon(Polygon([*ring, ring[0]]), srid=WGS84)


@cache
def _ellipsoid():
    """WGS 84; loaded when first used, because pyproj takes 0.1 s."""
    from pyproj import Geod

    return Geod(ellps="WGS84")
