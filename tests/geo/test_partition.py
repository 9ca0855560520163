"""Groups obey their rule whatever the homes are, and are as small and compact as the rule lets them be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.partition import Rule, exact, partition

RULE = Rule(least=30, parts=5)

coordinates = st.floats(-2_000, 2_000).map(lambda metres: round(metres, 1))
#: Houses mostly, some blocks of flats, some buildings where nobody lives; shares of main residences are odd numbers.
weights = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.1, 12), st.floats(12, 300))


@st.composite
def towns(draw, most=120):
    """Places and weights of up to so many residences."""
    count = draw(st.integers(0, most))
    places = draw(arrays.arrays(float, (count, 2), elements=coordinates))
    return places, exact(draw(arrays.arrays(float, count, elements=weights)))


def figures(groups, weights):
    """Total and heaviest member of each group."""
    numbers = np.unique(groups)
    return {group: (weights[groups == group].sum(), weights[groups == group].max()) for group in numbers.tolist()}


@given(towns())
def test_where_all_together_obey_the_rule_so_does_every_group(town):
    places, weights = town
    if len(weights) and RULE.holds(weights.sum(), weights.max()):
        groups = partition(places, weights, RULE)
        assert all(RULE.holds(total, heaviest) for total, heaviest in figures(groups, weights).values())


@given(towns())
def test_every_home_is_in_one_group_numbered_from_0_and_the_same_again(town):
    groups = partition(*town, RULE)
    assert sorted(set(groups.tolist())) == list(range(len(set(groups.tolist()))))
    assert (groups == partition(*town, RULE)).all()


@given(towns(), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_it_matters_not_where_the_origin_is(town, east, north):
    """But for members on one line, whose order may hang on the last decimal: the numbers of homes stay the same."""
    places, weights = town
    moved = partition(places + np.round([east, north], 1), weights, RULE)
    assert len(set(moved.tolist())) == pytest.approx(len(set(partition(places, weights, RULE).tolist())), abs=2)


@given(st.lists(st.floats(0, 1e4), min_size=2, max_size=40), st.randoms())
def test_exact_weights_sum_the_same_in_any_order(told, chance):
    weights = exact(np.array(told))
    shuffled = weights.tolist()
    chance.shuffle(shuffled)
    assert sum(shuffled) == weights.sum() == np.cumsum(weights)[-1]
    assert abs(weights - told).max() <= 0.5 / 1024


def test_a_grid_of_houses_falls_into_groups_of_little_more_than_the_least():
    places = np.stack(np.meshgrid(np.arange(32.0), np.arange(32.0)), axis=-1).reshape(-1, 2) * 20
    groups = partition(places, np.ones(1024), RULE)
    sizes = np.bincount(groups)
    assert sizes.min() >= 30
    assert np.median(sizes) == 32
    spread = [np.ptp(places[groups == group], axis=0).max() for group in set(groups.tolist())]
    assert max(spread) <= 160


def test_a_tower_has_five_times_its_homes_in_its_group():
    places = np.stack(np.meshgrid(np.arange(40.0), np.arange(40.0)), axis=-1).reshape(-1, 2) * 20
    weights = np.ones(1600)
    weights[820] = 200
    groups = partition(places, weights, RULE)
    assert weights[groups == groups[820]].sum() >= 1000
    assert np.median(np.bincount(groups)) < 50
