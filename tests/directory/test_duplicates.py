"""One thing told twice is recognised; two things alike are not confused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.duplicates import SIMILAR, recognise, score, similarity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Boulangerie Dupont", "dupont, boulangerie"),
        ("Pharmacie du Port", "Pharmacie Le Port"),
        ("Crêperie de l'Écluse", "CREPERIE DE L ECLUSE"),
        ("Mairie de Nantes", "Hôtel de ville - Mairie de Nantes"),
        ("Médiathèque Jacques-Demy", "Mediathèque Jacques Demy"),
    ],
)
def test_names_of_one_thing(one, other):
    assert similarity(one, other) >= SIMILAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pharmacie du Port", "Pharmacie du Pont Neuf"),
        ("Boulangerie des Tilleuls", "Boulangerie du Passage"),
        ("École Jules Ferry", "École Jules Verne"),
        ("Café", "Café du Port"),
    ],
)
def test_names_of_two_things(one, other):
    assert similarity(one, other) < SIMILAR


@given(st.text(), st.text())
def test_likeness_goes_both_ways(one, other):
    assert similarity(one, other) == pytest.approx(similarity(other, one))


def test_things_of_two_branches_are_two_things():
    names = ("Le Port", "Le Port")
    assert score(names=names, categories=("restaurant", "bar"), metres=10) is not None
    assert score(names=names, categories=("restaurant", "library"), metres=10) is None


def test_the_nearer_of_two_alike_is_meant():
    names, categories = ("Le Port", "Le Port"), ("bar", "bar")
    near, far = (score(names=names, categories=categories, metres=metres) for metres in (5, 150))
    assert near > far


def test_rows_and_listings_pair_once():
    pairs = recognise([(1, 10, 99.0), (2, 10, 98.0), (1, 11, 97.0), (2, 12, 90.0)])
    assert pairs == {1: 10, 2: 12}
