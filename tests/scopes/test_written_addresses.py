"""Addresses of landlords' files, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopes.written_addresses import numbers_between, taken_apart, town_itself


@pytest.mark.parametrize(
    ("text", "numbers", "street"),
    [
        ("8 rue Haute", [(8, "")], "rue Haute"),
        ("n° 8 rue Haute", [(8, "")], "rue Haute"),
        ("8bis rue Haute", [(8, "bis")], "rue Haute"),
        ("5B rue Haute", [(5, "b")], "rue Haute"),
        ("5 d'Alger", [(5, "")], "d'Alger"),
        ("12, 14 et 16 rue d’Alger", [(12, ""), (14, ""), (16, "")], "rue d’Alger"),
        ("12 bis - 14 ter rue Haute", [(12, "bis"), (14, "ter")], "rue Haute"),
        ("12/14 rue de l'Église", [(12, ""), (14, "")], "rue de l'Église"),
        ("8 avenue Œuvre", [(8, "")], "avenue Œuvre"),
        ("1 place du 8 mai 1945", [(1, "")], "place du 8 mai 1945"),
        ("Place du 8 mai 1945", [], "Place du 8 mai 1945"),
        ("Les Lilas, 8 rue Haute", [(8, "")], "rue Haute"),
        ("108 B 12 rue Haute", [(108, "")], "B 12 rue Haute"),
        ("12", [], "12"),
        ("", [], ""),
    ],
)
def test_numbers_and_street(text, numbers, street):
    written = taken_apart(text)
    assert (list(written.numbers), written.street) == (numbers, street)


@pytest.mark.parametrize(
    ("text", "ranged"),
    [("2 à 8 rue A", True), ("2 A 8 RUE A", True), ("2-8 rue A", True), ("2-4 rue A", False), ("2, 8 rue A", False)],
)
def test_a_range_is_told_from_a_few_numbers(text, ranged):
    assert taken_apart(text).ranged == ranged


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("8 rue A", True),
        ("Les Lilas, 8 rue A", True),
        ("Les Lilas - 8 rue A", True),
        ("Les Lilas 8 rue A", False),
        ("Bât. B, 8 rue A", False),
        ("Lot 3, 8 rue A", False),
        ("Les Lilas, 8, 10 rue A", False),
        ("Appt 108 12 rue A", False),
    ],
)
def test_what_stands_before_may_leave_a_doubt(text, clear):
    assert taken_apart(text).clear == clear


def test_postcode_and_town_stand_after_the_street():
    written = taken_apart("8 rue Haute - 44000 NANTES CEDEX 1")
    assert (written.street, written.postcode, written.town) == ("rue Haute", "44000", "nantes")
    assert town_itself("Marseille 8e arrondissement") == "marseille"


def test_a_range_keeps_to_its_side_of_the_street():
    assert list(numbers_between(2, 8)) == list(numbers_between(8, 2)) == [2, 4, 6, 8]
    assert list(numbers_between(2, 5)) == [2, 3, 4, 5]


@given(st.text(max_size=80))
def test_any_text_is_taken_apart(text):
    written = taken_apart(text)
    assert written.text == text and all(number >= 0 for number, _suffix in written.numbers)
