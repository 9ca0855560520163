"""The hours of the week that an entry is open in: none is missing, none too many, and no search loses by them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.benches import synthetic
from directory.here import Here
from directory.models import OpeningRenewal, SearchEntry
from directory.opening import as_multirange, hour_of_week, next_horizon
from directory.publishing import publish, refresh_entries
from directory.renewing import renew_openings
from directory.search import SearchRequest, search
from directory.within import Within
from tests.directory.around import copy_entries

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: The first hour of a week: weeks begin on Thursday, as 1970 did.
THURSDAY = datetime(2026, 12, 3, tzinfo=UTC)
WHOLE_WEEK = set(range(168))


def hours(*periods: str) -> list[int] | None:
    """What the database says of a multirange."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_hours_of_week(%s::tstzmultirange)", ["{" + ",".join(periods) + "}"])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], []),
        (["[2026-12-03T10:00Z,2026-12-03T11:00Z)"], [10]),
        (["[2026-12-03T10:30Z,2026-12-03T10:31Z)"], [10]),
        (["[2026-12-03T10:30Z,2026-12-03T11:01Z)"], [10, 11]),
        (["[2026-12-03T10:00+01,2026-12-03T11:00+01)"], [9]),
        (["[2026-12-03T10:00Z,2026-12-03T11:00Z)", "[2026-12-10T10:00Z,2026-12-10T11:00Z)"], [10]),
        (["[2026-12-02T23:00Z,2026-12-03T01:30Z)"], [0, 1, 167]),
        (["[2026-12-03T00:00Z,2026-12-10T00:00Z)"], sorted(WHOLE_WEEK)),
        (["[2026-12-03T00:00Z,2027-02-03T00:00Z)"], sorted(WHOLE_WEEK)),
        (["[2026-12-03T10:00Z,)"], sorted(WHOLE_WEEK)),
        (["(,2026-12-03T10:00Z)"], sorted(WHOLE_WEEK)),
    ],
)
def test_hours_are_those_that_a_period_touches(periods, expected):
    assert hours(*periods) == expected


def test_unknown_hours_are_unknown():
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_hours_of_week(NULL)")
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize(
    ("since", "hour"), [(0 * MINUTE, 0), (59 * MINUTE, 0), (HOUR, 1), (168 * HOUR, 0), (-MINUTE, 167)]
)
def test_the_hour_of_a_moment_is_counted_from_thursday(since, hour):
    assert hour_of_week(THURSDAY + since) == hour


stretches = st.lists(st.tuples(st.integers(0, 61 * 24 * 60), st.integers(1, 3 * 24 * 60)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(stretches=stretches)
def test_none_is_missing_and_none_too_many(stretches):
    spans = [(THURSDAY + start * MINUTE, THURSDAY + (start + length) * MINUTE) for start, length in stretches]
    touched = set()
    for start, end in spans:
        moment = start
        while moment < end:
            touched.add(hour_of_week(moment))
            moment = moment.replace(minute=0) + HOUR
    assert set(hours(*(as_multirange([span])[1:-1] for span in spans))) == touched


def test_hours_follow_the_periods_whoever_writes_them(town):
    listing = publish(category="bakery", title="Four", municipality=town, opening_hours="Mo-Su 09:00-10:00")
    entry = SearchEntry.objects.get(listing=listing)
    assert len(entry.open_hours) in (7, 14)  # an hour more where clocks change within the 60 days
    SearchEntry.objects.update(open_periods="{}")
    entry.refresh_from_db()
    assert entry.open_hours == []
    assert renew_openings() == 1
    entry.refresh_from_db()
    assert len(entry.open_hours) in (7, 14)
    listing.merchant.opening_hours = ""
    listing.merchant.save()
    refresh_entries([listing.pk])
    entry.refresh_from_db()
    assert entry.open_hours is None


#: From one hour of a day to another: in the morning, at noon, late into the night, all day.
HOURS = ((8, 12), (12, 14), (20, 26), (0, 24))
#: Once a week, and every other day.
DAYS = (range(0, 60, 7), range(3, 60, 2))


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """A dense country of entries, each open at its own hours of some days, one in six never, one in six unknown."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    days = [[midnight + 24 * day * HOUR for day in days] for days in DAYS]
    opened = [as_multirange([(day + a * HOUR, day + b * HOUR) for day in some]) for some in days for a, b in HOURS]
    with django_db_blocker.unblock(), transaction.atomic():
        copy_entries(
            synthetic.clustered(rows=4_000, seed=5), opened=[*opened, "{}", r"\N"], categories=["bakery", "bar"]
        )
        OpeningRenewal.objects.create(until=next_horizon())
        yield synthetic.search_points(count=40, seed=5)
        transaction.set_rollback(True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, 39),
    within=st.sampled_from(("nearest", "2km", "20km", "200km")),
    categories=st.sampled_from(((), ("bakery",), ("bakery", "bar"))),
    minutes=st.integers(0, 59 * 24 * 60),
)
def test_what_is_found_by_the_hour_is_what_is_open(country, place, within, categories, minutes):
    """Differential: the same moment asked of every entry, in the exact order of distances."""
    longitude, latitude = country[place]
    moment = timezone.now() + minutes * MINUTE
    here = Here(longitude=longitude, latitude=latitude)
    asked = SearchRequest(here=here, within=Within.parse(within), categories=categories, open_at=moment, limit=20)
    metres = asked.within.radius.m if asked.within.radius else 1e9
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ST_Distance(location, %(here)s::geography) AS metres FROM directory_searchentry
            WHERE open_periods @> %(moment)s AND ST_Distance(location, %(here)s::geography) <= %(metres)s
              AND (%(none)s OR category_number = ANY(%(numbers)s)) ORDER BY 1 LIMIT 20""",
            {
                "here": here.ewkt,
                "moment": moment,
                "metres": metres,
                "none": not categories,
                "numbers": [number for number, _last in asked.branches],
            },
        )
        expected = [row[0] for row in cursor.fetchall()]
    assert [item.distance for item in search(asked).items] == pytest.approx(expected, abs=0.001)
