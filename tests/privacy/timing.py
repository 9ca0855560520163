"""Whether two ways of asking take the same time: Mann and Whitney's test over pairs asked in turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from scipy.stats import mannwhitneyu

#: A world that stands as long as a block is open.
World = Callable[[], AbstractContextManager]
#: Below it the two ways differ (privacy.md, T7).
LEAST_P = 0.01
#: Of equal ways, one measurement in a hundred falls below by chance, three in a row one time in a million; of ways that
#: differ every one does.
TRIES = 3


def same_time(one: Callable[[], object], other: Callable[[], object], *, pairs: int) -> bool:
    """Whether nobody could tell the two apart by the time they take, over so many pairs, asked in either order."""
    return any(_printed(p_value(one, other, pairs=pairs)) > LEAST_P for _ in range(TRIES))


def _printed(p: float) -> float:
    """The same number, printed: `pytest -rP` shows how surely two ways are alike."""
    print(f"p = {p:.4f}")
    return p


def same_time_in(worlds: tuple[World, World], ask: Callable[[], object], *, pairs: int, block: int = 50) -> bool:
    """Whether nobody could tell two worlds apart by the time a question takes, asked in each by turns of a block."""

    def p_value_once() -> float:
        told: tuple[list[int], list[int]] = ([], [])
        for turn in range(pairs // block):
            for which in (0, 1) if turn % 2 else (1, 0):
                with worlds[which]():
                    _times(ask, told[which], count=block)
        return float(mannwhitneyu(*told).pvalue)

    return any(_printed(p_value_once()) > LEAST_P for _ in range(TRIES))


def _times(ask: Callable[[], object], told: list[int], *, count: int) -> None:
    for _ in range(5):
        ask()
    gc.disable()
    try:
        for _ in range(count):
            begun = time.perf_counter_ns()
            ask()
            told.append(time.perf_counter_ns() - begun)
    finally:
        gc.enable()


def p_value(one: Callable[[], object], other: Callable[[], object], *, pairs: int) -> float:
    """How likely such times are if both ways are one."""
    told: tuple[list[int], list[int]] = ([], [])
    for ask in (one, other) * 5:
        ask()
    gc.disable()
    try:
        for number in range(pairs):
            order = (0, 1) if number % 2 else (1, 0)
            for which in order:
                begun = time.perf_counter_ns()
                (one, other)[which]()
                told[which].append(time.perf_counter_ns() - begun)
    finally:
        gc.enable()
    return float(mannwhitneyu(*told).pvalue)
