"""T4 to T8 of privacy.md for every count of homes: of a zone, of a town's adoption, of who kept a shop's offers."""

from __future__ import annotations

from functools import partial

import pytest

from directory.counting_interest import figure_of
from tests.scopes.test_reach_attacks import ALWAYS, JOINS_AT_12, SLACK, STORIES, attacked, tables

pytestmark = pytest.mark.privacy


@pytest.mark.parametrize(
    ("story", "worlds"),
    [("sixty to ten", 1_000), *(pytest.param(name, 10_000, marks=pytest.mark.slow) for name in STORIES)],
)
def test_t6_nine_years_of_figures_tell_a_shop_next_to_nothing_of_one_home(story, worlds, settings):
    """A home that keeps an offer each quarter, or from the twelfth on, or never; the shop knows all others' deeds."""
    seen = partial(tables, publish=lambda counted, was: figure_of(1, counted, was=was))
    assert attacked(STORIES[story](), [ALWAYS, JOINS_AT_12], worlds, settings, seen=seen) <= 0.60 + SLACK[worlds]
