"""Walks over the streets that are shown: on the toy town's grid, beyond it in a straight line, and said so."""

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.activation import roll_back
from geo.models import Address, Building, Release, Street
from geo.network.loading import doors_of, network_on_foot
from geo.walks import Doorsteps, Start, walks_between

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(toy_town):
    def places(*metres):
        return shapely.points([toy_town.point(x, y).coords for x, y in metres])

    return places


def test_the_walk_is_read_off_the_grid(at):
    walks = walks_between(at((0, 0), (540, 1000)), at((600, 600), (540, 1030)))
    assert walks.metres == pytest.approx(np.array([[1200, 1570], [460, 30]]), rel=1e-3)
    assert not walks.straight_line.any()


def test_a_place_without_streets_is_as_far_as_the_crow_flies(at):
    walks = walks_between(at((1900, 1000)), at((2600, 1000), (1800, 1000)))
    assert walks.metres[0] == pytest.approx([700, 100], rel=1e-3)
    assert walks.straight_line.tolist() == [[True, False]]


def test_an_area_is_left_at_the_point_that_is_nearest_in_metres(at):
    """An edge from south-west to north-east: in degrees another point of it would be the nearest."""
    edge = shapely.LineString(shapely.get_coordinates(at((2_600, 400), (3_000, 800))))
    walks = walks_between(np.array([edge]), at((2_900, 500)))
    assert walks.straight_line.all() and walks.metres[0, 0] == pytest.approx(200 * np.sqrt(0.5), rel=1e-3)


def test_nothing_is_told_beyond_the_farthest(at):
    walks = walks_between(at((0, 0)), at((300, 0), (301, 0), (2800, 0)), farthest=300.5)
    assert np.isfinite(walks.metres).tolist() == [[True, False, False]]


def test_nobody_and_nothing(at):
    assert walks_between(at((0, 0)), np.empty(0, dtype=object)).metres.shape == (1, 0)
    assert walks_between(np.empty(0, dtype=object), at((0, 0))).metres.shape == (0, 1)


def test_what_a_walk_may_take_is_read_and_no_more(toy_town):
    here = np.array([toy_town.point(0, 0).coords])
    near = network_on_foot(here, margin=1000)
    # 11 streets of ten segments each way, and the segments that only touch the box.
    assert 2 * 11 * 10 <= len(near.pieces.lines) <= 2 * 12 * 11
    assert len(network_on_foot(here, margin=5000).pieces.lines) == Street.objects.open().count() == 2 * 21 * 20


def test_one_leaves_a_building_by_its_doors_else_by_its_edge(toy_town):
    house, without = (Building.objects.get(key=f"bdtopo:BATIMENT-{block}") for block in ("05-05", "20-00"))
    numbers, doors = doors_of(Building.objects.filter(pk__in=[without.pk, house.pk]))
    assert set(numbers.tolist()) == {house.pk, without.pk} and len(numbers) == 2
    by_number = dict(zip(numbers.tolist(), doors, strict=True))
    assert by_number[house.pk].equals_exact(shapely.Point(toy_town.point(550, 530).coords), 1e-6)
    assert by_number[without.pk].geom_type == "MultiPolygon"
    assert [array.size for array in doors_of(Building.objects.none())] == [0, 0]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_homes_walk_from_the_best_of_their_doors_to_the_nearest_sites(at, toy_town, count):
    """One house has a second door in the next block; one in Voisine none, and one site no street."""
    house, other, without = (
        Building.objects.get(key=f"bdtopo:BATIMENT-{block}") for block in ("05-05", "06-05", "20-00")
    )
    Address.objects.filter(building=other).update(building=house)
    doorsteps = Doorsteps.of(Building.objects.filter(pk__in=[house.pk, without.pk]))
    walks = doorsteps.walks_to(at((500, 500), (800, 500), (2_600, 100)), count=count)
    assert doorsteps.buildings.tolist() == sorted([house.pk, without.pk])
    (first, second) = (doorsteps.buildings.tolist().index(one.pk) for one in (house, without))
    assert walks.metres[:, first] == pytest.approx([80, 180, np.inf][:count], rel=1e-3)
    assert walks.metres[:, second] == pytest.approx([1_700, 2_000, np.inf][:count], rel=1e-3)
    assert not walks.straight_line.any()
    nowhere = doorsteps.walks_to(np.empty(0, dtype=object), count=count)
    assert nowhere.metres.shape == (count, 2) and np.isinf(nowhere.metres).all()


