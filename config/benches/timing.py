"""What is measured of a question: each statement at the driver, and time on a processor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import psycopg


class Statement(NamedTuple):
    """A statement's text, and its milliseconds: by the clock on the wall, and on the server's processor."""

    text: str
    wall: float
    processor: float


@contextmanager
def statements_timed(server: int | None = None) -> Iterator[list[Statement]]:
    """Time each statement at the driver: those that Django's own log does not see too.

    `server` is the process that answers them; without it nothing is told of its processor.
    """
    statements: list[Statement] = []
    execute = psycopg.Cursor.execute

    def timed(cursor, query, *given, **named):
        spent, start = server and processor_of(server), time.perf_counter()
        try:
            return execute(cursor, query, *given, **named)
        finally:
            wall = (time.perf_counter() - start) * 1_000
            statements.append(Statement(str(query), wall, processor_of(server) - spent if server else 0.0))

    with patch.object(psycopg.Cursor, "execute", timed):
        yield statements


def processor_spent(server: int) -> float:
    """Milliseconds that this process and the server's have spent on a processor (`proc(5)`); without it ours alone."""
    return time.process_time() * 1_000 + processor_of(server)


def processor_of(server: int) -> float:
    """Milliseconds that the server's process has spent on a processor."""
    told = Path(f"/proc/{server}/schedstat")
    return int(told.read_text().split()[0]) / 1e6 if told.exists() else 0.0
