"""Coverage of the toy town asked for, and measured a second and a third time in Lambert-93."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas
import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from directory.coverage import APART, LEAST, Coverage, CoverageRequest, cover
from directory.publishing import publish
from geo.models import BoundaryPart, Building, Containment, Neighbourhood
from tests.toy_town import ToyTown

LAMBERT = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)


def opens(town: ToyTown, x: float, y: float, *, category: str = "bakery", **columns):
    """Something public so many metres from the south-west corner."""
    point = town.point(x, y)
    return publish(category=category, title="Au pain d’or", municipality=town.municipality, location=point, **columns)


def covered(town: ToyTown, metres: float, **asked) -> Coverage:
    asked = {"services": ("bakery",), "threshold": D(m=metres), **asked}
    return cover(CoverageRequest(town=town.municipality, **asked))


def homes_near(sites: Sequence[Point], metres: float) -> int:
    """Homes within so many metres of a site: each outline measured to each site, in the projection of the map."""
    near = 0
    for outline, dwellings in Building.objects.filter(municipality__insee_code="77998", dwellings__gt=0).values_list(
        "footprint", "dwellings"
    ):
        plane = shapely.transform(shapely.from_wkb(bytes(outline.wkb)), LAMBERT.transform, interleaved=False)
        places = [shapely.Point(*LAMBERT.transform(*site.coords)) for site in sites]
        near += dwellings if any(plane.distance(place) <= metres for place in places) else 0
    return near


def scattered_homes(outlines: np.ndarray, homes: np.ndarray, *, apart: float = 2 * APART) -> int:
    """Homes of missed buildings (metres) that stand with fewer than `LEAST`: chains of them less than that apart."""
    pairs = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=apart)
    chains = coo_array((np.ones(len(pairs[0])), pairs), shape=(len(outlines),) * 2)
    sizes = np.bincount(connected_components(chains, directed=False)[1], homes)
    return int(sizes[sizes < LEAST].sum())


def homes_scattered(sites: Sequence[Point], metres: float) -> int:
    """Those of the toy town that are farther from every site, in the projection of the map."""
    rows = Building.objects.filter(municipality__insee_code="77998", dwellings__gt=0)
    outlines, homes = zip(*rows.values_list("footprint", "dwellings"), strict=True)
    shapes = shapely.from_wkb([bytes(outline.wkb) for outline in outlines])
    plane = shapely.transform(shapes, LAMBERT.transform, interleaved=False)
    places = shapely.multipoints([LAMBERT.transform(*site.coords) for site in sites])
    missed = shapely.distance(plane, places) > metres
    return scattered_homes(plane[missed], np.array(homes)[missed])


def homes_by_geopandas(sites: Sequence[Point], metres: float) -> int:
    """The same, as someone with geopandas answers it."""
    columns = Building.objects.filter(municipality__insee_code="77998", dwellings__gt=0).values_list(
        "dwellings", "footprint"
    )
    dwellings, outlines = zip(*columns, strict=True)
    shapes = shapely.from_wkb([bytes(outline.wkb) for outline in outlines])
    buildings = geopandas.GeoDataFrame({"dwellings": dwellings}, geometry=shapes, crs=4326).to_crs(2154)
    places = geopandas.GeoDataFrame(geometry=[shapely.Point(site.coords) for site in sites], crs=4326).to_crs(2154)
    near = buildings.sjoin_nearest(places, max_distance=metres)
    return int(near[~near.index.duplicated()]["dwellings"].sum())


def make_area(town: ToyTown, kind: str, code: str, west: float, east: float) -> Neighbourhood:
    """A strip of the town from south to north, and what lies in it."""
    corners = [(west, 0), (east, 0), (east, 2_000), (west, 2_000), (west, 0)]
    ring = [town.point(*corner).coords for corner in corners]
    boundary = f"SRID=4326;MULTIPOLYGON((({', '.join(f'{x} {y}' for x, y in ring)})))"
    area = Neighbourhood.objects.create(
        **{"key": f"77998/{kind}/{code}", "source": "test", "municipality": town.municipality, "kind": kind},
        code=code,
        name=f"Bande {code}",
        boundary=boundary,
    )
    BoundaryPart.objects.create(neighbourhood=area, division=area.boundary[0])
    inside = Building.objects.filter(location__coveredby=area.boundary).values_list("residence", flat=True)
    Containment.objects.bulk_create(
        Containment(residence_id=residence, neighbourhood=area, kind=kind) for residence in set(inside) - {None}
    )
    return area
