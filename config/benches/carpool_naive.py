"""The peer of a match: rides whose both ends are near those asked for, by index, and everything else in Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import dist

import numpy as np
import shapely
from django.contrib.gis.measure import D
from django.db import connection

from config.bootstrap.progress import step
from directory.ride_entries_sql import BESIDE, METRES_A_MINUTE
from directory.ride_matching import RideWanted
from directory.rides_sql import SHARED
from geo.plane import Plane
from geo.prepared import prepared_rows
from scopes.querysets import visible_to_sql
from scopes.viewer import Viewer

#: Both ends of each offer, on an index each.
ENDS = """
    CREATE TABLE IF NOT EXISTS bench_ends AS
        SELECT listing_ptr_id AS listing_id, start_point::geography, end_point::geography
        FROM directory_carpool WHERE direction = 'offer';
    CREATE INDEX IF NOT EXISTS bench_ends_by_start ON bench_ends USING gist (start_point);
    CREATE INDEX IF NOT EXISTS bench_ends_by_end ON bench_ends USING gist (end_point);
    ANALYZE bench_ends"""
_NEAR = """
    SELECT carpool.listing_ptr_id, carpool.seats, carpool.day, carpool.weekdays, carpool.departure, carpool.seconds,
        carpool.detour, ride.author_id, ST_AsBinary(carpool.route)
    FROM bench_ends ends
    JOIN directory_rideentry ride USING (listing_id)
    JOIN directory_carpool carpool ON carpool.listing_ptr_id = listing_id
    WHERE ST_DWithin(ends.start_point, %(start)s::geography, %(radius)s::float8)
        AND ST_DWithin(ends.end_point, %(end)s::geography, %(radius)s::float8) AND {visible}"""


def index_ends() -> None:
    """Give the peer the indexes that it needs."""
    with step(fr="Index des deux bouts", en="Indexes of both ends"), connection.cursor() as cursor:
        cursor.execute(ENDS)


def found_by_ends(wanted: RideWanted, viewer: Viewer, radius: D) -> list[int]:
    """Return the ids of the offers that begin and end so near, and fit: by detour, then by time."""
    visible, seen = visible_to_sql(viewer, alias="ride")
    asked = {"start": wanted.start.point.ewkt, "end": wanted.end.point.ewkt, "radius": radius.m}
    plane = Plane(*wanted.start.point.coords)
    spots = shapely.points(plane.metres(np.array([wanted.start.point.coords, wanted.end.point.coords])))
    fitting = []
    for row in prepared_rows(_NEAR.format(visible=visible), seen | asked):
        answer = _fit(wanted, viewer, row, plane, spots)
        if answer is not None:
            fitting.append((*answer, row[0]))
    return [number for *_order, number in sorted(fitting)[: wanted.limit]]


def _fit(wanted: RideWanted, viewer: Viewer, row: tuple, plane: Plane, spots: np.ndarray) -> tuple | None:
    """Minutes of detour and seconds off, if the ride fits: the passenger walks straight towards the line."""
    _number, seats, day, weekdays, departure, seconds, detour, author, route = row
    if seats < wanted.seats or author in viewer.alias_ids:
        return None
    if wanted.at.date() != day if day else wanted.at.isoweekday() not in weekdays:
        return None
    leaves = datetime.combine(wanted.at.date(), departure, wanted.at.tzinfo)
    if abs((leaves - wanted.at).total_seconds()) > wanted.within.total_seconds() + seconds:
        return None
    line = shapely.LineString(plane.metres(shapely.get_coordinates(shapely.from_wkb(bytes(route)))))
    aside = 2 * np.maximum(shapely.distance(line, spots) - BESIDE - wanted.walk.m, 0).sum()
    boards, alights = shapely.line_locate_point(line, spots, normalized=True)
    if aside > detour * METRES_A_MINUTE or (alights - boards) * line.length < max(SHARED, aside):
        return None
    off = abs((leaves + timedelta(seconds=boards * seconds) - wanted.at).total_seconds())
    return (aside // METRES_A_MINUTE, off) if off <= wanted.within.total_seconds() else None


def apart(wanted: RideWanted, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres within which both ends of a ride are of those asked for."""
    plane = Plane(*wanted.start.point.coords)
    asked = plane.metres(np.array([wanted.start.point.coords, wanted.end.point.coords]))
    return max(map(dist, asked, plane.metres(np.array([start, end]))))
