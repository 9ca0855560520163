"""The bench of nearby search: our statement beside Redis GEOSEARCH, our answer over HTTP beside three peers."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.gis.measure import D

from config.benches.database import bench_database
from config.benches.geosearch import free_port, geosearch, nearest
from config.benches.load import latencies
from config.benches.synthetic import KM_PER_DEGREE, search_points
from config.benches.tipg import tipg
from config.bootstrap.machine import missing
from config.bootstrap.progress import say, step
from config.serving import HOST, granian, wait_until_answering
from directory.here import Here
from directory.search import SearchRequest, search
from directory.within import Level, Within

ROWS_SHOWN = 20
RADII = (D(km=2), D(km=5), D(km=50))
#: The radius of the searches over HTTP.
HTTP_RADIUS = D(km=2)
#: Growth compares with a country this many times emptier.
EMPTIER = 50
SEARCHES = 300
#: Requests to one server before it is the next one's turn.
IN_TURN = 20
#: Points asked of the peers that take tens or hundreds of milliseconds.
ASKED_OF_SLOW_PEERS = 60
#: What brings the one peer that only a bench needs.
INSTALL = "sudo apt-get install redis-server"

Point = tuple[float, float]


@dataclass(kw_only=True)
class Measured:
    """Medians and 95th percentiles in milliseconds, by what was measured."""

    p50: dict[str, float] = field(default_factory=dict)
    p95: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, taken: Sequence[float]) -> None:
        """Keep the median and the 95th percentile of what a peer took."""
        self.p50[name] = statistics.median(taken)
        self.p95[name] = statistics.quantiles(taken, n=20)[-1]


def measure(*, rows: int, seed: int, over_http: bool = True) -> dict[str, object]:
    """Build what is missing, measure, and answer the report: milliseconds, and ratios above 1 where we are faster."""
    points = search_points(count=SEARCHES, seed=seed)
    folder = Path(settings.DATA_DIR) / "bench"
    few, many = Measured(), Measured()
    with bench_database(rows=rows // EMPTIER, seed=seed) as sparse:
        _measure_statement(few, points)
    with bench_database(rows=rows, seed=seed) as database:
        _measure_statement(many, points)
        if not missing(["redis-server"]):
            _measure_redis(many, points, folder=folder / "redis", rows=rows, seed=seed)
        else:
            say(fr=f"Sans redis-server, Redis n'est pas mesuré : {INSTALL}", en=f"No redis-server, no Redis: {INSTALL}")
        if over_http:
            _measure_http(few, many, points, folder=folder / "tipg", sparse=sparse, database=database)
    return _report(few, many, rows=rows)


def _measure_statement(measured: Measured, points: list[Point]) -> None:
    with step(fr="Requêtes SQL", en="SQL statements"):
        for radius in RADII:
            measured.note(f"sql {radius.km:g} km", _timed(partial(_search, radius=radius), points))
    names = [f"sql {radius.km:g} km" for radius in RADII]
    measured.p50["sql"] = statistics.median(measured.p50[name] for name in names)
    measured.p95["sql"] = max(measured.p95[name] for name in names)


def _search(point: Point, *, radius: D) -> None:
    here = Here(longitude=point[0], latitude=point[1])
    search(SearchRequest(here=here, within=Within(Level.DISTANCE, radius), limit=ROWS_SHOWN))


def _measure_redis(measured: Measured, points: list[Point], *, folder: Path, rows: int, seed: int) -> None:
    with geosearch(folder, rows=rows, seed=seed) as client, step(fr="Redis GEOSEARCH", en="Redis GEOSEARCH"):
        for radius in RADII:
            ask = partial(nearest, client, metres=round(radius.m), count=ROWS_SHOWN)
            measured.note(f"redis {radius.km:g} km", _timed(ask, points))


def _measure_http(
    few: Measured, many: Measured, points: list[Point], *, folder: Path, sparse: str, database: str
) -> None:
    with _served(sparse) as emptier, _served(database) as base, tipg(folder, database=database) as items:
        swift = {
            "http": [_nearby(base, point) for point in points],
            "http of few": [_nearby(emptier, point) for point in points],
            "select1": [f"{base}/peers/select-1/?{_query(point)}" for point in points],
        }
        asked = [(point, _query(point, metres=round(HTTP_RADIUS.m))) for point in points[:ASKED_OF_SLOW_PEERS]]
        slow = {
            "tipg": [f"{items}?{_box(point)}" for point, _ in asked],
            "drf_gis_tuned": [f"{base}/peers/drf-gis-tuned/?{query}" for _, query in asked],
            "drf_gis": [f"{base}/peers/drf-gis/?{query}" for _, query in asked],
        }
        with step(fr="Requêtes HTTP", en="HTTP requests"):
            taken = _in_turn(swift) | _in_turn(slow)
    few.note("http", taken.pop("http of few"))
    for name, times in taken.items():
        many.note(name, times)


def _in_turn(peers: dict[str, list[str]]) -> dict[str, list[float]]:
    """Ask the peers in turn, a few addresses at a time: whatever else the machine does, it does to all of them."""
    for addresses in peers.values():
        latencies(addresses)  # so that every connection has prepared its statements, and data are in memory
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for start in range(0, max(map(len, peers.values())), IN_TURN):
        for name, addresses in peers.items():
            taken[name] += latencies(addresses[start : start + IN_TURN])
    return taken


def _timed(ask: Callable[[Point], object], points: list[Point]) -> list[float]:
    """Ask every point twice, and time the second turn: a bench compares what is in memory."""
    for point in points:
        ask(point)
    taken = []
    for point in points:
        start = time.perf_counter()
        ask(point)
        taken.append((time.perf_counter() - start) * 1_000)
    return taken


def _nearby(base: str, point: Point) -> str:
    return f"{base}/api/nearby/?{_query(point, within=f'{HTTP_RADIUS.m:g}m', limit=ROWS_SHOWN)}"


def _query(point: Point, **others: object) -> str:
    return urlencode({"lon": f"{point[0]:.6f}", "lat": f"{point[1]:.6f}", **others})


def _box(point: Point) -> str:
    """What tipg can say of the same search: a box; it knows no order by distance."""
    degrees = HTTP_RADIUS.km / KM_PER_DEGREE
    x, y = point
    return urlencode({"bbox": f"{x - degrees},{y - degrees},{x + degrees},{y + degrees}", "limit": ROWS_SHOWN})


@contextmanager
def _served(database: str) -> Iterator[str]:
    """Serve a database as the product is served, with the peers beside it; yield the address."""
    url = urlsplit(os.environ["DATABASE_URL"])
    changed = {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{database}")),
        "DJANGO_SETTINGS_MODULE": "config.benches.settings",
    }
    before = {name: os.environ[name] for name in changed}
    os.environ.update(changed)
    port = free_port()
    try:
        with granian(port=port) as server:
            wait_until_answering(server, port=port)
            yield f"http://{HOST}:{port}"
    finally:
        os.environ.update(before)


def _report(few: Measured, many: Measured, *, rows: int) -> dict[str, object]:
    def ratio(peer: str) -> float | None:
        return round(many.p50[peer] / many.p50["http"], 3) if peer in many.p50 else None

    by_radius = [many.p50.get(f"redis {radius.km:g} km", 0) / many.p50[f"sql {radius.km:g} km"] for radius in RADII]
    http = many.p50.get("http")
    return {
        "bench": "nearby",
        "rows": rows,
        "p50_ms": round(many.p50["sql"], 3),
        "p95_ms": round(many.p95["sql"], 3),
        "http_p50_ms": http and round(http, 3),
        "growth": round(many.p50["sql"] / few.p50["sql"], 3),
        "http_growth": http and round(http / few.p50["http"], 3),
        "ratio": {
            "redis": round(statistics.geometric_mean(by_radius), 3) if all(by_radius) else None,
            **{peer: ratio(peer) for peer in ("drf_gis", "tipg", "select1")},
        },
        "detail_ms": {name: round(taken, 3) for name, taken in many.p50.items()},
    }
