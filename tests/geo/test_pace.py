"""Minutes of walks, and back."""

from datetime import timedelta

import pytest

from geo.pace import Pace


@pytest.mark.parametrize("pace", Pace)
def test_a_walk_of_whole_minutes_takes_as_many(pace):
    """In floating point 25 minutes at 5 km/h are a trifle more than 25."""
    minutes = range(1, 61)
    assert [pace.minutes_for(pace.metres_in(timedelta(minutes=number))) for number in minutes] == list(minutes)


@pytest.mark.parametrize("pace", Pace)
def test_a_begun_minute_counts_whole(pace):
    for number in range(1, 61):
        assert pace.minutes_for(pace.metres_in(timedelta(minutes=number)) + 0.01) == number + 1
    assert pace.minutes_for(0.0) == 0
