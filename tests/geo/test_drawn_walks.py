"""Walks as lines over the streets that are shown; where none lead, straight, and said so."""

import numpy as np
import pytest
import shapely

from geo.drawn_walks import drawn_walks
from geo.plane import metres_between
from geo.walks import walks_between

pytestmark = pytest.mark.django_db


def length_of(line):
    coords = np.array(line.coords)
    return metres_between(coords[:-1], coords[1:]).sum()


def test_the_walk_is_read_off_the_grid(toy_town):
    (walk,) = drawn_walks(toy_town.point(0, 0), [toy_town.point(200, 300)], farthest=2_000)
    assert walk.metres == pytest.approx(500, rel=1e-3) and not walk.straight_line
    assert length_of(walk.line) == pytest.approx(500, rel=1e-3)
    assert (
        walk.line.coords[0] == toy_town.point(0, 0).coords and walk.line.coords[-1] == toy_town.point(200, 300).coords
    )


def test_one_search_tells_what_searches_of_two_tell(toy_town):
    start = toy_town.point(50, 0)
    ends = [toy_town.point(*place) for place in ((0, 100), (300, 20), (50, 0), (600, 400), (410, 300))]
    walks = drawn_walks(start, ends, farthest=2_000)
    told = walks_between(shapely.points([start.coords]), shapely.points([end.coords for end in ends]), farthest=2_000)
    assert [walk.metres for walk in walks] == pytest.approx(told.metres[0].tolist(), abs=1e-6)
    assert [length_of(walk.line) for walk in walks] == pytest.approx(told.metres[0].tolist(), rel=1e-3, abs=0.01)


def test_what_is_too_far_along_the_streets_is_told_as_the_crow_flies(toy_town):
    near, far = drawn_walks(toy_town.point(0, 0), [toy_town.point(100, 0), toy_town.point(300, 400)], farthest=600)
    assert not near.straight_line
    assert far.straight_line and far.metres == pytest.approx(500, rel=1e-3) and len(far.line.coords) == 2


def test_off_the_streets_it_is_straight_and_nobody_walks_nowhere(toy_town):
    (walk,) = drawn_walks(toy_town.point(1900, 1000), [toy_town.point(2600, 1000)], farthest=2_000)
    assert walk.straight_line and walk.metres == pytest.approx(700, rel=1e-3)
    assert drawn_walks(toy_town.point(0, 0), [], farthest=2_000) == []
