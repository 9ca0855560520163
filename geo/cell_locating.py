"""Places the public cells of towns on their streets, and draws them, when buildings, streets or limits change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection
from shapely.geometry.base import BaseGeometry

from geo.cell_points import INSIDE, Streets, drawn, placed
from geo.models import WGS84, Building, Municipality, Neighbourhood, PublicCell, Street
from geo.plane import Plane

#: Metres: the limits of a town whose boundary is not known.
EVERYWHERE = 1e6
#: Metres. Coordinates are written to a millionth of a degree.
NOTICED, DECIMALS = 0.2, 6

# Raw SQL: one statement weighs the buildings of every cell of a town, and finds the circle that holds most of them.
CENTRES = """
    WITH counted AS (
        SELECT c.id, c.municipality_id, ST_X(b.location::geometry) AS x, ST_Y(b.location::geometry) AS y, b.dwellings,
            circle.neighbourhood_id
        FROM geo_publiccell c
        JOIN geo_building b ON b.public_cell_id = c.id AND b.closed_on IS NULL AND b.dwellings > 0
        JOIN geo_municipality m ON m.id = c.municipality_id
        LEFT JOIN geo_containment circle ON circle.residence_id = b.residence_id AND circle.kind = m.circle_kind
            AND b.municipality_id = m.id
        WHERE c.municipality_id = ANY(%(municipalities)s) AND c.merged_into_id IS NULL
    ), by_circle AS (
        SELECT DISTINCT ON (id) id, neighbourhood_id FROM counted GROUP BY id, neighbourhood_id
        ORDER BY id, sum(dwellings) DESC, neighbourhood_id
    )
    SELECT id, municipality_id, by_circle.neighbourhood_id,
        sum(x * dwellings) / sum(dwellings), sum(y * dwellings) / sum(dwellings)
    FROM counted JOIN by_circle USING (id) GROUP BY id, municipality_id, by_circle.neighbourhood_id ORDER BY id"""


def locate_cells(*, municipalities: list[int], redrawn: Collection[int] = (), united: Collection[int] = ()) -> bool:
    """Move the points that are not on a street of their town and circle any more; return whether one was.

    The cells that took others in are placed anew; those whose homes changed are drawn anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(CENTRES, {"municipalities": municipalities})
        rows = cursor.fetchall()
    if not rows:
        return False
    centres = np.array([row[3:] for row in rows])
    plane = Plane.around(centres)
    cells = PublicCell.objects.in_bulk([row[0] for row in rows])
    named, walkable = _streets(plane, centres)
    limits_of = _limits(plane)
    moved = []
    for (pk, town, circle, *_), centre in zip(rows, shapely.points(plane.metres(centres)), strict=True):
        now = shapely.Point(plane.metres(np.array([cells[pk].location.coords]))[0])
        kept = None if pk in united else now
        point = placed(centre, limits_of(town, circle), named, walkable, now=kept)
        if point.distance(now) > NOTICED:
            cells[pk].location = _written(point, plane)
            moved.append(cells[pk])
    PublicCell.objects.bulk_update(moved, ["location"], batch_size=500)
    _draw(plane, [cells[pk] for pk in redrawn if pk in cells])
    return bool(moved)


def _streets(plane: Plane, centres: np.ndarray) -> tuple[Streets, Streets]:
    """The streets with a name, and all that can be walked, around the centres of cells."""
    box = shapely.box(*(centres.min(axis=0) - 0.02), *(centres.max(axis=0) + 0.02))
    around = Street.objects.open().filter(walkable=True, line__bboverlaps=GEOSGeometry(box.wkt, srid=WGS84))
    told = list(around.order_by("key").values_list("name", AsWKB("line")))
    lines = _metric([line for _, line in told], plane)
    return Streets.of(lines[[bool(name) for name, _ in told]]), Streets.of(lines)


def _limits(plane: Plane) -> Callable[[int, int | None], BaseGeometry]:
    """Return a function that gives what of a circle lies within its town, a little inside."""

    @cache
    def inside(model: type, pk: int | None) -> BaseGeometry | None:
        boundaries = model.objects.filter(pk=pk, boundary__isnull=False).values_list(AsWKB("boundary"), flat=True)
        return next((shape.buffer(-INSIDE) for shape in _metric(list(boundaries), plane)), None)

    @cache
    def limits(town: int, circle: int | None) -> BaseGeometry:
        areas = [area for area in (inside(Municipality, town), inside(Neighbourhood, circle)) if area]
        common = (
            shapely.intersection_all(areas) if areas else shapely.box(-EVERYWHERE, -EVERYWHERE, EVERYWHERE, EVERYWHERE)
        )
        limits = areas[0] if common.is_empty else common
        shapely.prepare(limits)
        return limits

    return limits


def _draw(plane: Plane, cells: list[PublicCell]) -> None:
    """Draw cells around the footprints of their inhabited buildings."""
    inhabited = Building.objects.open().filter(public_cell__in=cells, dwellings__gt=0).order_by("public_cell", "key")
    told = list(inhabited.values_list("public_cell", AsWKB("footprint")))
    footprints = _metric([footprint for _, footprint in told], plane)
    cell_of = np.array([cell for cell, _ in told])
    for cell in cells:
        area = _written(drawn(footprints[cell_of == cell.pk]), plane)
        cell.area = area if isinstance(area, MultiPolygon) else MultiPolygon(area)
    PublicCell.objects.bulk_update(cells, ["area"], batch_size=500)


def _metric(geometries: list[bytes], plane: Plane) -> np.ndarray:
    """Geometries as PostGIS writes them, on the plane."""
    return shapely.transform(np.array(shapely.from_wkb(geometries), dtype=object), plane.metres)


def _written(geometry: BaseGeometry, plane: Plane) -> GEOSGeometry:
    """The geometry in degrees."""
    degrees = shapely.set_precision(shapely.transform(geometry, plane.degrees), 10**-DECIMALS)
    return GEOSGeometry(memoryview(shapely.to_wkb(degrees)), srid=WGS84)
