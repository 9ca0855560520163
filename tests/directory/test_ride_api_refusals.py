"""The search of rides by other services: who may ask, and what is refused in words."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.ride_api import searching
from directory.ride_api.parameters import JOURNEYS, TRIPS, read_journeys, read_trips
from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.models import Organisation
from scopes.organisations import keys
from scopes.organisations.keys import revoke_key
from tests.directory.keyed import NOTICES, program_on
from tests.directory.ride_service import API, ROUTES, Service, drives_beyond, every_week, morning, service
from tests.scopes.mandates import SIRETS

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


class TestWhoMayAsk:
    def test_whatever_is_no_key_of_a_service_answers_alike(self, people):
        mine = service("Ma route", siret=SIRETS[3])
        sends = program_on(people.village.residences["A"])
        revoke_key(account=mine.key.made_by, key=mine.key)
        for route in ROUTES:
            answers = [
                Service(text, mine.key).ask(route, morning() if "journeys" in route else every_week())
                for text in ("", "ale_nothing", mine.text, sends.text)
            ]
            assert {answer.status_code for answer in answers} == {401}
            assert len({(answer.content, str(answer.headers)) for answer in answers}) == 1
            assert answers[0].json().keys() == {"error"} and "WWW-Authenticate" in answers[0].headers

    def test_the_key_is_asked_for_before_anything_is_said_of_the_search(self, asks):
        assert Service("", asks.key).ask("driver_journeys", "nothing=1").status_code == 401

    def test_a_key_of_a_service_sends_no_notice(self, asks):
        answer = asks.client.get(NOTICES, headers={"Authorization": f"Bearer {asks.text}"})
        assert answer.status_code == 401

    def test_the_bearer_of_a_key_is_heard_too(self, asks):
        answer = asks.client.get(f"{API}driver_journeys", morning(), headers={"Authorization": f"Bearer {asks.text}"})
        assert answer.status_code == 200

    def test_only_a_service_makes_such_a_key_and_it_is_over_once_it_is_none(self, asks):
        Organisation.objects.filter(pk=asks.key.organisation_id).update(searches_rides=False)
        assert asks.ask("driver_journeys", morning()).status_code == 401
        with pytest.raises(Refused):
            keys.make_key(account=asks.key.made_by, organisation=asks.key.organisation, name="encore", reach="rides")

    def test_too_many_are_told_when_to_come_back(self, asks, monkeypatch):
        monkeypatch.setattr(keys, "SEARCHES_A_MINUTE", 2)
        answers = [asks.ask("driver_journeys", morning()) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2]["Retry-After"]) <= 60 and answers[2].json().keys() == {"error"}

    def test_the_status_is_everyone_s_a_few_times_a_minute(self, client, db, monkeypatch):
        monkeypatch.setattr(site, "ACCOUNT_RATE_LIMITS", site.ACCOUNT_RATE_LIMITS | {"rides_status": "1/m/ip"})
        answer = client.get(f"{API}status")
        assert answer.status_code == 200 and answer.json() == {"status": "ok"}
        answer = client.get(f"{API}status")
        assert answer.status_code == 429 and int(answer["Retry-After"]) > 0

    def test_nothing_is_kept_by_a_cache(self, alice, asks):
        drives_beyond(alice)
        answer = asks.ask("driver_journeys", morning())
        assert answer["Cache-Control"] == "private, no-store" and answer["Content-Type"] == "application/json"
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


#: What is written of a number, a moment, an hour, days, and of none of them.
WRITTEN = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.times().map(str),
    st.sampled_from(["MON", "MON,SUN", "TUE,", "07:30:00", "1e-5", "-0", "1796106600", "48.85", "", "\u0661", "９"]),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(TRIPS + JOURNEYS), WRITTEN))
def test_whatever_is_written_is_read_within_its_bounds_or_named(written):
    journeys = {name: str(value) for name, value in (morning() | written).items() if name in JOURNEYS}
    trips = {name: str(value) for name, value in (every_week() | written).items() if name in TRIPS}
    for read, told in ((read_journeys, journeys), (read_trips, trips)):
        query = QueryDict(mutable=True)
        query.update(told)
        try:
            asked = read(query)
        except InvalidParameter as error:
            assert error.parameter in told and str(error)
            continue
        assert all(-180 <= point.x <= 180 and -90 <= point.y <= 90 for point in (asked.start, asked.end))
        assert all(0 <= radius.km <= 50 for radius in (asked.around_start, asked.around_end))
        assert timedelta() <= asked.within <= timedelta(days=1) and 0 <= asked.count <= 1_000
        assert read is read_journeys or (set(asked.weekdays) <= set(range(1, 8)) and asked.weekdays)


class TestRefusals:
    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            *(
                (name, value)
                for name in ("departureLat", "arrivalLng")
                for value in ("", "x", "nan", "inf", "181", "1e9")
            ),
            *(("departureDate", value) for value in ("", "1.5", "-1", "9" * 30, "2026-12-01", "NaN")),
            *(("timeDelta", value) for value in ("", "-1", "86401", "1.0", "1e3")),
            *(
                (name, v)
                for name in ("departureRadius", "arrivalRadius")
                for v in ("", "-0.1", "51", "NaN", "Infinity", "1e400")
            ),
            *(("count", value) for value in ("", "-1", "1.5", "x")),
        ],
    )
    def test_what_is_not_valid_is_named(self, asks, parameter, value):
        assert refused(asks.ask("driver_journeys", morning(**{parameter: value}))) == parameter

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            *(("departureTimeOfDay", value) for value in ("", "7:30:00", "07:30", "24:00:00", "07:60:00", "07:30:00Z")),
            *(("departureWeekdays", value) for value in ("", "LUN", "MON;TUE", "MON,,TUE", "mon")),
            *((name, value) for name in ("minDepartureDate", "maxDepartureDate") for value in ("", "-1", "x")),
        ],
    )
    def test_what_is_not_valid_of_a_regular_trip_is_named(self, asks, parameter, value):
        assert refused(asks.ask("passenger_regular_trips", every_week(**{parameter: value}))) == parameter

    def test_what_takes_too_long_is_called_off_and_the_next_search_is_answered(self, alice, asks, monkeypatch):
        drives_beyond(alice)
        with monkeypatch.context() as patched, CaptureQueriesContext(connection) as asked:
            patched.setattr(searching, "PATIENCE", timedelta(milliseconds=50))
            patched.setattr(searching, "statement", lambda **_own: "SELECT pg_sleep(20)")
            assert refused(asks.ask("driver_journeys", morning(departureRadius=50))) == "departureRadius"
        assert any("statement_timeout" in one["sql"] for one in asked.captured_queries)
        assert len(asks.found("driver_journeys", morning())) == 1
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)

    @pytest.mark.parametrize("missing", ["departureLat", "departureLng", "arrivalLat", "arrivalLng", "departureDate"])
    def test_what_is_missing_is_named(self, asks, missing):
        query = {name: value for name, value in morning().items() if name != missing}
        assert refused(asks.ask("passenger_journeys", query)) == missing

    def test_what_is_unknown_or_given_twice_is_named(self, asks):
        text = urlencode(morning())
        assert refused(asks.ask("driver_journeys", f"{text}&departureWeekdays=MON")) == "departureWeekdays"
        assert refused(asks.ask("driver_journeys", f"{text}&count=1&count=2")) == "count"
        assert refused(asks.ask("driver_regular_trips", text)) == "departureDate"
        bounds = every_week(minDepartureDate=2, maxDepartureDate=1)
        assert refused(asks.ask("driver_regular_trips", bounds)) == "maxDepartureDate"

    @pytest.mark.parametrize(
        "valid",
        [
            {"departureLng": "5e-05"},
            {"departureLat": "+48"},
            {"count": 10**17},
            {"departureRadius": 0, "arrivalRadius": 50, "timeDelta": 0},
            {"departureLat": -90, "departureLng": 180, "arrivalRadius": 50},
            {"departureDate": 0},
        ],
    )
    def test_what_is_valid_is_answered(self, asks, valid):
        assert isinstance(asks.found("driver_journeys", urlencode(morning(**valid))), list)
        assert isinstance(asks.found("passenger_journeys", urlencode(morning(**valid))), list)

    def test_what_the_standard_has_beside_is_not_here(self, asks):
        for address in ("messages", "bookings", "booking_events", f"bookings/{uuid4()}", "", "driver_journeys/"):
            answer = asks.client.post(f"{API}{address}", "{}", content_type="application/json", headers=asks.headers)
            assert answer.status_code == 404 and answer.json().keys() == {"error"}, address

    def test_a_search_is_read_only(self, asks):
        answer = asks.client.post(f"{API}driver_journeys", {}, headers=asks.headers)
        assert answer.status_code == 405 and answer.json().keys() == {"error"} and "GET" in answer["Allow"]

    def test_any_form_is_answered_in_json(self, asks):
        answer = asks.client.get(f"{API}driver_journeys", morning(), headers=asks.headers | {"Accept": "text/html"})
        assert answer.status_code == 200 and answer["Content-Type"] == "application/json"


def refused(answer) -> str:
    """The parameter that a refusal names."""
    assert answer.status_code == 400, answer.content
    assert answer.json().keys() == {"error"} and answer["Content-Type"] == "application/json"
    name, _colon, words = answer.json()["error"].partition(": ")
    assert words
    return name
