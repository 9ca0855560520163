"""The bench of nearby search: it keeps its database, reports by ratio, and leaves Django where it found it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.benches import nearby
from config.benches.database import bench_database
from config.bootstrap.machine import missing
from tests.bench.dropping import drop_databases

KEYS = {"bench", "rows", "p50_ms", "p95_ms", "http_p50_ms", "growth", "http_growth", "ratio", "detail_ms"}


def measured(**p50: float) -> nearby.Measured:
    return nearby.Measured(p50=p50, p95=dict.fromkeys(p50, 9.0))


def test_a_ratio_above_one_means_that_we_are_faster():
    times = {"sql": 1.0, "sql 2 km": 1.0, "sql 5 km": 1.0, "sql 50 km": 1.0, "http": 2.0}
    peers = {"redis 2 km": 1.0, "redis 5 km": 2.0, "redis 50 km": 4.0, "drf_gis": 12.0, "tipg": 50.0, "select1": 1.0}
    report = nearby._report(measured(sql=0.5, http=1.6), measured(**times, **peers), rows=1_000)
    assert set(report) == KEYS
    assert report["ratio"] == {"redis": 2.0, "drf_gis": 6.0, "tipg": 25.0, "select1": 0.5}
    assert (report["growth"], report["http_growth"]) == (2.0, 1.25)


def test_what_was_not_measured_is_null():
    times = {"sql": 1.0, "sql 2 km": 1.0, "sql 5 km": 1.0, "sql 50 km": 1.0}
    report = nearby._report(measured(sql=1.0), measured(**times), rows=1_000)
    assert report["http_p50_ms"] is report["http_growth"] is None
    assert set(report["ratio"].values()) == {None}


@pytest.fixture
def thrown_away_people(db):
    yield
    drop_databases("bench_(visibility|nearby)_1000_98|bench_feed_(5000|100)_98")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_members_search_a_country_where_some_of_it_is_theirs(thrown_away_people):
    output = StringIO()
    call_command("bench", "visibility", "--rows", "1000", "--seed", "98", "--json", stdout=output)
    report = json.loads(output.getvalue())
    assert (report["rows"], report["members"]) == (1_000, 200)
    assert report["p50_ms"] > 0 and report["viewer_ms"] > 0 and report["ratio"]["without_visibility"] > 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_members_read_what_is_addressed_to_them(thrown_away_people):
    output = StringIO()
    call_command("bench", "feed", "--rows", "5000", "--seed", "98", "--json", stdout=output)
    report = json.loads(output.getvalue())
    assert (report["rows"], report["members"]) == (5_000, 1_000)
    assert 0 < report["p50_ms"] < report["with_python_p50_ms"]
    assert report["growth"] > 0 and report["ratio"]["one_condition"] > 0


def test_too_few_rows_are_refused():
    with pytest.raises(CommandError):
        call_command("bench", "nearby", "--rows", "10")
    with pytest.raises(CommandError):
        call_command("bench", "feed", "--rows", "2499")


@pytest.fixture
def thrown_away(db):
    yield
    drop_databases("bench_nearby_(2000|40)_99")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_bench_ends_with_one_line_of_json_and_keeps_its_database(thrown_away, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    ordinary, output = connection.settings_dict["NAME"], StringIO()
    call_command("bench", "nearby", "--rows", "2000", "--seed", "99", "--sql-only", "--json", stdout=output)
    (line,) = output.getvalue().splitlines()
    report = json.loads(line)
    assert set(report) == KEYS
    assert report["p50_ms"] > 0
    assert (report["ratio"]["redis"] is not None) == (missing(["redis-server"]) == [])
    assert connection.settings_dict["NAME"] == ordinary
    with bench_database(rows=2_000, seed=99), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_searchentry")
        assert cursor.fetchone() == (2_000,)
