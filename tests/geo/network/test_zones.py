"""The area within a walk: all that is on a street near enough, nothing that is farther than the walk."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.graph import Network
from geo.network.walking import between
from geo.network.zones import BESIDE, ROUND, area_reached
from tests.geo.network.streets import GROUND, grid, lines, points

TOWN = grid(10, 10)
RIVER = [((0, 0), (1000, 0)), ((0, 60), (1000, 60)), ((0, 0), (0, 60))]
on_the_town = st.tuples(st.integers(0, 10), st.integers(0, 1000)).map(lambda place: (100 * place[0], place[1]))
SLACK = BESIDE * (1 - np.cos(np.pi / 4 / ROUND)) + 0.5


def reached(streets, start, metres):
    """The area, in metres of the grid."""
    network = Network.on_foot(lines(*streets))
    return shapely.transform(area_reached(network, network.place(points(start)), metres), GROUND.metres)


def test_on_a_grid_it_is_a_diamond():
    """Where the blocks are 100 m wide and all is 50 m beside a street, only the distance along them counts."""
    area = reached(TOWN, (500, 500), 300)
    assert area.covers(shapely.Point(500, 799)) and area.covers(shapely.Point(600, 650))
    for x, y in ((500, 801), (700, 651), (650, 700), (720, 720)):
        assert not area.covers(shapely.Point(x, y))
    assert area.geom_type == "MultiPolygon" and area.is_valid
    assert not any(polygon.interiors for polygon in area.geoms)


def test_the_other_bank_is_not_reached():
    area = reached(RIVER, (900, 0), 400)
    assert area.covers(shapely.Point(600, 0))
    assert not area.covers(shapely.Point(900, 60)) and not area.covers(shapely.Point(600, 60))


def test_a_park_is_not_filled_and_a_block_is():
    around = [((0, 0), (400, 0), (400, 400), (0, 400), (0, 0)), ((0, 0), (-120, 0), (-120, 120), (0, 120))]
    area = reached([*around, ((0, 0), (0, 120))], (0, 0), 1500)
    assert not area.covers(shapely.Point(200, 200))
    assert area.covers(shapely.Point(-60, 60))


@pytest.mark.parametrize("metres", [1, 30, 50])
def test_a_short_walk_stays_around_the_start(metres):
    area = reached(TOWN, (500, 520), metres)
    assert area.is_valid and area.hausdorff_distance(shapely.Point(500, 520)) <= metres + 0.01


def test_who_starts_beside_the_street_comes_less_far():
    assert reached(TOWN, (530, 550), 300).area < reached(TOWN, (500, 550), 300).area


def test_who_does_not_come_to_the_street_reaches_nothing():
    assert reached(TOWN, (550, 550), 90).is_empty


def test_off_the_network_there_is_none():
    network = Network.on_foot(lines(*TOWN))
    assert area_reached(network, network.place(points((500, -400))), 300) is None


@settings(max_examples=25, deadline=None)
@given(start=on_the_town, metres=st.integers(60, 700), places=st.lists(on_the_town, min_size=5, max_size=20))
def test_it_covers_the_places_on_streets_that_are_near_enough_and_no_others(start, metres, places):
    network = Network.on_foot(lines(*TOWN))
    here, there = network.place(points(start)), network.place(points(*places))
    walked = between(network, here, there)[0]
    area = reached(TOWN, start, metres)
    for place, far in zip(places, walked, strict=True):
        covered = area.covers(shapely.Point(place))
        # Beside the street one may cut a corner.
        assert covered if far <= metres - SLACK else not covered or far <= metres + 2 * BESIDE


@settings(max_examples=25, deadline=None)
@given(start=on_the_town, metres=st.integers(1, 600), more=st.integers(0, 300))
def test_a_longer_walk_covers_what_a_shorter_one_did(start, metres, more):
    assert reached(TOWN, start, metres + more).buffer(0.01).covers(reached(TOWN, start, metres))
