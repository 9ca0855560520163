"""Analyses of coverage take turns, and are counted: each is seconds of a core, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore

from allauth.core.internal import ratelimit  # the public one counts no GET
from django.http import HttpRequest, HttpResponse

from directory.errors import Busy
from scopes.errors import TooManyTries

#: One at a time in each process of the server, and one that waits: the other threads are for everything else.
ANALYSING, WAITING = BoundedSemaphore(), BoundedSemaphore()
#: Seconds that the one waits.
PATIENCE = 3


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one analysis, or file of one, be made; raise `Busy` where another takes too long, or one waits."""
    if not _has_turn():
        raise Busy
    try:
        yield
    finally:
        ANALYSING.release()


def _has_turn() -> bool:
    if ANALYSING.acquire(blocking=False):
        return True
    if not WAITING.acquire(blocking=False):
        return False
    try:
        return ANALYSING.acquire(timeout=PATIENCE)
    finally:
        WAITING.release()


def counted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have a view raise `TooManyTries` for an address that asks for more analyses than people do."""

    @wraps(view)
    def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not ratelimit.consume(request, app="allauth.account", action="coverage", limit_get=True):
            raise TooManyTries
        return view(request, *args, **kwargs)

    return limited
