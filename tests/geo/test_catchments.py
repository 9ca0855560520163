"""Zones on the toy town: what they cover is read off the grid, what they hold obeys the laws of the algebra."""

import re
from datetime import timedelta

import pytest
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.catchments import around_cells, cells_covered, nearest_homes, radius_around, walk_around
from geo.errors import InvalidParameter
from geo.models import Municipality, PublicCell
from geo.pace import Pace

pytestmark = pytest.mark.django_db
metres = st.integers(0, 2000)
#: The town stays the same from one example to the next.
on_the_town = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cells_of(zone) -> set[int]:
    return set(cells_covered(zone.area).values_list("pk", flat=True))


def dwellings_of(zone) -> int:
    return sum(cells_covered(zone.area).values_list("dwellings", flat=True))


def cells_by_distance(point) -> list[PublicCell]:
    return list(PublicCell.objects.sound().annotate(away=Distance("location", point)).order_by("away"))


@pytest.mark.parametrize("radius", [100, 347, 1000, 3000])
def test_a_radius_covers_the_cells_whose_point_is_as_near(toy_town, radius):
    point = toy_town.point(1020, 890)
    covered = cells_of(radius_around(point, D(m=radius)))
    for cell in cells_by_distance(point):
        assert (cell.pk in covered) is (cell.away.m <= radius)


@pytest.mark.parametrize("radius", [0, 49.9, 50_001, -3])
def test_a_radius_has_its_limits(toy_town, radius):
    with pytest.raises(InvalidParameter) as refused:
        radius_around(toy_town.point(0, 0), D(m=radius))
    assert refused.value.parameter == "radius"


@on_the_town
@given(x=metres, y=metres, near=st.integers(50, 3000), further=st.integers(0, 3000))
def test_a_larger_radius_covers_what_the_smaller_did(toy_town, x, y, near, further):
    point = toy_town.point(x, y)
    small, large = radius_around(point, D(m=near)), radius_around(point, D(m=near + further))
    assert large.area.covers(small.area) or further == 0
    assert cells_of(small) <= cells_of(large)


@on_the_town
@given(x=metres, y=metres, homes=st.integers(1, 1500))
def test_the_nearest_homes_are_as_many_as_asked_and_no_nearer_zone_holds_them(toy_town, x, y, homes):
    point = toy_town.point(x, y)
    zone = nearest_homes(point, homes)
    assert dwellings_of(zone) >= homes
    cells = cells_by_distance(point)
    farthest = max(cell.away.m for cell in cells if cell.pk in cells_of(zone))
    # A metre nearer, and the homes are too few.
    assert sum(cell.dwellings for cell in cells if cell.away.m < farthest - 1) < homes


def test_more_homes_than_are_known_are_refused(toy_town):
    everyone = sum(PublicCell.objects.sound().values_list("dwellings", flat=True))
    assert dwellings_of(nearest_homes(toy_town.point(1000, 1000), everyone)) == everyone
    for homes in (0, -1, everyone + 1, 50_001):
        with pytest.raises(InvalidParameter) as refused:
            nearest_homes(toy_town.point(1000, 1000), homes)
        assert refused.value.parameter == "homes"


@pytest.mark.parametrize(("minutes", "pace", "metres"), [(6, Pace.USUAL, 500), (6, Pace.SLOW, 300)])
def test_a_walk_follows_the_streets(toy_town, minutes, pace, metres):
    point = toy_town.point(700, 700)
    walk = walk_around(point, timedelta(minutes=minutes), pace)
    assert walk.notes == () and walk.drawing is walk.area and walk.area.valid
    assert radius_around(point, D(m=metres)).area.covers(walk.area)
    for place, reached in (((700, 700 + metres - 5), True), ((700 + metres / 2, 700 + metres / 2 + 80), False)):
        assert walk.area.covers(toy_town.point(*place)) is reached


def test_a_walk_where_no_street_is_known_is_as_the_crow_flies_and_says_so(toy_town):
    point = toy_town.point(2600, 1000)
    walk = walk_around(point, timedelta(minutes=6))
    assert walk.area.equals(radius_around(point, D(m=500)).area)
    assert "vol d’oiseau" in walk.notes[0]


