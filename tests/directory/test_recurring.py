"""What comes again: by the clock on the wall, bounded, and as other programs work it out."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from directory.recurring import MOST_DATES, BadRecurrence, Recurrence, checked_rule, stretches

PARIS, CAYENNE, TAHITI = map(ZoneInfo, ("Europe/Paris", "America/Cayenne", "Pacific/Tahiti"))
HOUR = timedelta(hours=1)


def laid(start: datetime, recurrence: Recurrence, *, zone=PARIS, length=HOUR, since=None, days=731):
    since = since or start.replace(tzinfo=zone)
    return stretches(start, length, recurrence, zone=zone, since=since, until=since + timedelta(days=days))


def test_ten_o_clock_stays_ten_o_clock_across_the_change():
    weekly = Recurrence(rule="FREQ=WEEKLY")
    dates = laid(datetime(2026, 10, 18, 10), weekly, days=20)
    assert [start.hour for start, _end in dates] == [8, 9, 9]
    assert {start.astimezone(PARIS).hour for start, _end in dates} == {10}
    assert [start.hour for start, _end in laid(datetime(2027, 3, 21, 10), weekly, days=20)] == [9, 8, 8]
    assert {start.hour for start, _end in laid(datetime(2026, 10, 18, 10), weekly, zone=CAYENNE)} == {13}
    assert {start.hour for start, _end in laid(datetime(2026, 10, 18, 10), weekly, zone=TAHITI)} == {20}


def test_an_hour_that_is_skipped_or_told_twice():
    daily = Recurrence(rule="FREQ=DAILY;COUNT=3")
    spring = laid(datetime(2026, 3, 28, 2, 30), daily)
    assert spring[1] == (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, 30, tzinfo=UTC))
    autumn = laid(datetime(2026, 10, 24, 2, 30), daily)
    assert autumn[1][0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of the two"
    assert laid(datetime(2026, 3, 29, 2, 30), Recurrence(), length=timedelta(minutes=15))[0][1] > spring[1][0]


def test_a_count_counts_from_the_first_date_and_what_is_left_out_counts_too():
    weekly = Recurrence(rule="FREQ=WEEKLY;COUNT=4", without=(datetime(2026, 1, 12, 9),))
    dates = laid(datetime(2026, 1, 5, 9), weekly)
    assert [start.day for start, _end in dates] == [5, 19, 26]
    later = laid(datetime(2026, 1, 5, 9), weekly, since=datetime(2026, 1, 20, tzinfo=UTC))
    assert [start.day for start, _end in later] == [26]
    over = laid(datetime(2026, 1, 5, 9), weekly, since=datetime(2030, 1, 1, tzinfo=UTC))
    assert [start.day for start, _end in over] == [26], "the last date of what is over"


def test_it_is_bounded():
    daily = laid(datetime(2026, 1, 1, 9), Recurrence(rule="FREQ=DAILY"))
    assert len(daily) == MOST_DATES == 500
    yearly = laid(datetime(2026, 1, 1, 9), Recurrence(rule="FREQ=YEARLY"))
    assert len(yearly) == 3, "two years ahead"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=52",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=SA",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,5,10,15,20,25,30",
    ],
)
def test_a_rule_that_nothing_matches_or_everything_does_ends_soon(rule):
    began = time.perf_counter()
    for start in (datetime(1970, 1, 1, 9), datetime(2026, 1, 1, 9)):
        checked_rule(rule, start=start, zone=PARIS)
        laid(start, Recurrence(rule=rule), since=datetime(2026, 12, 1, tzinfo=UTC))
    assert time.perf_counter() - began < 8


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0;UNTIL=x", "FREQ=DAILY;RSCALE=HEBREW",
     "FREQ=WEEKLY;BYDAY=ZZ", "FREQ=DAILY;COUNT=x", "FREQ=DAILY" + ";BYHOUR=1" * 99],
)  # fmt: skip
def test_other_rules_are_refused(rule):
    with pytest.raises(BadRecurrence):
        checked_rule(rule, start=datetime(2026, 1, 1), zone=PARIS)


def test_years_are_worked_out_elsewhere_and_come_out_right():
    leap = laid(datetime(2024, 2, 29, 9), Recurrence(rule="FREQ=YEARLY"), days=366 * 9)
    assert [start.year for start, _end in leap] == [2024, 2028, 2032]
    fridays = laid(datetime(2026, 2, 13, 9), Recurrence(rule="FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"), days=730)
    assert [(one.year, one.month) for one, _end in fridays] == [(2026, 2), (2026, 3), (2026, 11), (2027, 8)]


def test_what_is_written_is_read_again():
    said = Recurrence(
        rule="FREQ=DAILY",
        dates=(datetime(2026, 1, 2, 3),),
        stretches=((datetime(2026, 1, 4), datetime(2026, 1, 5, 6)),),
        without=(datetime(2026, 1, 3, 9),),
    )
    assert Recurrence.parse(str(said)) == said
    assert Recurrence.parse("") == Recurrence()
