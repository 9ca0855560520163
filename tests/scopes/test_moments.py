"""Days and hours as people speak them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from scopes.moments import full_day, moment


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Thursday 3 December 2026, 12:00 in Paris."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 3, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("instant", "french", "english"),
    [
        (datetime(2026, 12, 3, 8, tzinfo=UTC), "aujourd’hui à 9 h", None),
        (datetime(2026, 12, 2, 17, 30, tzinfo=UTC), "hier à 18 h 30", None),
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), "mardi 1er déc. à 23 h 59", None),
        (datetime(2026, 11, 26, 17, 5, tzinfo=UTC), "jeudi 26 nov. à 18 h 05", "Thursday 26 Nov."),
        (datetime(2025, 8, 14, 6, tzinfo=UTC), "jeudi 14 août 2025 à 8 h", "Thursday 14 Aug. 2025"),
    ],
)
def test_a_moment_in_words(instant, french, english):
    assert moment(instant).replace("\u00a0", " ") == french
    if english:
        with translation.override("en"):
            assert moment(instant).replace("\u00a0", " ").startswith(english)


def test_days_are_those_of_the_place():
    evening_in_paris = datetime(2026, 12, 2, 22, 30, tzinfo=UTC)
    assert moment(evening_in_paris).startswith("hier")
    assert moment(evening_in_paris, time_zone="Indian/Reunion").startswith("aujourd’hui")


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [
        (date(2027, 10, 1), "1er octobre 2027", "1 October 2027"),
        (date(2026, 12, 31), "31 décembre 2026", "31 December 2026"),
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "1er décembre 2026", "1 December 2026"),
    ],
)
def test_a_day_in_full(when, french, english):
    template = Template("{% load moments %}{{ when|full_day }}, {{ when|day_and_month }}")
    page = template.render(Context({"when": when}))
    assert page == f"{french}, {french[:-5]}" and full_day(when) == french
    with translation.override("en"):
        assert full_day(when) == english


def test_no_day_is_nothing():
    assert Template("{% load moments %}{{ when|full_day }}").render(Context({"when": None})) == ""
