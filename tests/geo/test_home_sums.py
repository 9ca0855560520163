"""Homes added up by squares are those of the cells, whatever the zone: on limits of squares and over towns too."""

from __future__ import annotations

import random

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.contrib.gis.measure import D
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from geo.catchments import cells_covered, disc, radius_around
from geo.home_sums import PARTS, SQUARES, WHOLE, HomesIn, add_up_homes, homes_in, homes_of_town
from geo.models import HomeSum, Municipality, PublicCell, Residence
from geo.regrouping import bring_up_to_date

pytestmark = pytest.mark.django_db
PART = 1 / (SQUARES * PARTS)


def one_by_one(area: MultiPolygon, town: int) -> HomesIn:
    """The same, cell by cell."""
    cells = list(cells_covered(area))
    return HomesIn(
        homes=sum(cell.dwellings for cell in cells),
        elsewhere=sum(cell.dwellings for cell in cells if cell.municipality_id != town),
        estimated=any(cell.estimated for cell in cells),
    )


def town_of(code: str) -> Municipality:
    return Municipality.objects.create(key=f"insee:{code}", source="test", insee_code=code, department="44", name="X")


@pytest.fixture
def country(db) -> list[Municipality]:
    """Cells of two towns on both sides of Greenwich: a third of them on limits of squares and parts."""
    towns, draw = [town_of("44001"), town_of("44002")], random.Random(5)

    def at() -> Point:
        x, y = draw.uniform(-0.3, 0.3), 47 + draw.uniform(0, 0.4)
        if draw.random() < 0.33:
            x, y = round(x / PART) * PART, draw.choice((y, round(y / PART) * PART))
        return Point(x, y, srid=4326)

    cells = PublicCell.objects.bulk_create(
        PublicCell(
            municipality=draw.choice(towns), location=(point := at()), area=MultiPolygon(point.buffer(0.0001)),
            dwellings=draw.randint(30, 60), main_residences=30, largest_share=0.2, estimated=draw.random() < 0.02,
        )
        for _ in range(600)
    )  # fmt: skip
    Residence.objects.bulk_create(
        Residence(key=str(number), municipality_id=cell.municipality_id, location=cell.location, public_cell=cell)
        for number, cell in enumerate(cells[:590])
    )
    add_up_homes(municipalities=[town.pk for town in towns])
    return towns


def zones(draw: random.Random) -> list[MultiPolygon]:
    """Discs, boxes along limits of squares, and drawings with holes and in two parts."""
    middle = Point(draw.uniform(-0.3, 0.3), 47 + draw.uniform(0, 0.4), srid=4326)
    west, south = (round(one / PART) * PART for one in middle.coords)
    box = Polygon.from_bbox((west, south, west + draw.randint(1, 40) * PART, south + draw.randint(1, 40) * PART))
    hole = disc(middle, draw.uniform(100, 2_000))
    round_about = disc(middle, draw.uniform(100, 20_000))
    ring = GEOSGeometry(round_about.difference(hole).ewkb)
    return [
        round_about,
        MultiPolygon(box, srid=4326),
        ring if isinstance(ring, MultiPolygon) else MultiPolygon(ring, srid=4326) if ring.area else round_about,
    ]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_squares_add_up_to_the_cells(country, seed):
    draw, sums = random.Random(seed), set()
    for _number in range(10 if seed == 1 else 300):
        for area in zones(draw):
            told = homes_in(area, town=country[0].pk)
            assert told == one_by_one(area, country[0].pk), area.wkt
            sums.add(told.homes)
    assert len(sums) > 10


def test_a_town_is_all_its_squares_and_none_of_others(country):
    for town in country:
        cells = PublicCell.objects.sound().filter(municipality=town)
        assert homes_of_town(town.pk).homes == cells.aggregate(homes=Sum("dwellings"))["homes"]
        assert homes_of_town(town.pk).elsewhere == 0
    parts = HomeSum.objects.exclude(part=WHOLE).aggregate(homes=Sum("homes"))["homes"]
    assert parts == HomeSum.objects.filter(part=WHOLE).aggregate(homes=Sum("homes"))["homes"]


def test_nothing_is_nobody(country):
    assert homes_in(disc(Point(5, 45, srid=4326), 1_000), town=country[0].pk) == HomesIn(0, 0, False)


def test_squares_follow_the_cells_of_a_town(toy_town):
    """As its residences change: the cells of the town are kept, and so are their sums."""
    town = toy_town.municipality
    whole = radius_around(town.location, D(km=5)).area
    before = homes_in(whole, town=town.pk)
    assert before == one_by_one(whole, town.pk) and before.homes > 1_000
    HomeSum.objects.all().delete()
    assert homes_in(whole, town=town.pk).homes == 0
    bring_up_to_date(municipality_id=town.pk)
    assert homes_in(whole, town=town.pk) == before


@pytest.mark.plan
def test_squares_and_cells_of_the_edge_are_found_by_index(country):
    area = disc(Point(0.01, 47.2, srid=4326), 9_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_publiccell, geo_homesum, geo_residence")
    plan = plan_of_homes(area, country[0].pk)
    assert "one_sum_of_a_square_and_town" in plan and "cell_by_point" in plan
    assert "Seq Scan on geo_homesum" not in plan and "Seq Scan on geo_publiccell" not in plan


def plan_of_homes(area: MultiPolygon, town: int) -> str:
    with CaptureQueriesContext(connection) as asked:
        homes_in(area, town=town)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())
