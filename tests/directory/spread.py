"""Requests that spread by themselves, in the village of `tests/scopes/village.py`, on days that are past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory import exchanging, spreading
from directory.kinds import KINDS
from directory.models import Exchange, Listing
from scopes.models import Membership
from tests.directory.exchanged import FILLED
from tests.directory.speaking import looking
from tests.scopes.village import Village

PARIS = ZoneInfo("Europe/Paris")
#: Whoever lives in a village entered it a month ago: what follows takes place between then and today.
BEGINNING = timezone.now().astimezone(PARIS).date() - timedelta(days=22)
#: What is filled in of each kind that looks for something.
LOOKED_FOR = {
    "service": {"direction": "request", "in_exchange_for": ""},
    "loan": {"direction": "request", "availability": "", "available_until": "", "deposit": ""},
    "classified": {"deal": "wanted", "price": "", "condition": ""},
}


@contextmanager
def on(day: int, hour: float = 20) -> Iterator[datetime]:
    """The clock of this process, so many days after the beginning, at an hour of Paris."""
    midnight = datetime.combine(BEGINNING + timedelta(days=day), time(), tzinfo=PARIS)
    with patch("django.utils.timezone.now", return_value=midnight + timedelta(hours=hour)):
        yield midnight + timedelta(hours=hour)


def looks_for(someone: Membership, title: str = "Perceuse", *, kind: str = "loan", **columns) -> Exchange:
    """Someone looks for something, and it spreads by itself: the first hour comes."""
    asked = asks(someone, title, kind=kind, **columns)
    with patch("django.utils.timezone.now", return_value=asked.opens_at):
        morning()
    return asked


def asks(someone: Membership, title: str = "Perceuse", *, kind: str = "loan", **columns) -> Exchange:
    """Someone looks for something, and the hour has not come."""
    columns = {"category": FILLED[kind]["category"], "own": LOOKED_FOR[kind], "level": spreading.SPREAD, **columns}
    with looking(someone) as viewer:
        return exchanging.share(home=viewer.home, kind=KINDS[kind], title=title, **columns)


def morning() -> int:
    """Do what the jobs of a morning do; return how many requests grew."""
    grown = sum(spreading.spread_in(town) for town in spreading.towns_that_spread())
    spreading.forget_rings()
    return grown


def mornings(*days: int) -> None:
    """Let the hour come on each of these days."""
    for day in days:
        with on(day, 9):
            morning()


def seeing(someone: Membership) -> set[str]:
    """Titles of what spreads that someone may see."""
    with looking(someone) as viewer:
        found = Listing.objects.live().visible_to(viewer).filter(spreads=True)
        return set(found.values_list("title", flat=True))


def reached(village: Village, request: Listing) -> set[int]:
    """Numbers of the cells that a request has come to."""
    request.refresh_from_db()
    covered = (number for number, cell in enumerate(village.cells) if request.catchment.covers(cell.location))
    return set(covered)


@pytest.fixture
def by_sixty(monkeypatch) -> None:
    """Rings of as many homes as one cell of the village holds, then of two more, then of three."""
    monkeypatch.setattr(spreading, "HOMES", 60)
