"""House numbers placed along streets: on their side, evenly, within their range."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.interpolation import METRES_PER_DEGREE, beside, interpolated_addresses, numbers_along, numbers_between
from geo.models import Street

numbers = st.integers(1, 500)


@given(first=numbers, last=numbers)
def test_numbers_of_a_range_keep_its_ends_and_its_side(first, last):
    found = numbers_between(first, last)
    assert (found[0], found[-1]) == (first, last)
    if (first - last) % 2 == 0:
        assert len({number % 2 for number in found}) == 1
    assert len(set(found)) == len(found)
    assert found == numbers_between(last, first)[::-1]


@pytest.mark.parametrize(("ends", "expected"), [((None, None), []), ((7, None), [7]), ((None, 4), [4]), ((0, 0), [])])
def test_a_range_without_an_end_is_one_number_or_none(ends, expected):
    assert numbers_between(*ends) == expected


def test_left_is_left_and_six_metres_away():
    """Northwards along a meridian, left is west."""
    line = shapely.LineString([(2.0, 0.0), (2.0, 0.01)])
    point = beside(line, 0.25, 6.0)
    assert point.x == pytest.approx(2.0 - 6 / METRES_PER_DEGREE)
    assert point.y == pytest.approx(0.0025)


@given(share=st.floats(0, 1), side=st.sampled_from([-6.0, 6.0]), latitude=st.floats(-22, 51))
def test_a_house_stands_six_metres_from_its_street(share, side, latitude):
    line = shapely.LineString([(2.0, latitude), (2.001, latitude + 0.001), (2.001, latitude + 0.002)])
    point = beside(line, share, side)
    scale = [METRES_PER_DEGREE * math.cos(math.radians(latitude)), METRES_PER_DEGREE]
    street, house = (shapely.transform(geometry, lambda points: points * scale) for geometry in (line, point))
    assert street.distance(house) <= 6.001


def test_sides_follow_the_ranges(toy_town):
    line = shapely.LineString([(3.0, 48.0), (3.001, 48.0)])
    street = Street(left_from=1, left_to=5, right_from=2, right_to=4)
    placed = dict(numbers_along(street, line))
    assert sorted(placed) == [1, 2, 3, 4, 5]
    assert all((point.y > 48.0) == (number % 2 == 1) for number, point in placed.items())
    assert placed[1].x < placed[3].x < placed[5].x


def test_a_towns_addresses_are_marked_and_counted_once(toy_town):
    rows = list(interpolated_addresses("77998"))
    assert rows
    assert len({row.key for row in rows}) == len(rows)
    assert all(row.attributes["interpolated"] and row.insee_code == "77998" for row in rows)
