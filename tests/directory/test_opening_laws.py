"""Openings agree with the library and with PostgreSQL on every clock, on holidays and when summer time begins."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from directory.opening import DAY, as_multirange, open_periods, skipped_hours
from geo.calendars import calendar_country, time_zone

#: Departments by their clocks: Paris, Nouméa (no summer time), Miquelon (another summer time), Réunion, Monaco.
CODES = ("44109", "98818", "97502", "97411", "99138")
EXPRESSIONS = (
    "24/7",
    "Mo-Fr 09:00-12:00,14:00-18:30; Sa 10:00-19:00",
    "Mo-Su 22:00-03:00",
    "Fr-Sa 18:00-26:30; Su off",
    "Mo-Su 02:30-03:10",
    "Mo-Su 02:15-02:45,09:00-10:00",
    "Apr-Oct Mo-Su 10:00-20:00; Nov-Mar Sa,Su 10:00-17:00",
    "Dec 24-26 off; week 1-53/2 Th 08:00-13:00",
    "Su[1] 14:00-17:00; easter -2 days off",
    "Mo-Sa 08:00-20:00; 2027 Mar 28 00:00-24:00",
)


def on_the_clock(moment: datetime, code: str) -> datetime:
    return moment.astimezone(ZoneInfo(time_zone(code))).replace(tzinfo=None)


@settings(max_examples=150, deadline=None)
@given(
    expression=st.sampled_from(EXPRESSIONS),
    code=st.sampled_from(CODES),
    moment=st.one_of(
        st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 30), timezones=st.just(UTC)),
        st.datetimes(datetime(2027, 3, 27, 20), datetime(2027, 3, 28, 6), timezones=st.just(UTC)),
        st.datetimes(datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 6), timezones=st.just(UTC)),
    ),
)
def test_open_exactly_when_the_library_says_so(expression, code, moment):
    zone, local = ZoneInfo(time_zone(code)), on_the_clock(moment, code)
    span = {"first": local.date() - DAY, "last": local.date() + DAY}
    periods = open_periods(expression, code=code, time_zone=zone.key, **span)
    assert periods == sorted(periods) and all(since < to for since, to in periods)
    library = OpeningHours(expression, country=calendar_country(code), timezone=zone)
    assert any(since <= local < to for since, to in periods) == library.is_open(moment.astimezone(zone))


@pytest.mark.parametrize("code", ["67482", "97411"])
@pytest.mark.parametrize(
    "template",
    [
        "Mo-Su 09:00-18:00; {} off",
        "Mo-Su 09:00-18:00; {} 10:00-11:00",
        "Mo-Su 22:00-03:00; {} off",
        "Mo-Su 22:00-03:00; {} 20:00-25:00",
        "24/7; {} off",
        "Mo-Fr 09:00-12:00; {} 23:00-24:00",
        'Mo-Su 09:00-18:00; {} "sur rendez-vous"',
    ],
)
def test_a_local_holiday_is_one_like_any_other(template, code):
    """To write "PH" is to write the day itself, up to the hours that reach into the next morning."""
    day = {"67482": date(2026, 12, 26), "97411": date(2026, 12, 20)}[code]
    place = {"code": code, "time_zone": time_zone(code), "first": day - 2 * DAY, "last": day + 2 * DAY}
    # A national holiday on the eve stands for itself.
    eve = template.split(";")[1].format("2026 Dec 25") if code == "67482" else ""
    by_date = ";".join(filter(None, (template.format(f"{day.year} Dec {day.day}"), eve)))
    assert open_periods(template.format("PH"), **place) == open_periods(by_date, **place)


@pytest.mark.parametrize("expression", ["Mo-Su 10:00-12:00; PH Mo-Sa 10:00-11:00", "Mo-Su 10:00-12:00; PH -1 day off"])
def test_holidays_that_no_weekday_can_stand_for_are_closed_not_an_error(expression):
    day = date(2026, 12, 26)
    periods = open_periods(expression, code="67482", time_zone="Europe/Paris", first=day, last=day + DAY)
    assert [since.date() for since, _to in periods] == [day + DAY]


def test_a_holiday_on_the_last_day_asked_does_not_reach_beyond_it():
    day = date(2026, 12, 26)
    periods = open_periods("24/7; PH 20:00-24:00", code="67482", time_zone="Europe/Paris", first=day, last=day)
    assert periods == [(datetime(2026, 12, 26, 20), datetime(2026, 12, 27))]


def test_clocks_skip_an_hour_in_spring_where_there_is_summer_time():
    year = {"first": date(2027, 1, 1), "last": date(2027, 12, 31)}
    in_paris = ((datetime(2027, 3, 28, 2), datetime(2027, 3, 28, 3)),)
    assert skipped_hours(**year, time_zone="Europe/Paris") == in_paris
    assert skipped_hours(**year, time_zone="Europe/Monaco") == in_paris
    assert skipped_hours(**year, time_zone="America/Miquelon") == (
        (datetime(2027, 3, 14, 2), datetime(2027, 3, 14, 3)),
    )
    assert skipped_hours(**year, time_zone="Indian/Reunion") == ()


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_database_reads_every_period_as_the_library_means_it(expression, day):
    """The night when clocks change too: 02:30-03:10 was a range that ended before it began, and no renewal passed."""
    zone = ZoneInfo("Europe/Paris")
    periods = open_periods(expression, code="44109", time_zone=zone.key, first=day, last=day)
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    every_five_minutes = (midnight + timedelta(minutes=5 * number) for number in range(25 * 12))
    moments = [moment for moment in every_five_minutes if moment.astimezone(zone).date() == day]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone.key])
        cursor.execute(
            "SELECT array_agg(%s::tstzmultirange @> moment) FROM unnest(%s::timestamptz[]) AS every (moment)",
            [as_multirange(periods), moments],
        )
        stored = {moment for moment, is_open in zip(moments, cursor.fetchone()[0], strict=True) if is_open}
    library = OpeningHours(expression, country="FR", timezone=zone)
    hour = timedelta(hours=1)
    twice = {moment for moment in moments if moment.astimezone(zone).fold or (moment + hour).astimezone(zone).fold}
    expected = {moment for moment in moments if library.is_open(moment.astimezone(zone))}
    assert stored - twice == expected - twice
