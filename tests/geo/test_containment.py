"""Residences lie in the quarter they overlap most: the database says what Shapely says."""

import random

import pytest
import shapely
from django.db import connection

from geo import containment, entrances
from geo.activation import activate
from geo.importing import Row, load
from geo.models import Address, Building, Containment
from geo.settling import Settled

pytestmark = pytest.mark.django_db
TOWN = (2.0, 48.0, 2.1, 48.1)


def release(dataset, rows):
    return activate(release=load(dataset=dataset, source="bdtopo", territory="77001", rows=rows), force=True)


def random_town(seed):
    """Quarters cut by random lines, and buildings strewn over them."""
    chance = random.Random(seed)
    cuts = [shapely.LineString([(2.0, chance.uniform(48, 48.1)), (2.1, chance.uniform(48, 48.1))]) for _ in range(4)]
    pieces = shapely.polygonize(shapely.node(shapely.union_all([*cuts, shapely.box(*TOWN).exterior])).geoms).geoms
    corners = [(chance.uniform(2.0, 2.09), chance.uniform(48.0, 48.09)) for _ in range(60)]
    size = [(chance.uniform(0.001, 0.01), chance.uniform(0.001, 0.01)) for _ in corners]
    return list(pieces), [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, size, strict=True)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_largest_overlap_wins(seed):
    quarters, footprints = random_town(seed)
    release("municipalities", [Row(1, shapely.box(*TOWN), {"insee_code": "77001", "name": "T"})])
    told = [{"kind": "quartier", "code": str(n), "name": str(n)} for n in range(len(quarters))]
    release(
        "neighbourhoods",
        [Row(n, q, told[n], key=f"77001/quartier/{n}", insee_code="77001") for n, q in enumerate(quarters)],
    )
    release("buildings", [Row(n, footprint, key=f"b{n:02}") for n, footprint in enumerate(footprints)])
    stored = {
        row.residence.key: row.neighbourhood.code
        for row in Containment.objects.select_related("residence", "neighbourhood")
    }
    for n, footprint in enumerate(footprints):
        areas = shapely.area(shapely.intersection(footprint, quarters))
        best = areas.max()
        assert areas[int(stored[f"b{n:02}"])] == pytest.approx(best, rel=1e-9)


def test_addresses_open_on_the_nearest_building_within_reach(toy_town):
    """Against brute force: geodesic distances to every footprint."""
    rows = Address.objects.order_by("?")[:25]
    for address in rows:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT id FROM geo_building WHERE ST_Distance(footprint::geography, %s::geography) <= 30
                ORDER BY ST_Distance(footprint::geography, %s::geography), key LIMIT 1""",
                [address.location.ewkt, address.location.ewkt],
            )
            nearest = cursor.fetchone()
        assert address.building_id == (nearest and nearest[0])


def plan_of(statement: str, parameters: dict) -> str:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_building, geo_boundarypart, geo_neighbourhood, geo_address")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.plan
def test_containment_meets_parts_and_footprints_by_an_index(toy_town):
    """Which of the two is walked and which looked up depends on their numbers."""
    plan = plan_of(containment.CONTAIN, {"municipalities": [toy_town.municipality.pk]})
    assert "geo_boundarypart_division_" in plan or "geo_building_footprint_" in plan


@pytest.mark.plan
def test_entrances_read_the_footprints_by_their_index(toy_town):
    plan = plan_of(entrances.TIE, {"municipalities": [toy_town.municipality.pk], "reach": 30})
    assert "geo_building_footprint_" in plan


def test_a_second_run_changes_nothing(toy_town):
    settled = Settled("buildings", [toy_town.municipality.pk], 1, 0, 0, 0)
    before = (
        list(Containment.objects.order_by("pk").values()),
        list(Building.objects.order_by("pk").values("residence")),
    )
    containment.contain_residences(settled)
    entrances.tie_addresses(settled)
    assert (
        list(Containment.objects.order_by("pk").values()),
        list(Building.objects.order_by("pk").values("residence")),
    ) == before
