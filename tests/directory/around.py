"""A town measured in metres around *here*, its answers read off; and entries by the thousand, without listings."""

import math
from functools import cache

import numpy as np
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.db.models import Model
from geographiclib.geodesic import Geodesic

from config.benches import synthetic
from directory.here import Here
from directory.models import SearchEntry
from directory.publishing import publish
from directory.search import SearchRequest, search
from directory.within import Within
from geo.models import BoundaryPart, Building, Containment, Municipality, Neighbourhood, Release, Residence

LONGITUDE, LATITUDE = -1.5536, 47.2173


@cache
def at(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of what lies so many metres east and north: its geodesic distance is their hypotenuse."""
    azimuth = math.degrees(math.atan2(east, north))
    there = Geodesic.WGS84.Direct(LATITUDE, LONGITUDE, azimuth, math.hypot(east, north))
    return there["lon2"], there["lat2"]


def here(east: float = 0, north: float = 0) -> Here:
    longitude, latitude = at(east, north)
    return Here(longitude=longitude, latitude=latitude)


def box(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle in metres around *here*."""
    return Polygon([at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)])


def make_town(name: str, insee_code: str, polygon: Polygon, *, circle_kind: str = "") -> Municipality:
    town = Municipality.objects.create(
        **{"key": f"insee:{insee_code}", "source": "test", "insee_code": insee_code, "department": insee_code[:2]},
        name=name,
        boundary=MultiPolygon(polygon),
        circle_kind=circle_kind,
    )
    BoundaryPart.objects.create(municipality=town, division=polygon)
    return town


def make_quarter(town: Municipality, name: str, polygon: Polygon, *, kind: str = "quartier") -> Neighbourhood:
    quarter = Neighbourhood.objects.create(
        **{"key": f"{town.insee_code}/{name}", "source": "test", "municipality": town, "kind": kind},
        code=name,
        name=name,
        boundary=MultiPolygon(polygon),
    )
    BoundaryPart.objects.create(neighbourhood=quarter, division=polygon)
    return quarter


def make_building(
    town: Municipality, east: float, north: float, *, dwellings: int | None, size: float = 20
) -> Building:
    """A square building, a residence of its own, in its quarter as an activation would store it."""
    half = size / 2
    footprint = box(east - half, north - half, east + half, north + half)
    middle, key = Point(*at(east, north)), f"building:{east},{north}"
    residence = Residence.objects.create(key=key, municipality=town, location=middle, dwellings=dwellings)
    quarter = Neighbourhood.objects.filter(kind=town.circle_kind, boundary__covers=middle).first()
    if quarter:
        Containment.objects.create(residence=residence, neighbourhood=quarter, kind=quarter.kind)
    return Building.objects.create(
        **{"key": key, "source": "test", "municipality": town, "residence": residence, "dwellings": dwellings},
        footprint=MultiPolygon(footprint),
        location=middle,
    )


def load_buildings(polygon: Polygon) -> Release:
    """Say that buildings are known in a rectangle."""
    return Release.objects.create(
        dataset="buildings", source="test", territory="test", state="active", extent=MultiPolygon(polygon)
    )


def put(town: Municipality, title: str, place: tuple[float, float] | None, *, category: str = "bakery", **columns):
    """Publish a listing so many metres east and north of *here*, or without place."""
    location = Point(*at(*place)) if place else None
    return publish(category=category, title=title, municipality=town, location=location, **columns)


def found(within: str = "nearest", *, where: Here | None = None, limit: int = 100, **asked) -> list:
    """Search, and answer the items."""
    return search(SearchRequest(here=where or here(), within=Within.parse(within), limit=limit, **asked)).items


def titles(within: str = "nearest", **asked) -> list[str]:
    return [item.title for item in found(within, **asked)]


def without_listings(entries: type[Model] = SearchEntry) -> None:
    """Let entries stand alone until the test is rolled back."""
    table = entries._meta.db_table
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
        for name in (name for name, about in constraints.items() if about["foreign_key"]):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def copy_entries(points: synthetic.Points, **about) -> None:
    """Write invented entries at these points; `about` as `synthetic.entries` reads it."""
    without_listings()
    with connection.cursor() as cursor:
        columns = ", ".join(synthetic.COLUMNS)
        with cursor.copy(f"COPY {SearchEntry._meta.db_table} ({columns}) FROM STDIN") as copy:
            copy.write("".join(synthetic.entries(points, seed=1, **about)))
        cursor.execute(f"ANALYZE {SearchEntry._meta.db_table}")


def points_at(pairs: list[tuple[float, float]]) -> synthetic.Points:
    longitudes, latitudes = np.array(pairs).T
    return synthetic.Points(longitudes=longitudes, latitudes=latitudes, towns=np.zeros(len(pairs), dtype=int))
