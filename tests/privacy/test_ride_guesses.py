"""T2 of privacy.md for rides: all that is told of many rides names no building better than the cell does."""

import pytest

from tests.privacy import mutants
from tests.privacy.ride_guesses import CHOICES, GUESSES, blind, settle

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
#: Two points more than the blind guess.
MORE = 0.02
SLOW = pytest.mark.slow


@pytest.mark.parametrize(("cells", "rides", "buildings"), [(1, 1, 5), pytest.param(8, 8, None, marks=SLOW)])
@pytest.mark.parametrize("choice", [name if name == "any" else pytest.param(name, marks=SLOW) for name in CHOICES])
def test_no_ride_names_a_building_better_than_its_cell(toy_town, capsys, cells, rides, buildings, choice):
    around = settle(toy_town.municipality, cells=cells, rides=rides, choice=choice, seed=1, buildings=buildings)
    most = around.share_right(blind)
    for name, guess in GUESSES.items():
        share = around.share_right(guess)
        if cells > 1:
            with capsys.disabled():
                print(f"\n{len(around.homes)} buildings, {choice}, {name}: {share:.3f}; the blind guess: {most:.3f}")
        assert share <= most + MORE, name


@pytest.mark.parametrize(("cells", "rides", "buildings"), [(1, 1, 5), pytest.param(4, 8, None, marks=SLOW)])
@pytest.mark.parametrize("choice", [name if name == "any" else pytest.param(name, marks=SLOW) for name in CHOICES])
def test_were_they_offered_around_homes_every_guess_would_notice(toy_town, cells, rides, buildings, choice):
    with mutants.meeting_points_from_home():
        around = settle(toy_town.municipality, cells=cells, rides=rides, choice=choice, seed=1, buildings=buildings)
    # Of two rides each, nobody learns anything by likeness.
    for name in GUESSES if rides > 2 else ["supposing the home"]:
        assert around.share_right(GUESSES[name]) > around.share_right(blind) + MORE, name


@SLOW
def test_were_they_placed_next_to_homes_they_would_be_told_by_likeness(toy_town):
    with mutants.snap_from_home():
        around = settle(toy_town.municipality, cells=2, rides=2, choice="the first", seed=1)
    assert around.share_right(GUESSES["by likeness"]) > around.share_right(blind) + MORE
