"""The statements of imports and entries find rows by their indexes."""

import pytest
from django.db import connection

from directory.entries_sql import SCHEDULES, STAGE_SCHEDULES, WRITE_ENTRIES, WRITE_FEW_ENTRIES
from directory.importing.statements import COPY_ROWS, NEARBY_LISTINGS, PLACE_ROWS, STAGE_ROWS
from tests.plans import generic_plan

pytestmark = [pytest.mark.plan, pytest.mark.django_db]


def plan(statement, parameters=None):
    """The plan of a database that has grown: small tables would be read whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def rows(town):
    """A hundred rows in a town whose outlines are in 3,000 parts."""
    with connection.cursor() as cursor:
        for outlines in ("municipality", "neighbourhood"):
            cursor.execute(
                f"INSERT INTO geo_boundarypart ({outlines}_id, division) "
                f"SELECT outline.id, cell.geom FROM geo_{outlines} outline, ST_SquareGrid(0.002, outline.boundary) cell"
            )
        cursor.execute("ANALYZE geo_boundarypart")
        cursor.execute(STAGE_ROWS)
        with cursor.copy(COPY_ROWS) as copy:
            for rank in range(100):
                copy.write_row((rank, f"SRID=4326;POINT(-1.55 47.2{rank:02d})", "", ""))
        cursor.execute("ANALYZE staged_row")


def test_communes_are_found_through_their_parts(rows):
    by_point, by_code, _former, by_postcode, by_shore = PLACE_ROWS
    assert "geo_boundarypart_division" in plan(by_point)
    assert "geo_boundarypart_division" in plan(by_shore)
    assert "geo_municipality_insee_code" in plan(by_code)
    assert "geo_municipality_postcodes" in plan(by_postcode) or "geo_municip_postcod" in plan(by_postcode)


def test_what_is_near_is_found_through_the_entries(rows):
    said = plan(NEARBY_LISTINGS, {"metres": 200, "ranks": list(range(100)), "source": "osm"})
    assert "entry_by_place" in said


def test_quarters_are_found_through_their_parts(rows):
    with connection.cursor() as cursor:
        cursor.execute(STAGE_SCHEDULES)
    assert "geo_boundarypart_division" in plan(WRITE_ENTRIES, {"listings": [1, 2, 3]})


def test_a_plan_for_any_few_listings_reads_no_table_through(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = generic_plan(WRITE_FEW_ENTRIES, {"listings": [1], "schedules": "[]"})
    assert "geo_boundarypart_division" in found
    schedules = generic_plan(SCHEDULES, {"listings": [1]})
    for table in ("merchant", "publicplace", "association", "listing"):
        assert f"Seq Scan on directory_{table}" not in found + schedules