def test_a_walk_that_comes_to_the_end_of_the_known_streets_says_so(toy_town):
    walk = walk_around(toy_town.point(1900, 100), timedelta(minutes=15))
    assert not walk.area.covers(toy_town.point(2100, 100))
    assert "ne sont pas chargées" in walk.notes[0]


def test_the_shortest_walk_reaches_its_own_cell(toy_town):
    """The point of a cell is on a street."""
    for cell in PublicCell.objects.sound():
        walk = walk_around(cell.location, timedelta(minutes=1), Pace.SLOW)
        assert cell.pk in cells_of(walk)


@settings(on_the_town, max_examples=8)
@given(x=metres, y=metres, minutes=st.integers(1, 8), more=st.integers(0, 4))
def test_a_longer_walk_reaches_whom_a_shorter_one_did(toy_town, x, y, minutes, more):
    point = toy_town.point(x, y)
    short, long = (cells_of(walk_around(point, timedelta(minutes=time))) for time in (minutes, minutes + more))
    assert short <= long


@pytest.mark.parametrize("minutes", [0, 61])
def test_a_walk_has_its_limits(toy_town, minutes):
    with pytest.raises(InvalidParameter) as refused:
        walk_around(toy_town.point(0, 0), timedelta(minutes=minutes))
    assert refused.value.parameter == "minutes"


@on_the_town
@given(data=st.data())
def test_a_zone_around_cells_covers_these_and_no_others(toy_town, data):
    everyone = list(PublicCell.objects.sound().order_by("pk").values_list("pk", flat=True))
    chosen = data.draw(st.sets(st.sampled_from(everyone), min_size=1))
    zone = around_cells(PublicCell.objects.filter(pk__in=chosen))
    assert cells_of(zone) == chosen
    for cell in PublicCell.objects.filter(pk__in=chosen):
        assert zone.drawing.covers(cell.area.centroid) or zone.drawing.intersects(cell.area)


def test_cells_a_step_apart_are_told_apart(toy_town):
    first, second = PublicCell.objects.sound().order_by("pk")[:2]
    second.location = first.location.clone()
    second.location.x += 0.000002
    second.save(update_fields=["location"])
    assert cells_of(around_cells(PublicCell.objects.filter(pk=first.pk))) == {first.pk}


def test_a_zone_around_nobody_is_refused(toy_town):
    with pytest.raises(InvalidParameter):
        around_cells(PublicCell.objects.none())


@pytest.fixture
def country(db):
    """20,000 cells spread over a thousand kilometres, written at once; so many that the planner wants an index."""
    town = Municipality.objects.create(key="insee:44109", source="test", insee_code="44109", department="44", name="X")
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO geo_publiccell (municipality_id, location, area, dwellings, main_residences, largest_share,
                estimated) SELECT %s, point::geography, ST_Multi(ST_Buffer(point, 0.0001, 1)), 40, 33, 0.2, false
            FROM (SELECT ST_Point(-4 + 10 * random(), 43 + 7 * random(), 4326) AS point
                FROM generate_series(1, 20000)) AS points""",
            [town.pk],
        )
        cursor.execute(
            """INSERT INTO geo_residence (key, municipality_id, name, copro_number, dwellings_estimated, location,
                public_cell_id) SELECT id, municipality_id, '', '', false, location, id FROM geo_publiccell"""
        )
        cursor.execute("ANALYZE geo_publiccell, geo_residence")


@pytest.mark.plan
def test_cells_are_found_by_the_index_of_their_points(country):
    zone = radius_around(Point(2, 47, srid=4326), D(km=20))
    assert "Index Scan using cell_by_point" in cells_covered(zone.area).explain()


@pytest.mark.plan
@pytest.mark.parametrize(("homes", "queries"), [pytest.param(3000, 1, marks=pytest.mark.slow), (1, 2)])
def test_the_nearest_homes_walk_the_index_of_points(country, homes, queries):
    """Once, unless as few cells are read as may hold them: then the last may not be the farthest of these."""
    with CaptureQueriesContext(connection) as asked:
        nearest_homes(Point(2, 47, srid=4326), homes)
    plans = []
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    nearest, *within = plans
    assert re.search(r"Index Scan using geo_publiccell_location_\w+ .*\n +Order By: \(location <->", nearest)
    assert len(plans) == queries
    assert all(re.search(r"Scan (using|on) geo_publiccell_location_\w+", plan) for plan in within)
