"""Streets are cut where they meet and nowhere else, and keep their length."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.network.noding import cut_at_junctions
from geo.plane import metres_between
from tests.geo.network.streets import grid, lines

places = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda place: (100 * place[0], 100 * place[1]))
streets = st.lists(places, min_size=2, max_size=6).filter(lambda street: len(set(street)) > 1).map(tuple)


def cut(*drawn):
    return cut_at_junctions(lines(*drawn))


def test_a_grid_becomes_its_sides():
    pieces = cut(*grid(4, 3))
    assert len(pieces.nodes) == 5 * 4
    assert len(pieces.ends) == 4 * 4 + 5 * 3
    assert pieces.metres == pytest.approx(100, abs=0.01)


def test_a_bridge_stays_apart_from_what_is_under_it():
    pieces = cut(((0, 0), (200, 0)), ((100, -100), (100, 100)))
    assert pieces.metres == pytest.approx([200, 200], abs=0.01)
    assert len(pieces.nodes) == 4


def test_a_way_drawn_through_its_junctions_is_one_that_ends_there():
    through = cut(((0, 0), (100, 0), (200, 0)), ((100, 0), (100, 50)))
    ended = cut(((0, 0), (100, 0)), ((100, 0), (200, 0)), ((100, 0), (100, 50)))
    assert np.array_equal(through.ends, ended.ends) and np.allclose(through.metres, ended.metres)
    assert through.streets.tolist() == [0, 0, 1]


def test_bends_that_meet_nothing_stay_within_their_piece():
    pieces = cut(((0, 0), (50, 50), (100, 0)))
    assert pieces.metres == pytest.approx([2 * 50 * 2**0.5], abs=0.01)
    assert shapely.get_num_coordinates(pieces.lines).tolist() == [3]


def test_a_loop_comes_back_to_its_node():
    pieces = cut(((0, 0), (100, 0), (100, 100), (0, 100), (0, 0)), ((0, 0), (-50, 0)))
    assert pieces.metres == pytest.approx([400, 50], abs=0.01)
    assert pieces.ends[0, 0] == pieces.ends[0, 1] == pieces.ends[1, 0]


def test_a_vertex_told_twice_is_one_place():
    pieces = cut(((0, 0), (0, 0), (100, 0), (100, 0)))
    assert pieces.metres == pytest.approx([100], abs=0.01)


def test_no_streets_are_no_pieces():
    pieces = cut_at_junctions(np.empty(0, dtype=object))
    assert len(pieces.nodes) == len(pieces.lines) == 0


@given(drawn=st.lists(streets, min_size=1, max_size=8))
def test_pieces_are_the_streets_and_meet_at_their_ends_alone(drawn):
    pieces = cut(*drawn)
    whole = np.bincount(pieces.streets, pieces.metres, minlength=len(drawn))
    ellipsoid = Geod(ellps="WGS84")
    assert whole == pytest.approx([ellipsoid.geometry_length(line) for line in lines(*drawn)], rel=1e-6)
    seen = {}
    for line, (begin, end) in zip(pieces.lines, pieces.ends, strict=True):
        vertices = [tuple(vertex) for vertex in shapely.get_coordinates(line).round(6).tolist()]
        assert vertices[0] == tuple(pieces.nodes[begin].round(6)) and vertices[-1] == tuple(pieces.nodes[end].round(6))
        for vertex in vertices[1:-1]:
            assert vertex not in seen  # what two pieces share is a node
            seen[vertex] = True
    assert not seen.keys() & {tuple(node) for node in pieces.nodes.round(6).tolist()}


@given(x=st.floats(-60, 60), y=st.floats(-60, 60), east=st.floats(-0.01, 0.01), north=st.floats(-0.01, 0.01))
def test_short_distances_are_geodesic(x, y, east, north):
    there = metres_between(np.array([[x, y]]), np.array([[x + east, y + north]]))[0]
    assert there == pytest.approx(Geod(ellps="WGS84").inv(x, y, x + east, y + north)[2], rel=1e-5, abs=1e-3)
