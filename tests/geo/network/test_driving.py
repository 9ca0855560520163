"""By car: classes, one-ways, the quickest way and its line, read off the grid."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.driving import ON_FOOT, SPEEDS, by_car
from geo.network.routing import routes
from geo.network.walking import between
from tests.geo.network.streets import GROUND, grid, lines, points

#: A block of 100 m each way, driven around one way only: east, north, west, south.
BLOCK = [((0, 0), (100, 0)), ((100, 0), (100, 100)), ((100, 100), (0, 100)), ((0, 100), (0, 0))]
METRE = 3.6 / SPEEDS["residential"]
places = st.tuples(st.integers(0, 4), st.integers(0, 400)).map(lambda place: (100 * place[0], place[1]))


def network(streets, classes="residential", one_ways="both"):
    classes = [classes] * len(streets) if isinstance(classes, str) else classes
    one_ways = [one_ways] * len(streets) if isinstance(one_ways, str) else one_ways
    return by_car(lines(*streets), classes, one_ways)


def drive(made, start, end):
    (found,) = routes(made, made.place(points(start)), made.place(points(end)))
    return found


def drawn(route):
    return GROUND.metres(shapely.get_coordinates(route.line)).round().tolist()


def test_seconds_metres_and_line_are_those_of_the_streets():
    route = drive(network(grid(4, 4)), (0, 50), (200, 0))
    assert route.metres == pytest.approx(250, rel=1e-4)
    assert route.cost == pytest.approx(250 * METRE, rel=1e-4)
    assert drawn(route) == [[0, 50], [0, 0], [100, 0], [200, 0]]


def test_against_a_one_way_one_goes_around():
    made = network(BLOCK, one_ways="forward")
    assert drive(made, (20, 0), (70, 0)).metres == pytest.approx(50, rel=1e-4)
    back = drive(made, (70, 0), (20, 0))
    assert back.metres == pytest.approx(350, rel=1e-4)
    assert drawn(back) == [[70, 0], [100, 0], [100, 100], [0, 100], [0, 0], [20, 0]]


def test_backward_is_the_other_way_round():
    made = network(BLOCK, one_ways="backward")
    assert drive(made, (70, 0), (20, 0)).metres == pytest.approx(50, rel=1e-4)
    assert drive(made, (20, 0), (70, 0)).metres == pytest.approx(350, rel=1e-4)


def test_a_quick_road_is_worth_a_detour():
    direct, around = ((0, 0), (1000, 0)), ((0, 0), (0, 200), (1000, 200), (1000, 0))
    route = drive(network([direct, around], ["residential", "trunk"]), (0, 0), (1000, 0))
    assert route.metres == pytest.approx(1400, rel=1e-3)
    assert route.cost == pytest.approx(1400 * 3.6 / SPEEDS["trunk"], rel=1e-3)


@pytest.mark.parametrize(
    "road_class", ["footway", "steps", "pedestrian", "Sentier", "Escalier", "cycleway", "unheard of"]
)
def test_no_car_fits_on_paths(road_class):
    made = network([*grid(2, 2), ((0, 0), (200, 200))], ["residential"] * 6 + [road_class])
    assert drive(made, (0, 0), (200, 200)).metres == pytest.approx(400, rel=1e-4)
    assert drive(network(grid(2, 2), road_class), (0, 0), (200, 200)) is None


def test_the_steps_to_the_door_take_time_and_are_no_metres():
    route = drive(network(grid(4, 4)), (50, 40), (200, 0))
    assert route.metres == pytest.approx(150, rel=1e-4)
    assert route.cost == pytest.approx(150 * METRE + 40 * ON_FOOT, rel=1e-4)


def test_where_no_way_leads_there_is_none():
    dead_end = [((0, 0), (600, 0)), ((600, 0), (1200, 0))]
    made = network(dead_end, one_ways="forward")
    assert drive(made, (900, 0), (300, 0)) is None
    assert drive(made, (300, 0), (600, 900)) is None


def test_who_is_there_already_drives_nowhere():
    route = drive(network(grid(4, 4)), (100, 50), (100, 50))
    assert (route.metres, route.cost) == (0, 0) and route.line.length == 0


@settings(max_examples=40, deadline=None)
@given(start=places, end=places, seed=st.integers(0, 20))
def test_the_route_costs_what_its_parts_cost(start, end, seed):
    chance, streets = np.random.default_rng(seed), []
    for street in grid(4, 4):
        streets += list(pairwise(street))
    made = network(
        streets,
        chance.choice(["residential", "secondary", "service"], len(streets)).tolist(),
        chance.choice(["forward", "backward", "both", "both"], len(streets)).tolist(),
    )
    source, target = made.place(points(start)), made.place(points(end))
    seconds, (route,) = between(made, source, target)[0, 0], routes(made, source, target)
    if route is None:
        assert np.isinf(seconds)
        return
    assert route.cost == pytest.approx(seconds)
    flat = shapely.transform(route.line, GROUND.metres)
    assert flat.length == pytest.approx(route.metres, rel=1e-3, abs=0.1)
    assert shapely.get_point(flat, 0).distance(shapely.Point(start)) < 0.1
    assert shapely.get_point(flat, -1).distance(shapely.Point(end)) < 0.1