def test_a_site_without_a_street_serves_no_door_that_has_one(at):
    """351 m away and 300 m beyond the last street, it would beat the walk of 1,480 m to the bakery in town."""
    home = Doorsteps.of(Building.objects.filter(key="bdtopo:BATIMENT-19-05"))
    alone, beside = (home.walks_to(at(*sites)) for sites in (((500, 500),), ((500, 500), (2_300, 500))))
    assert alone.metres == pytest.approx(1_480, rel=1e-3)
    assert beside.metres.tolist() == alone.metres.tolist() and not beside.straight_line.any()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_a_long_building_without_a_street_the_nearest_are_those_at_its_ends(at, count):
    """By its middle they are the seventh and the eighth."""
    corners = shapely.get_coordinates(at((2_300, 900), (3_300, 900), (3_300, 910), (2_300, 910), (2_300, 900)))
    footprint = MultiPolygon(Polygon(corners.tolist()), srid=4326)
    Building.objects.filter(key="bdtopo:BATIMENT-20-00").update(footprint=footprint)
    doorsteps = Doorsteps.of(Building.objects.filter(key="bdtopo:BATIMENT-20-00"))
    around = [(2_800 + x, 905 + y) for x in (-50, 0, 50) for y in (-400, 400)]
    walks = doorsteps.walks_to(at(*around, (3_305, 905), (2_293, 905)), count=count)
    assert walks.metres[:, 0] == pytest.approx([5, 7, 395][:count], rel=1e-3)
    assert walks.straight_line.all()


def test_a_walk_from_one_place_is_as_long_as_the_limit_or_little_longer_else_there_is_none(toy_town, at):
    point = toy_town.point(500, 500)
    walks = Start.at(point.x, point.y, 300).walks_to(at((500, 700), (500, 795), (500, 845), (500, 855)))
    assert walks.metres == pytest.approx([200, 295, 300, np.inf], rel=1e-3)


def test_of_no_homes_there_are_no_walks(at):
    assert Doorsteps.of(Building.objects.none()).walks_to(at((500, 500)), count=2).metres.shape == (2, 0)


def test_the_streets_are_those_of_today(at):
    """Nothing is kept of them: the network goes with the release, in the same transaction."""
    start, end = at((0, 0)), at((300, 400))
    assert walks_between(start, end).metres[0, 0] == pytest.approx(700, rel=1e-3)
    roll_back(release=Release.objects.active().get(dataset="streets"))
    gone = walks_between(start, end)
    assert gone.metres[0, 0] == pytest.approx(500, rel=1e-3) and gone.straight_line.all()


def test_what_nobody_may_walk_is_no_way(at, toy_town):
    Street.objects.filter(key="bdtopo:TRONROUT-E-05-10").update(walkable=False)
    assert walks_between(at((500, 1000)), at((600, 1000))).metres[0, 0] == pytest.approx(300, rel=1e-3)


@pytest.mark.plan
def test_streets_are_found_by_the_index_of_their_lines(toy_town):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO geo_street (key, source, digest, name, line, road_class, one_way, walkable, drivable)
            SELECT 'far:' || n, 'test', '', '', ST_MakeLine(ST_Point(-4, 43 + n / 5000.0, 4326),
                ST_Point(-3.999, 43 + n / 5000.0, 4326)), '', '', true, true FROM generate_series(1, 20000) n"""
        )
        cursor.execute("ANALYZE geo_street")
        with CaptureQueriesContext(connection) as asked:
            network_on_foot(np.array([toy_town.point(1000, 1000).coords]), margin=100)
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "geo_street_line" in plan and "Seq Scan" not in plan
