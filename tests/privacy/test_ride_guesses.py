"""T2 of privacy.md for rides: all that is told of many rides names no building better than the cell does."""

import pytest

from tests.privacy import mutants
from tests.privacy.ride_guesses import CHOICES, GUESSES, Neighbourhood, blind, settle

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
#: Two points more than the blind guess.
MORE = 0.02
SLOW = pytest.mark.slow


@pytest.mark.parametrize(("cells", "rides", "buildings"), [(1, 1, 5), pytest.param(8, 6, None, marks=SLOW)])
@pytest.mark.parametrize("choice", [name if name == "any" else pytest.param(name, marks=SLOW) for name in CHOICES])
def test_no_ride_names_a_building_better_than_its_cell(toy_town, cells, rides, buildings, choice):
    around = settle(toy_town.municipality, cells=cells, rides=rides, choice=choice, seed=1, buildings=buildings)
    for name in _guesses(rides):
        assert _share_right(around, name) <= around.share_right(blind) + MORE, name


@pytest.mark.parametrize(("cells", "rides", "buildings"), [(1, 1, 5), pytest.param(4, 6, None, marks=SLOW)])
@pytest.mark.parametrize("choice", [name if name == "any" else pytest.param(name, marks=SLOW) for name in CHOICES])
def test_were_they_offered_around_homes_every_guess_would_notice(toy_town, cells, rides, buildings, choice):
    with mutants.meeting_points_from_home():
        around = settle(toy_town.municipality, cells=cells, rides=rides, choice=choice, seed=1, buildings=buildings)
    for name in _guesses(rides):
        assert _share_right(around, name) > around.share_right(blind) + MORE, name


@SLOW
def test_were_they_placed_next_to_homes_they_would_be_told_by_likeness(toy_town):
    with mutants.snap_from_home():
        around = settle(toy_town.municipality, cells=2, rides=2, choice="the first", seed=1)
    assert _share_right(around, "by likeness") > around.share_right(blind) + MORE


def _guesses(rides: int) -> list[str]:
    """The ways of guessing: by likeness, nobody learns anything of a few rides in a few buildings but by chance."""
    return list(GUESSES) if rides > 2 else ["supposing the home"]


def _share_right(around: Neighbourhood, name: str) -> float:
    """The share that a way of guessing gets right, printed: `pytest -rP` shows it."""
    share = around.share_right(GUESSES[name])
    print(f"{len(around.homes)} buildings, {name}: {share:.3f} right; the blind guess: {around.share_right(blind):.3f}")
    return share
