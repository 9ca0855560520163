"""Distances from the edges of buildings to the nearest sites equal those that are measured one by one."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.nearness import nearest_sites

WHOLE = st.integers(0, 60)
#: Many sites stand in, on, or equally far from buildings: on a grid of metres, ties are the rule.
SITES = st.lists(st.tuples(WHOLE, WHOLE), max_size=12).map(lambda sites: np.array(sites, dtype=float).reshape(-1, 2))
HOUSES = st.lists(
    st.tuples(WHOLE, WHOLE, st.integers(1, 30), st.integers(1, 30)).map(
        lambda at: shapely.box(at[0], at[1], at[0] + at[2], at[1] + at[3])
    ),
    max_size=6,
).map(lambda houses: np.array(houses, dtype=object))


def metres_to(houses: np.ndarray, sites: np.ndarray, *, nth: int = 1) -> np.ndarray:
    """How far the n-th nearest site is from each house."""
    far, _sites = nearest_sites(houses, sites, count=nth)
    return far[:, -1] if len(sites) >= nth else np.full(len(houses), np.inf)


def one_by_one(houses: np.ndarray, sites: np.ndarray, nth: int) -> list[float]:
    """Measure each house to each site."""
    measured = [sorted(house.distance(shapely.Point(site)) for site in sites) for house in houses]
    return [far[nth - 1] if len(far) >= nth else np.inf for far in measured]


@settings(deadline=None)  # SciPy is loaded by the first
@given(houses=HOUSES, sites=SITES, nth=st.integers(1, 4))
def test_it_is_what_is_measured_one_by_one(houses, sites, nth):
    assert metres_to(houses, sites, nth=nth).tolist() == one_by_one(houses, sites, nth)


@settings(deadline=None)
@given(houses=HOUSES, sites=SITES, count=st.integers(1, 4))
def test_which_sites_they_are_is_as_far_as_it_says(houses, sites, count):
    metres, numbers = nearest_sites(houses, sites, count=count)
    assert metres.shape == numbers.shape == (len(houses), min(count, len(sites)))
    for house, far, which in zip(houses, metres.tolist(), numbers.tolist(), strict=True):
        assert [house.distance(shapely.Point(sites[number])) for number in which] == far
        assert len(set(which)) == len(which) and far[-1:] == sorted(far)[-1:]
        assert sorted(far) == sorted(house.distance(shapely.Point(site)) for site in sites)[:count]


def test_a_long_building_is_as_near_as_its_nearest_end():
    # Its middle is 500 m from both sites, its ends 1 m and 2 m.
    wing = shapely.box(0, 0, 1_000, 10)
    sites = np.array([[-2.0, 5.0], [1_001.0, 5.0], [500.0, 400.0], [480.0, 395.0], [520.0, 395.0], [500.0, 390.0]])
    assert metres_to(np.array([wing]), sites).tolist() == [1.0]
    assert metres_to(np.array([wing]), sites, nth=2).tolist() == [2.0]


def test_a_courtyard_is_not_in_the_building():
    ring = shapely.difference(shapely.box(0, 0, 30, 30), shapely.box(10, 10, 20, 20))
    assert metres_to(np.array([ring]), np.array([[15.0, 13.0]])).tolist() == [3.0]


@pytest.mark.parametrize("seed", range(3))
def test_a_town_of_many_buildings_equals_the_tree_of_shapely(seed):
    chance = np.random.default_rng(seed)
    corners, sizes = chance.uniform(0, 3_000, (2_000, 2)), chance.uniform(5, 120, (2_000, 2))
    houses = shapely.box(*corners.T, *(corners + sizes).T)
    sites = chance.uniform(0, 3_000, (60, 2))
    found, measured = shapely.STRtree(shapely.points(sites)).query_nearest(
        houses, return_distance=True, all_matches=False
    )
    assert found[0].tolist() == list(range(2_000))
    assert np.array_equal(metres_to(houses, sites), measured)


def test_without_houses_or_sites_nothing_is_near():
    house = np.array([shapely.box(0, 0, 1, 1)])
    assert metres_to(house, np.empty((0, 2))).tolist() == [np.inf]
    assert metres_to(np.array([], dtype=object), np.array([[0.0, 0.0]])).tolist() == []
