"""Opening hours: holidays, clocks and sun of the place; what is not certain is not open."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from directory.models import OpeningRenewal
from directory.opening import as_multirange, follows_the_sun, horizon, next_horizon, open_periods, readable

NANTES = {"code": "44109", "time_zone": "Europe/Paris"}


def days(expression, first, last, **place):
    periods = open_periods(expression, first=first, last=last, **(place or NANTES))
    return {start.date() for start, _end in periods}


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00"),
        ("Mo-Sa 09:30–19:30", "Mo-Sa 09:30-19:30"),
        ("Mo-Fr 08:30-12:30;", "Mo-Fr 08:30-12:30"),
        ("24/7", "24/7"),
        ("du lundi au vendredi de 9h à 12h", ""),
        ("Mo-Fr 09:00-1300 & 14:00-18:00", ""),
        ("", ""),
    ],
)
def test_only_what_is_read_with_certainty_is_readable(text, standard):
    assert readable(text) == standard


@given(st.text(max_size=40))
def test_any_text_is_readable_or_nothing(text):
    standard = readable(text)
    assert standard == "" or readable(standard) == standard


def test_national_holidays_close():
    christmas = date(2026, 12, 25)
    assert christmas not in days("Mo-Fr 09:00-12:00; PH off", date(2026, 12, 21), date(2026, 12, 27))
    assert christmas in days("Mo-Fr 09:00-12:00", date(2026, 12, 21), date(2026, 12, 27))


@pytest.mark.parametrize(
    ("code", "time_zone", "day"),
    [
        ("57463", "Europe/Paris", date(2027, 3, 26)),  # Good Friday in Metz
        ("67482", "Europe/Paris", date(2026, 12, 26)),  # second Christmas day in Strasbourg
        ("97411", "Indian/Reunion", date(2026, 12, 20)),  # abolition of slavery in Saint-Denis
        ("99138", "Europe/Monaco", date(2026, 11, 19)),  # the Prince's day
    ],
)
def test_holidays_of_the_department_close_there_and_nowhere_else(code, time_zone, day):
    span = {"first": day - timedelta(days=1), "last": day + timedelta(days=1)}
    here = days("Mo-Su 09:00-12:00; PH off", code=code, time_zone=time_zone, **span)
    assert day not in here and day + timedelta(days=1) in here
    assert day in days("Mo-Su 09:00-12:00; PH off", **NANTES, **span)


def test_hours_of_a_local_holiday_replace_the_usual_ones():
    day = date(2026, 12, 26)
    periods = open_periods(
        "Mo-Su 09:00-18:00; PH 10:00-11:00", code="67482", time_zone="Europe/Paris", first=day, last=day
    )
    assert periods == [(datetime(2026, 12, 26, 10), datetime(2026, 12, 26, 11))]


@pytest.mark.parametrize("expression", ["10:00-12:00 unknown", 'Mo-Su 09:00-12:00 "sur rendez-vous"', "Mo-Su off"])
def test_what_is_uncertain_is_not_open(expression):
    assert days(expression, date(2026, 11, 23), date(2026, 11, 29)) == set()


def test_hours_that_follow_the_sun_know_where_they_are():
    day = date(2026, 12, 21)
    (dunkirk,) = open_periods("sunrise-sunset", first=day, last=day, coordinates=(2.37, 51.03), **NANTES)
    (menton,) = open_periods("sunrise-sunset", first=day, last=day, coordinates=(7.50, 43.77), **NANTES)
    assert follows_the_sun("sunrise-sunset") and not follows_the_sun("Su 10:00-12:00")
    assert menton[1] - menton[0] > dunkirk[1] - dunkirk[0] + timedelta(minutes=45)


def test_periods_are_written_as_a_multirange():
    period = (datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 12))
    assert as_multirange([period]) == "{[2026-11-23T09:00:00,2026-11-23T12:00:00)}"
    assert as_multirange([]) == "{}"


@pytest.mark.django_db
def test_the_horizon_is_that_of_the_last_renewal():
    assert horizon() == next_horizon()
    assert timedelta(days=60) < horizon() - timezone.now() <= timedelta(days=61)
    last_week = timezone.now() + timedelta(days=53)
    OpeningRenewal.objects.create(until=last_week)
    assert horizon() == last_week
