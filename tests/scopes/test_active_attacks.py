"""T6 of privacy.md against someone who does not only watch: friends' homes come and go as they are told, nine years.

The attacker knows that the home is away for the first quarters, and finds out with how many friends the range that is
shown gives way; then has as many come while the home is there, or never is. The friends' coins are secret, as all are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from directory.counting_interest import figure_of
from scopes.reach import Connected
from scopes.reach_table import Home, is_counted, published, published_weekly
from tests.scopes.test_reach_attacks import FIRST_DAYS, QUARTERS, auc

pytestmark = pytest.mark.privacy
FRIENDS = 110
#: Three standard errors of an estimate from so many worlds.
SLACK = {200: 0.125, 10_000: 0.017}
NUMBERS: dict[str, Callable[..., int]] = {
    "homes": lambda **told: published(cell=1, **told),
    "weeks": lambda **told: published_weekly(cell=1, homes=10_000, **told),
    "figure": lambda counted, **told: figure_of(1, counted, **told),
}


class World:
    """A number under one secret key: friends who come, and a home that does from some quarter on or never."""

    def __init__(self, publish: Callable[..., int], *, there_from: int) -> None:
        self.publish, self.there_from = publish, there_from
        self.home, *friends = (is_counted(Home(account, 0, 0, 0)) for account in range(FRIENDS + 1))
        self.counted = np.cumsum([0, *friends]).tolist()
        self.quarter = self.was = 0

    def shown(self, friends: int) -> int:
        """Have so many friends come for a quarter: the least of the range that is shown."""
        counted = self.counted[friends] + (self.home and self.quarter >= self.there_from)
        self.was = self.publish(quarter=FIRST_DAYS[self.quarter], counted=counted, was=self.was)
        self.quarter += 1
        return Connected.of(self.was).least


def at_the_step(world: World) -> float:
    """With how many friends does "moins de 20" give way? Then one fewer, as often as there is time."""
    few, enough, gave_way = 8, 100, []
    back = 0
    while world.quarter < QUARTERS:
        if Connected.of(world.was).least:
            world.shown(FRIENDS if back % 3 == 2 else 0)
            back += 1
        elif world.quarter >= 24:
            gave_way.append(world.shown(enough - 1) > 0)
        elif enough - few == 1:
            world.shown(0)
        elif world.shown(half := (few + enough) // 2):
            enough = half
        else:
            few = half
    return np.mean(gave_way or [0])


def at_the_rounding(world: World) -> float:
    """From none to how many does one read "50 à 70"? Then one fewer, every other quarter."""
    few, enough, gave_way = 30, 100, []
    while world.quarter < QUARTERS:
        world.shown(0)
        if world.quarter >= 24:
            gave_way.append(world.shown(enough - 1) >= 50)
        elif world.shown(half := (few + enough) // 2) >= 50:
            enough = half
        else:
            few = half
    return np.mean(gave_way)


def by_averaging(world: World) -> float:
    """As many, every other quarter: how much more often "50 à 70" is read in the latter half of nine years."""
    read = []
    while world.quarter < QUARTERS:
        world.shown(0)
        read.append(world.shown(68) >= 50)
    return np.mean(read[QUARTERS // 4 :]) - np.mean(read[: QUARTERS // 4])


def for_nine_years(world: World) -> float:
    """The same of a home that is always there, or never: how often "50 à 70" is read."""
    read = []
    while world.quarter < QUARTERS:
        world.shown(0)
        read.append(world.shown(68) >= 50)
    return np.mean(read)


#: How the attacker asks, and from which quarter on the home is there.
WAYS = {at_the_step: 24, at_the_rounding: 24, by_averaging: 18, for_nine_years: 0}


def attacked(way: Callable[[World], float], publish: Callable[..., int], worlds: int, settings) -> float:
    """The AUC of an attacker over worlds of which half hold the home."""
    suspicions = np.empty(worlds)
    for number in range(worlds):
        settings.REACH_KEY = f"world {number}"
        suspicions[number] = way(World(publish, there_from=QUARTERS if number % 2 else WAYS[way]))
    return auc(suspicions[::2], suspicions[1::2])


@pytest.mark.parametrize(
    ("way", "worlds"),
    [(at_the_rounding, 200), *(pytest.param(way, 10_000, marks=pytest.mark.slow) for way in WAYS)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
@pytest.mark.parametrize("number", NUMBERS)
def test_friends_who_come_and_go_learn_next_to_nothing_of_one_home(number, way, worlds, settings):
    assert attacked(way, NUMBERS[number], worlds, settings) <= 0.60 + SLACK[worlds]


def test_t8_a_secret_that_stands_for_life_is_found_and_tells(settings):
    def for_life(quarter: date, **told: int) -> int:
        return published(cell=1, quarter=FIRST_DAYS[0], **told)

    assert attacked(at_the_rounding, for_life, 200, settings) > 0.60 + SLACK[200]
