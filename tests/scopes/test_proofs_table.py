"""The table of proofs, as a law: what opens, alone or by two, and that more proofs never open less."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopes.proofs.table import TABLE, Kind, suffices

HALVES = {Kind.HALL_CODE, Kind.WORD, Kind.LOTS, Kind.POSITION}
kinds = st.sets(st.sampled_from(list(Kind)))


def test_every_proof_has_its_row_and_says_how_it_is_taken_back():
    assert set(TABLE) == set(Kind)
    assert all(str(rule.taken_back) for rule in TABLE.values())


@pytest.mark.parametrize("kind", [Kind.LETTER, Kind.CONFIRMATION, Kind.HOUSEHOLD])
def test_these_open_alone(kind):
    assert suffices({kind})


@pytest.mark.parametrize("kind", sorted(HALVES))
def test_none_of_these_opens_alone(kind):
    assert not suffices({kind})


@pytest.mark.parametrize("pair", list(combinations(sorted(HALVES), 2)))
def test_any_two_of_these_open(pair):
    assert suffices(set(pair))


def test_a_house_is_opened_by_a_letter_or_neighbours_alone():
    assert [kind for kind in Kind if suffices({kind}, houses=True)] == [Kind.LETTER, Kind.WORD, Kind.HOUSEHOLD]
    assert not suffices({Kind.HALL_CODE, Kind.POSITION, Kind.LOTS, Kind.CONFIRMATION}, houses=True)


def test_letters_and_lists_count_homes_and_nothing_else_does():
    assert {kind for kind, rule in TABLE.items() if rule.counted} == {Kind.LETTER, Kind.LOTS}


@given(kinds, kinds, st.booleans(), st.booleans())
def test_more_proofs_never_open_less(some, more, houses, letter_only):
    if suffices(some, houses=houses, letter_only=letter_only):
        assert suffices(some | more, houses=houses, letter_only=letter_only)


@given(kinds, st.booleans())
def test_where_a_letter_decides_nothing_else_does(given_proofs, houses):
    assert suffices(given_proofs, houses=houses, letter_only=True) == (Kind.LETTER in given_proofs)
