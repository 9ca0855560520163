"""Short words for tests of offers: a form as it is filled in, what a browser is told of it, the table of a quarter."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from geo.models import ReachCell
from scopes.models import ReachCount
from scopes.reach import quarter_of
from tests.directory.organised import in_days


def words(**columns) -> dict[str, str]:
    """The words and days of an offer."""
    days = {"first": in_days(0).isoformat(), "last": in_days(6).isoformat()}
    return {"title": "Deux pour une", "text": "Venez.", "conditions": "", **days, **columns}


def shaped(zone: str, **needs) -> dict[str, object]:
    """A shape."""
    return {"shape-zone": zone, **{f"shape-{name}": value for name, value in needs.items()}}


def looked(client: Client, address: str, **filled) -> dict:
    """What the script of the page is told of what is filled in."""
    answer = client.post(address, filled, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def counted(*homes: int) -> list[ReachCount]:
    """The table of this quarter: the cells of the town have these numbers, in turn."""
    cells = ReachCell.objects.filter(merged_into=None).order_by("pk")
    quarter = quarter_of(timezone.localdate())
    rows = [
        ReachCount(quarter=quarter, reach_cell=cell, centre=cell.location.clone(), homes=homes[number % len(homes)])
        for number, cell in enumerate(cells)
    ]
    return ReachCount.objects.bulk_create(rows)
