"""Time and holidays, department by department."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import calendars
from geo.codes import city_of, department_of

MAINLAND = [f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B"]
ALL = [*MAINLAND, *(d for d in calendars.TIME_ZONES)]


@pytest.mark.parametrize(
    ("code", "department"),
    [
        ("44109", "44"),
        ("2A004", "2A"),
        ("97411", "974"),
        ("98818", "988"),
        ("99138", "99"),
        ("974", "974"),
        ("01", "01"),
    ],
)
def test_department_is_read_off_the_code(code, department):
    assert department_of(code) == department


@pytest.mark.parametrize(
    ("code", "city"),
    [("75113", "75056"), ("69387", "69123"), ("13216", "13055"), ("69123", "69123")],
)
def test_arrondissements_belong_to_their_city(code, city):
    assert city_of(code) == city


def test_every_department_has_a_time_zone_that_exists():
    zones = {calendars.time_zone(department) for department in [*ALL, *calendars.TIME_ZONES_OF_COMMUNES]}
    assert zones <= available_timezones()


@pytest.mark.parametrize(
    ("code", "hours"),
    [("44109", 1), ("2B033", 1), ("99138", 1), ("97101", -4), ("97411", 4), ("98731", -9.5)],
)
def test_clocks_in_january(code, hours):
    noon = datetime(2026, 1, 15, 12, tzinfo=ZoneInfo(calendars.time_zone(code)))
    assert noon.utcoffset().total_seconds() == hours * 3600


@given(department=st.sampled_from(MAINLAND), year=st.integers(2000, 2060))
def test_the_mainland_has_the_eleven_days_of_the_labour_code(department, year):
    """Code du travail, L3133-1: eleven days, and two more in Alsace-Moselle."""
    days = calendars.public_holidays(department, [year])
    local = calendars.local_holidays(department, [year])
    # Ascension may fall on 1 or 8 May.
    assert len(days) - len(local) in (10, 11)
    assert len(local) == (2 if department in ("57", "67", "68") and "Vendredi saint" in local.values() else 0)
    assert set(days) == set(holidays.France(subdiv=calendars.HOLIDAY_SUBDIVISIONS.get(department), years=year))


def test_alsace_moselle_rests_on_good_friday_and_saint_stephen():
    assert list(calendars.local_holidays("67482", [2026])) == [date(2026, 4, 3), date(2026, 12, 26)]
    assert not calendars.local_holidays("44109", [2026])


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("971", date(2026, 5, 27)),
        ("972", date(2026, 5, 22)),
        ("973", date(2026, 6, 10)),
        ("974", date(2026, 12, 20)),
        ("976", date(2026, 4, 27)),
    ],
)
def test_overseas_commemorates_the_abolition_of_slavery(code, day):
    assert calendars.local_holidays(code, [2026])[day] == "Abolition de l'esclavage"


def test_monaco_has_its_own_calendar():
    days = calendars.public_holidays("99138", [2026])
    assert date(2026, 1, 27) in days
    assert date(2026, 7, 14) not in days
    assert calendars.calendar_country("99138") == "MC"


def test_years_are_put_in_order_and_counted_once():
    days = list(calendars.public_holidays("44", [2027, 2026, 2027]))
    assert days == sorted(set(days))
