"""Analyses of coverage take turns: each is seconds of a core, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from directory.errors import Busy

#: One at a time in each process of the server.
ANALYSING = BoundedSemaphore()
#: Seconds that another one is waited for.
PATIENCE = 3


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one analysis, or file of one, be made; raise `Busy` where another one takes too long."""
    if not ANALYSING.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        ANALYSING.release()
