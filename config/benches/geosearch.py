"""Redis GEOSEARCH as a peer: the same points, in a server of its own on the loopback, kept on disk between runs."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from config.benches import synthetic
from config.bootstrap.progress import step

KEY = "entries"
POINTS_AT_ONCE = 2_000
PATIENCE = 120.0  # seconds; 5 million points are read from disk in 4 s


@contextmanager
def geosearch(folder: Path, *, rows: int, seed: int) -> Iterator[redis.Redis]:
    """A client of a Redis that holds the points of the bench and ends with this block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        *("redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)),
        *("--dbfilename", f"nearby-{rows}-{seed}.rdb", "--loglevel", "warning"),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own arguments
    try:
        client = redis.Redis(port=port)
        with step(fr="Démarrage de Redis", en="Starting Redis"):
            _wait_until_loaded(client)
        if client.zcard(KEY) != rows:
            with step(fr=f"{rows:,} points dans Redis", en=f"{rows:,} points into Redis"):
                _load(client, rows=rows, seed=seed)
        yield client
    finally:
        server.terminate()
        server.wait()


def nearest(client: redis.Redis, point: tuple[float, float], *, metres: int, count: int) -> list:
    """Answer the members nearest to a point within a distance, with their distances."""
    longitude, latitude = point
    return client.geosearch(
        KEY, longitude=longitude, latitude=latitude, radius=metres, unit="m", sort="ASC", count=count, withdist=True
    )


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_loaded(client: redis.Redis) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            client.ping()
            return
        except (redis.ConnectionError, redis.BusyLoadingError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _load(client: redis.Redis, *, rows: int, seed: int) -> None:
    points = synthetic.clustered(rows=rows, seed=seed).pairs()
    client.delete(KEY)
    for start in range(0, rows, POINTS_AT_ONCE):
        chunk = points[start : start + POINTS_AT_ONCE]
        client.geoadd(KEY, [part for number, (x, y) in enumerate(chunk, start) for part in (x, y, number)])
    client.save()
