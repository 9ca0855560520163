"""The bench of coverage: which of many buildings have a service near enough, beside geopandas and PostGIS."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from statistics import median

import geopandas
import numpy as np
import shapely
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from config.benches.database import kept_database
from config.bootstrap.progress import step
from directory.coverage import NTH
from geo.nearness import nearest_sites

#: Metres. The plane is that of Lambert-93, in the middle of France.
THRESHOLD, SRID, CORNER = 300.0, 2154, (600_000.0, 6_500_000.0)
#: Buildings to a site, and metres of a side of the square that so many stand in: seven homes of ten are served.
BUILDINGS_OF_A_SITE, SIDE_OF_100_000 = 25, 30_000.0
TIMES = 3


def measure(*, rows: int, seed: int) -> dict[str, object]:
    """Answer the report for so many buildings; all peers must find the same ones."""
    outlines, homes, sites = made_town(rows, seed)
    detail, found = {}, {}
    with kept_database(f"bench_coverage_{rows}_{seed}", lambda: _build(outlines, homes, sites)):
        ways: dict[str, Callable[[], np.ndarray]] = {
            "ours": lambda: by_ours(outlines, sites),
            "geopandas": lambda: _by_geopandas(outlines, sites),
            "postgis": _by_postgis,
        }
        for name, way in ways.items():
            with step(fr=f"Mesure : {name}", en=f"Measuring: {name}"):
                detail[name], found[name] = _milliseconds(way)
    if not all(np.array_equal(found["ours"], other) for other in found.values()):
        raise RuntimeError(f"They differ: { {name: len(those) for name, those in found.items()} }")
    return {
        "bench": "coverage",
        "rows": rows,
        "sites": len(sites),
        "homes_served": int(homes[found["ours"]].sum()),
        "p50_ms": round(detail["ours"], 1),
        "ratio": {name: round(detail[name] / detail["ours"], 2) for name in ("geopandas", "postgis")},
        "detail_ms": {name: round(taken, 1) for name, taken in detail.items()},
    }


def made_town(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outlines, homes and sites on a plane in metres; turned as streets are, so that no outline is its own box."""
    chance = np.random.default_rng(seed)
    side = SIDE_OF_100_000 * np.sqrt(rows / 100_000)
    middles, halves = chance.uniform(0, side, (rows, 2)), chance.uniform(3, 20, (rows, 2))
    turn = chance.uniform(0, np.pi, rows)
    along = np.column_stack([np.cos(turn), np.sin(turn)]) * halves[:, :1]
    across = np.column_stack([-np.sin(turn), np.cos(turn)]) * halves[:, 1:]
    ways = (along + across, across - along, -along - across, along - across)
    corners = np.stack([middles + way for way in ways], axis=1)
    sites = chance.uniform(0, side, (max(1, rows // BUILDINGS_OF_A_SITE), 2))
    return shapely.polygons(corners + CORNER), chance.integers(1, 30, rows), sites + CORNER


def by_ours(outlines: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """As an analysis asks (`directory.coverage.cover`): the nearest sites of each, up to the third that is told."""
    far, _sites = nearest_sites(outlines, sites, count=NTH)
    return np.flatnonzero(far.min(axis=1, initial=np.inf) <= THRESHOLD)


def _by_geopandas(outlines: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """As someone with geopandas asks: the buildings joined to a nearest site that is not too far."""
    buildings = geopandas.GeoDataFrame(geometry=outlines, crs=SRID)
    places = geopandas.GeoDataFrame(geometry=shapely.points(sites), crs=SRID)
    joined = buildings.sjoin_nearest(places, how="inner", max_distance=THRESHOLD)
    return np.unique(joined.index.to_numpy())


def _by_postgis() -> np.ndarray:
    """As someone with PostGIS asks: the buildings for which a site exists."""
    with connection.cursor() as cursor:
        exists = "EXISTS (SELECT FROM site WHERE ST_DWithin(site.place, building.outline, %s))"
        cursor.execute(f"SELECT id FROM building WHERE {exists}", [THRESHOLD])  # noqa: S608 - a constant
        return np.sort(np.fromiter((number for (number,) in cursor), dtype=int))


def _build(outlines: np.ndarray, homes: np.ndarray, sites: np.ndarray) -> None:
    """Write the same town into tables with the indexes that the question wants."""
    with step(fr="Tables de la mesure", en="Tables of the bench"), connection.cursor() as cursor:
        call_command("migrate", verbosity=0)
        cursor.execute(f"CREATE TABLE building (id int PRIMARY KEY, homes int, outline geometry(Polygon, {SRID}))")
        cursor.execute(f"CREATE TABLE site (place geometry(Point, {SRID}))")
        _copy(cursor, "building", zip(range(len(homes)), homes.tolist(), _ewkb(outlines), strict=True))
        _copy(cursor, "site", zip(_ewkb(shapely.points(sites))))
        cursor.execute("CREATE INDEX ON building USING gist (outline)")
        cursor.execute("CREATE INDEX ON site USING gist (place)")
        cursor.execute("ANALYZE building, site")


def _ewkb(shapes: np.ndarray) -> list[str]:
    return shapely.to_wkb(shapely.set_srid(shapes, SRID), hex=True, include_srid=True).tolist()


def _copy(cursor: CursorWrapper, table: str, rows: Iterable[tuple]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _milliseconds(way: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """The median of some runs, and what was found."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        found = way()
        taken.append(1_000 * (time.perf_counter() - began))
    return median(taken), found
