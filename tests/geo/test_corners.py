"""A place is called by its streets: by one, by the corner of two, by none where nothing has a name."""

import numpy as np
import pytest

from geo.corners import AROUND, streets_at
from geo.models import Street

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(toy_town):
    def at(*metres):
        return np.array([toy_town.point(x, y).coords for x, y in metres]).reshape(-1, 2)

    return at


def name_of(places, x: float, y: float) -> tuple[str, ...]:
    return streets_at(places((x, y)))[0]


def test_between_two_crossings_it_is_the_street(places):
    across, along = name_of(places, 550, 500), name_of(places, 500, 550)
    assert len(across) == len(along) == 1 and across != along


def test_at_a_crossing_it_is_the_corner_of_both(places):
    assert set(name_of(places, 500, 500)) == {*name_of(places, 550, 500), *name_of(places, 500, 550)}
    assert name_of(places, 505, 500)[0] == name_of(places, 550, 500)[0], "the nearer comes first"


def test_many_are_told_in_their_order(places):
    told = streets_at(places((550, 500), (500, 550), (550, 500)))
    assert told[0] == told[2] != told[1]


def test_far_from_every_street_nothing_is_told(places):
    assert name_of(places, -AROUND - 1, 1_000) == () != name_of(places, -AROUND + 1, 1_000)


def test_streets_without_a_name_and_those_that_are_gone_say_nothing(places):
    Street.objects.filter(name=name_of(places, 550, 500)[0]).update(name="")
    assert name_of(places, 550, 500) != () and name_of(places, 500, 500) == name_of(places, 500, 550)
    Street.objects.update(closed_on="2020-01-01")
    assert name_of(places, 550, 500) == ()


def test_of_no_places_nothing_is_asked(places, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert streets_at(places()) == []
