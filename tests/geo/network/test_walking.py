"""Distances on foot: read off the grid, judged by a plain Dijkstra, and obeying the laws of distances."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.network.graph import FARTHEST_STREET, Network
from geo.network.walking import AT_ONCE, between, near_sources
from tests.geo.network.streets import Judge, apart, grid, lines, points

GRID = grid(6, 6)
#: The same, with a park in its middle that no street crosses, a diagonal, and an avenue with a bend.
UNEVEN = [
    *[street for street in GRID if street[0] not in ((0, 300), (300, 0))],
    ((0, 0), (200, 100)),
    ((600, 600), (750, 650), (600, 400)),
]
anywhere = st.tuples(st.integers(-50, 650), st.integers(-50, 650))
several = st.lists(anywhere, min_size=1, max_size=6, unique=True)


def walk(streets, start, end):
    network = Network.on_foot(lines(*streets))
    return between(network, network.place(points(start)), network.place(points(end)))[0, 0]


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        ((0, 0), (600, 600), 1200),
        ((100, 50), (100, 250), 200),
        ((100, 50), (200, 50), 200),
        ((130, 0), (170, 0), 40),
        ((150, 30), (350, 30), 260),
        ((150, -40), (150, -40), 80),
    ],
)
def test_the_walk_is_read_off_the_grid(start, end, metres):
    """The last goes to the street and back: where the doors of a place are is not known."""
    assert walk(GRID, start, end) == pytest.approx(metres, rel=1e-4)


def test_two_banks_of_a_river_are_as_far_as_its_bridge():
    banks = [((0, 0), (1000, 0)), ((0, 60), (1000, 60)), ((0, 0), (0, 60))]
    assert walk(banks, (900, 0), (900, 60)) == pytest.approx(1860, abs=0.05)


def test_of_two_streets_between_the_same_crossings_the_shorter_is_taken():
    two = [((0, 0), (300, 0)), ((0, 0), (150, 400), (300, 0)), ((-300, 0), (0, 0)), ((300, 0), (600, 0))]
    assert walk(two, (-100, 0), (400, 0)) == pytest.approx(500, abs=0.05)


def test_a_loop_is_walked_the_shorter_way():
    loop = [((0, 0), (200, 0), (200, 200), (0, 200), (0, 0)), ((0, 0), (-100, 0))]
    assert walk(loop, (-100, 0), (0, 150)) == pytest.approx(250, abs=0.05)
    assert walk(loop, (50, 0), (0, 50)) == pytest.approx(100, abs=0.05)
    assert walk(loop, (0, 50), (200, 50)) == pytest.approx(300, abs=0.05)


def test_what_is_far_from_every_street_stands_nowhere():
    network = Network.on_foot(lines(*GRID))
    stops = network.place(points((300, -FARTHEST_STREET + 1), (300, -FARTHEST_STREET - 1)))
    assert stops.placed.tolist() == [True, False]
    assert stops.connectors[0] == pytest.approx(FARTHEST_STREET - 1, abs=0.05)
    assert np.isinf(between(network, stops, stops)).tolist() == [[False, True], [True, True]]


def test_an_area_is_left_by_its_edge():
    network = Network.on_foot(lines(*GRID))
    house = shapely.transform(shapely.box(130, 20, 170, 70), lambda metres: shapely.get_coordinates(points(*metres)))
    (connector,) = network.place(np.array([house])).connectors
    assert connector == pytest.approx(20, abs=0.05)


def test_an_alley_that_leads_nowhere_is_no_street_to_start_from():
    alley = ((140, 40), (160, 40))
    assert walk([*GRID, alley], (150, 40), (350, 0)) == pytest.approx(240, abs=0.05)
    # Where there is nothing else it is.
    assert walk([alley], (140, 40), (160, 40)) == pytest.approx(20, abs=0.05)


def test_parts_of_a_network_that_do_not_meet_are_infinitely_far():
    other = [tuple((x + 5000, y) for x, y in street) for street in GRID]
    network = Network.on_foot(lines(*GRID, *other))
    here, there = network.place(points((0, 0))), network.place(points((5000, 0)))
    assert np.isinf(between(network, here, there)).all()
    assert len(near_sources(network, here, there, count=2).costs) == 0


def test_no_streets_no_sources_no_targets():
    for streets in ((), GRID):
        network = Network.on_foot(lines(*streets)) if streets else Network.on_foot(np.empty(0, dtype=object))
        none, some = network.place(points()), network.place(points((0, 0), (100, 100)))
        assert between(network, none, some).shape == (0, 2) and between(network, some, none).shape == (2, 0)
        assert len(near_sources(network, none, some, count=2).costs) == 0
        assert len(near_sources(network, some, none, count=2).costs) == 0


def test_beyond_the_limit_nothing_is_told():
    network = Network.on_foot(lines(*GRID))
    start, ends = network.place(points((0, 0))), network.place(points((100, 90), (100, 110)))
    assert np.isinf(between(network, start, ends, limit=200)).tolist() == [[False, True]]
    assert set(near_sources(network, start, ends, count=1, limit=200).targets.tolist()) == {0}


@settings(max_examples=60, deadline=None)
@given(streets=st.sampled_from([GRID, UNEVEN]), start=anywhere, end=anywhere)
def test_a_plain_dijkstra_says_the_same(streets, start, end):
    judge = Judge(streets)
    # As near to two streets, either may be taken.
    for place in (start, end):
        near = sorted(apart(place, Judge([segment]).foot(place)[0]) for segment in judge.segments)
        feet = {judge.foot(place)[0]}
        assume(near[1] - near[0] > 0.01 or feet <= {corner for segment in judge.segments for corner in segment})
    assert walk(streets, start, end) == pytest.approx(judge.walk(start, end), rel=2e-4, abs=0.1)


@settings(max_examples=60, deadline=None)
@given(streets=st.sampled_from([GRID, UNEVEN]), sources=several, targets=several, count=st.integers(1, 5))
def test_the_few_nearest_are_the_least_of_all(streets, sources, targets, count):
    network = Network.on_foot(lines(*streets))
    start, end = network.place(points(*sources)), network.place(points(*targets))
    ways = near_sources(network, start, end, count=count, limit=700)
    every = between(network, start, end, limit=700)
    assert (ways.costs >= every[ways.sources, ways.targets] - 1e-6).all()
    assert (np.diff(ways.targets) >= 0).all()
    for number in range(len(targets)):
        least = {}
        for source, cost in zip(ways.sources[ways.targets == number], ways.costs[ways.targets == number], strict=True):
            least[source] = min(cost, least.get(source, np.inf))
        expected = np.sort(every[:, number][np.isfinite(every[:, number])])[:count]
        assert sorted(least.values())[:count] == pytest.approx(expected)


def test_of_sources_at_one_place_each_is_one():
    """All of them are the nearest: on crossings, on one piece, and two at the same door."""
    network = Network.on_foot(lines(*GRID))
    start = network.place(points((100, 100), (100, 100), (140, 100), (100, 160), (100, 160)))
    ways = near_sources(network, start, network.place(points((100, 130))), count=5)
    assert set(ways.sources.tolist()) == {0, 1, 2, 3, 4}


def test_more_sources_than_go_at_once_are_all_heard():
    network = Network.on_foot(lines(*GRID))
    start, end = network.place(points(*[(5 * number, 0) for number in range(2 * AT_ONCE)])), points((593, 0))
    ways = near_sources(network, start, network.place(end), count=2)
    assert list(dict.fromkeys(ways.sources[np.argsort(ways.costs)].tolist()))[:2] == [119, 118]
    every = between(network, start, network.place(end))
    assert np.argsort(every[:, 0])[:2].tolist() == [119, 118] and np.isfinite(every).all()


@settings(max_examples=60, deadline=None)
@given(streets=st.sampled_from([GRID, UNEVEN]), places=st.lists(anywhere, min_size=3, max_size=3))
def test_distances_on_foot_are_distances(streets, places):
    network = Network.on_foot(lines(*streets))
    stops = network.place(points(*places))
    metres = between(network, stops, stops)
    assert np.allclose(metres, metres.T)
    assert metres[0, 2] <= metres[0, 1] + metres[1, 2] + 1e-6
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert metres[one, other] >= apart(places[one], places[other]) - 0.01
