"""The sums of the quarterly table are found by its index: by quarter of the year, then by the centres of its cells."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.catchments import disc
from geo.models import Municipality
from scopes.models import ReachCount

pytestmark = [pytest.mark.django_db, pytest.mark.plan]
QUARTERS = [date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)]


@pytest.fixture
def table(db):
    """Three quarters of 4,000 reach cells, spread over a thousand kilometres."""
    town = Municipality.objects.create(key="insee:44109", source="test", insee_code="44109", department="44", name="X")
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO geo_reachcell (municipality_id, location, dwellings)
            SELECT %s, ST_Point(-4 + 10 * random(), 43 + 7 * random(), 4326)::geography, 400
            FROM generate_series(1, 4000)""",
            [town.pk],
        )
        cursor.execute(
            """INSERT INTO scopes_reachcount (quarter, reach_cell_id, centre, homes, weekly, dwellings)
            SELECT quarter, id, location::geometry, 100, 20, dwellings
            FROM geo_reachcell, unnest(%s::date[]) AS quarter""",
            [QUARTERS],
        )
        cursor.execute("ANALYZE geo_reachcell, scopes_reachcount")


@pytest.mark.parametrize(
    "asked",
    [
        lambda area: ReachCount.objects.connected_in(area),
        lambda area: ReachCount.objects.adoption_in(area, quarters=QUARTERS[1:]),
    ],
    ids=["connected", "adoption"],
)
@pytest.mark.parametrize("metres", [2_000, 50_000])
def test_sums_read_one_quarter_around_the_area(table, asked, metres):
    with CaptureQueriesContext(connection) as captured:
        asked(disc(Point(1, 46.5, srid=4326), metres))
    (query,) = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    found = r"(using|on) reach_by_quarter_and_centre\b.*\n +Index Cond: \(\(quarter = .* AND \(centre @ "
    assert re.search(found, plan) and "Seq Scan" not in plan, plan
