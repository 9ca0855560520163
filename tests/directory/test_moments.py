"""Days and hours as people speak them."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from directory import moments
from directory.moments import moment


class Noon:
    """Thursday 3 December 2026, 12:00 in Paris."""

    @staticmethod
    def now():
        return datetime(2026, 12, 3, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(moments, "timezone", Noon)


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
