"""Frames that come and go at the end of a chunk ask the kernel for pages each time; on a stack with room, never."""

from concurrent.futures import ThreadPoolExecutor
from resource import RUSAGE_THREAD, getrusage

import pytest

from tests.roomy import with_room

TIMES = 500


def deep(calls: int) -> int:
    """Stand that many frames high: three hundred are more than one chunk of 16 KiB."""
    return deep(calls - 1) if calls else 0


def pages_asked_for() -> int:
    """How many pages the kernel gives to this thread while it goes up and down again."""
    before = getrusage(RUSAGE_THREAD).ru_minflt
    for _ in range(TIMES):
        deep(300)
    return getrusage(RUSAGE_THREAD).ru_minflt - before


def test_what_goes_up_and_down_asks_for_no_page_twice():
    with ThreadPoolExecutor(1) as thread:  # its stack is its own, and begins without room
        assert thread.submit(pages_asked_for).result() >= TIMES, "this Python keeps its chunks: drop tests/roomy.py"
        assert thread.submit(with_room, pages_asked_for).result() < TIMES / 5


def test_what_is_raised_comes_through():
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 / 0)
    assert with_room(lambda: "told") == "told"
