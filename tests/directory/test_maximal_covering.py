"""The few sites that serve most: what is chosen is worth what an exhaustive search finds, and the bound is one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from directory import maximal_covering
from directory.maximal_covering import cover_most


@st.composite
def problems(draw, *, sites: int = 9, things: int = 14):
    """Which of some things each site covers, their weights, and how many sites are wanted."""
    shape = draw(st.integers(1, sites)), draw(st.integers(1, things))
    ones = draw(st.lists(st.integers(0, 3), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    weights = draw(st.lists(st.integers(0, 6), min_size=shape[1], max_size=shape[1]))
    return (np.array(ones).reshape(shape) == 0).astype(int), np.array(weights), draw(st.integers(1, 5))


def worth(covers: np.ndarray, weights: np.ndarray, chosen) -> int:
    return int(weights[covers[list(chosen)].any(axis=0)].sum())


def best_of_all(covers: np.ndarray, weights: np.ndarray, count: int) -> int:
    """Every choice of so many sites, one after the other."""
    choices = combinations(range(len(covers)), min(count, len(covers)))
    return max(worth(covers, weights, choice) for choice in choices)


@settings(max_examples=300, deadline=None)
@given(problem=problems())
def test_it_is_what_an_exhaustive_search_finds(problem):
    covers, weights, count = problem
    best = cover_most(csr_array(covers), weights, count)
    assert best.covered == best.bound == best_of_all(covers, weights, count)
    assert worth(covers, weights, best.chosen) == best.covered
    assert len(set(best.chosen.tolist())) == len(best.chosen) <= count


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_highs_alone_finds_the_same(problem):
    """Without the bound that leaves most sites out: HiGHS is given the whole problem."""
    covers, weights, count = problem
    chosen, bound = maximal_covering._solved(csr_array(covers), weights, count, 5)
    assert worth(covers, weights, chosen) == bound == best_of_all(covers, weights, count)


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_no_choice_that_is_better_is_left_out(problem):
    covers, weights, count = problem
    if not weights.all():
        weights = weights + 1
    best = best_of_all(covers, weights, count)
    left, bound = maximal_covering._that_may_be_better(csr_array(covers), weights, count, best - 1)
    assert bound >= best
    if best > 0:
        assert best_of_all(covers[left], weights, count) == best


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_a_site_that_is_dominated_is_never_missed(problem):
    covers, weights, count = problem
    kept = maximal_covering._not_dominated(csr_array(covers))
    reduced = best_of_all(covers[kept], weights, count) if len(kept) else 0
    assert reduced == best_of_all(covers, weights, count)
    for one, other in combinations(kept.tolist(), 2):
        assert not (covers[one] <= covers[other]).all() and not (covers[other] <= covers[one]).all()


@pytest.mark.slow
def test_on_a_town_of_a_thousand_homes_the_bound_is_reached():
    chance = np.random.default_rng(7)
    homes, sites = chance.uniform(0, 2_000, (1_000, 2)), chance.uniform(0, 2_000, (400, 2))
    covers = np.hypot(*(sites[:, None] - homes[None]).T).T <= 250
    weights = chance.integers(1, 40, 1_000)
    for count in (2, 3):
        best = cover_most(csr_array(covers.astype(int)), weights, count)
        greedy = maximal_covering._one_by_one(csr_array(covers.astype(int)), weights, count)
        assert worth(covers, weights, greedy) <= best.covered == best.bound == worth(covers, weights, best.chosen)
    pairs = (worth(covers, weights, pair) for pair in combinations(range(400), 2))
    assert cover_most(csr_array(covers.astype(int)), weights, 2).covered == max(pairs)


def test_without_time_what_is_known_is_answered_with_how_far_off_it_may_be(monkeypatch):
    """One after the other takes the middle; both halves are better, and only a solver would find them."""
    monkeypatch.setattr(maximal_covering, "_exchanged", lambda _covers, _weights, chosen: chosen)
    monkeypatch.setattr(maximal_covering, "MOST_ONES", 0)
    covers = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]])
    best = cover_most(csr_array(covers), np.array([2, 3, 3, 2]), 2)
    assert best.covered == worth(covers, np.array([2, 3, 3, 2]), best.chosen) < 10 <= best.bound


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_where_nothing_can_be_covered_nothing_is_chosen(shape):
    best = cover_most(csr_array(shape, dtype=int), np.ones(shape[1], dtype=int), 3)
    assert (best.chosen.tolist(), best.covered, best.bound) == ([], 0, 0)


def test_no_more_sites_are_chosen_than_add_something():
    covers = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [1, 1, 1]])
    best = cover_most(csr_array(covers), np.array([5, 1, 1]), 3)
    assert (best.chosen.tolist(), best.covered, best.bound) == ([0], 7, 7)


def test_the_one_that_adds_most_comes_first():
    covers = np.eye(4, dtype=int)
    best = cover_most(csr_array(covers), np.array([3, 9, 1, 7]), 3)
    assert best.chosen.tolist() == [1, 3, 0]
