"""The bench of reach: members like homes, a table made by the product, answers that are checked; all at a tiny size."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.benches import reach, reach_questions
from config.benches.reach_country import country_with
from geo.models import ReachCell
from scopes.models import Membership, ReachCount
from tests.bench.dropping import drop_databases

SEED, ROWS = 98, reach.FEWEST


@pytest.fixture
def thrown_away(db):
    """The databases of this test, dropped afterwards."""
    yield
    drop_databases("bench_reach_.*_98")


def test_too_few_members_are_refused():
    with pytest.raises(CommandError):
        call_command("bench", "reach", "--rows", str(ROWS - 1))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_merchants_ask_of_a_country_and_the_bench_keeps_it(thrown_away, monkeypatch):
    monkeypatch.setattr(reach_questions, "SHAPES", 12)
    monkeypatch.setattr(reach, "COUNTED", 3)
    output = StringIO()
    call_command("bench", "reach", "--rows", str(ROWS), "--seed", str(SEED), "--json", stdout=output)
    report = json.loads(output.getvalue())
    assert (report["bench"], report["rows"]) == ("reach", ROWS)
    assert 0 < report["p50_ms"] <= report["p95_ms"] and report["p95_50km_ms"] > 0 and report["growth"] > 0
    assert set(report["ratio"]) == {f"{way} {size}" for way in reach.WAYS for size in ("10 km", "50 km")}
    with country_with(ROWS, of=ROWS, seed=SEED):
        assert Membership.objects.current().count() == ROWS
        assert ReachCell.objects.filter(dwellings__lt=300).count() <= 1  # the last one, of what was left
        # Four in five agreed, nine in ten of these by letter, whom the coin counts all but: as many as the table tells.
        told = sum(ReachCount.objects.values_list("homes", flat=True))
        assert told == pytest.approx(0.72 * ROWS, rel=0.25)
