"""Groups are for life: from one vintage to the next they are only ever united as wholes, and obey their rule."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.lifelong import NONE, Units, keep
from geo.partition import Rule, exact
from tests.geo.test_partition import RULE, towns, weights


def units(town, circles=0, groups=NONE) -> Units:
    """Residences of one town as they are first seen."""
    places, weights = town
    return Units(places, weights, np.broadcast_to(circles, len(weights)), np.full(len(weights), groups))


def row(*told: float, groups: list[int] | None = None, circles: list[int] | None = None, step: float = 300) -> Units:
    """Residences of these weights in a row, so many metres apart."""
    places = np.array([[step * n, 0] for n in range(len(told))], dtype=float)
    return Units(
        places, exact(np.array(told)), np.array(circles or [0] * len(told)), np.array(groups or [NONE] * len(told))
    )


def check_rule(told: Units, kept) -> None:
    """Every sound group obeys the rule, and nothing is left out unless no union could take it in."""
    for group in set(kept.groups.tolist()):
        weights = told.weights[kept.groups == group]
        assert (group in kept.sound) <= RULE.holds(weights.sum(), weights.max())
    left = ~np.isin(kept.groups, list(kept.sound))
    within = told.weights[~left]
    for weight in told.weights[left & (told.groups == NONE)]:
        total = within.sum() + weight
        assert not RULE.holds(total, max(weight, within.max(initial=0))) or weight == 0


@given(towns(), st.data())
def test_new_homes_are_grouped_by_the_rule_within_their_circles(town, data):
    circles = data.draw(arrays.arrays(int, len(town[1]), elements=st.integers(1, 3)))
    told = units(town, circles)
    kept = keep(told, RULE)
    check_rule(told, kept)
    assert not kept.united
    whole = len(town[1]) and RULE.holds(town[1].sum(), town[1].max())
    if whole:
        assert kept.sound == set(kept.groups.tolist())
    again = keep(replace(told, groups=kept.groups), RULE)
    assert (again.groups == kept.groups).all()
    assert again.sound == kept.sound


@st.composite
def vintages(draw):
    """What changes from one vintage to the next: homes gone, homes that hold more or fewer, new homes."""
    return (
        draw(st.floats(0, 0.4)),
        draw(arrays.arrays(float, draw(st.integers(0, 20)), elements=weights)),
        draw(st.integers(0, 2**32 - 1)),
    )


@settings(deadline=None)
@given(towns(most=200), st.lists(vintages(), min_size=8, max_size=8))
def test_eight_vintages_only_unite_groups(town, changes):
    told = units(town)
    kept = keep(told, RULE)
    check_rule(told, kept)
    known = {}
    for share, new, seed in changes:
        chance = np.random.default_rng(seed)
        stays = chance.random(len(told.weights)) >= share
        changed = np.where(chance.random(len(told.weights)) < 0.1, told.weights * chance.integers(0, 4), told.weights)
        places = np.concatenate([told.places[stays], chance.uniform(-2_500, 2_500, (len(new), 2)).round(1)])
        before = kept.groups[stays]
        known |= {group: told.places[kept.groups == group][0] for group in set(kept.groups.tolist()) - {NONE}}
        emptied = {group: place for group, place in known.items() if group not in before}
        told = Units(
            places,
            np.concatenate([changed[stays], exact(new)]),
            np.zeros(len(places), dtype=int),
            np.concatenate([before, np.full(len(new), NONE)]),
        )
        kept = keep(told, RULE, emptied=emptied)
        check_rule(told, kept)
        known = {group: place for group, place in known.items() if group not in kept.united}
        for one, now in zip(before.tolist(), kept.groups.tolist(), strict=False):
            # In the group it was in, under its own number or that of the one it was united with; never alone elsewhere.
            assert one == NONE or now == kept.united.get(one, one)


def test_what_is_built_near_joins_and_what_is_built_far_founds():
    old = row(*[1] * 40, step=20)
    first = keep(old, RULE)
    far = np.array([[9_000.0 + 10 * n, 0] for n in range(35)])
    near = np.array([[-150.0, 0]])
    both = Units(
        np.concatenate([old.places, near, far]),
        np.ones(76),
        np.zeros(76, dtype=int),
        np.concatenate([first.groups, np.full(36, NONE)]),
    )
    kept = keep(both, RULE)
    assert (kept.groups[:40] == first.groups).all()
    assert kept.groups[40] == first.groups[0]
    assert set(kept.groups[41:].tolist()) == {kept.first_new}


def test_what_is_built_far_but_is_too_little_joins_the_nearest():
    old = row(*[1] * 70, step=10)
    first = keep(old, RULE)
    assert len(first.sound) == 2
    lone = Units(
        np.concatenate([old.places, [[5_000.0, 0]]]),
        np.ones(71),
        np.zeros(71, dtype=int),
        np.append(first.groups, NONE),
    )
    assert keep(lone, RULE).groups[-1] == first.groups[69]


def test_a_circle_too_small_joins_the_nearest_group_of_another():
    kept = keep(row(*[1] * 35, *[1] * 5, circles=[1] * 35 + [2] * 5), RULE)
    assert len(set(kept.groups.tolist())) == 1


def test_a_broken_group_joins_one_of_its_circle_before_a_nearer_one_of_another():
    groups = [0] * 30 + [1] * 20 + [2] * 40
    circles = [1] * 30 + [2] * 20 + [2] * 40
    kept = keep(row(*[1] * 90, groups=groups, circles=circles), RULE)
    assert kept.united == {2: 1}


def test_the_older_of_two_groups_stands_and_unions_are_followed_to_the_end():
    kept = keep(row(*[1] * 90, groups=[5] * 30 + [3] * 30 + [4] * 30), RULE, unions=[(5, 4), (4, 3)])
    assert kept.united == {5: 3, 4: 3}
    assert set(kept.groups.tolist()) == {3}


def test_a_tower_too_large_for_its_town_waits_and_the_others_keep_their_groups():
    kept = keep(row(*[1] * 40, 200), RULE)
    assert kept.groups[-1] == NONE
    assert set(kept.groups[:-1].tolist()) == kept.sound == {0}


def test_a_group_that_a_tower_spoils_stays_whole_and_is_not_sound():
    kept = keep(row(*[1] * 40, *[1] * 40, 200, groups=[0] * 40 + [1] * 41), RULE)
    assert kept.sound == {0}
    assert not kept.united
    assert kept.groups.tolist() == [0] * 40 + [1] * 41


def test_an_emptied_group_is_united_with_the_nearest():
    kept = keep(row(*[1] * 60, groups=[1] * 30 + [2] * 30), RULE, emptied={7: np.array([17_000.0, 5])})
    assert kept.united == {7: 2}


def test_a_town_without_homes_has_no_group():
    assert keep(row(0, 0, 0), RULE).groups.tolist() == [NONE] * 3
    assert keep(row(), RULE).groups.tolist() == []
    assert keep(row(*[1] * 29), RULE).sound == frozenset()


def test_another_rule_has_no_limit_on_shares():
    assert keep(row(299, 1), Rule(least=300)).sound == {0}
