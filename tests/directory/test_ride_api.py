"""The search of rides by other services: what is found, what is told, and who may ask."""

import re
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import exchanging
from directory.kinds import KINDS
from directory.models import Carpool, Listing, RideEntry
from directory.publishing import refresh_entries
from directory.ride_api import searching
from directory.ride_api.parameters import JOURNEYS, TRIPS, read_journeys, read_trips
from geo.errors import InvalidParameter
from geo.models import WGS84, Toponym
from geo.wording import comparable
from scopes.errors import Refused
from scopes.models import Level, Openness, Organisation
from scopes.organisations import keys
from scopes.organisations.keys import revoke_key
from tests.directory import agreed
from tests.directory.agreed import MONDAY
from tests.directory.around import at, without_listings
from tests.directory.exchanged import share
from tests.directory.keyed import NOTICES, program_on
from tests.directory.many_rides import INVENTED
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import API, ROUTES, Service, between, seconds, service
from tests.directory.riding import SQUARES, in_days, key_of, ride
from tests.directory.speaking import looking
from tests.neighbours import neighbour
from tests.plans import generic_plan
from tests.scopes.mandates import SIRETS
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

WORKDAYS = ["1", "2", "3", "4", "5"]
WEST, MIDDLE, EAST, NORTH = (
    at(*SQUARES[name]) for name in ("Place Ouest", "Place du Milieu", "Place Est", "Place Nord")
)
FROM_MIDDLE = {"departureLng": MIDDLE[0], "departureLat": MIDDLE[1]}


@pytest.fixture(scope="module")
def kept(whole_module):
    village = make_village()
    home = village.residences
    return SimpleNamespace(village=village, alice=neighbour("Alice", home["A"]), asks=service(siret=SIRETS[2]))


@pytest.fixture
def alice(kept, db):
    return kept.alice


@pytest.fixture
def asks(kept, db):
    return kept.asks


def drives(someone, *, title: str = "", openness: str = Openness.PUBLIC, **own) -> Carpool:
    """Share a ride that everyone may read and others may find, where nothing else is said."""
    filled = ride(**own) | {"shared_beyond": own.get("shared_beyond", "on")}
    return share(someone, Level.MUNICIPALITY, title, kind="carpool", own=filled, openness=openness)


def morning(hour: time = time(7, 30), day: date | None = None, **more) -> dict:
    """The whole way in a week's time at half past seven."""
    leaves = seconds(datetime.combine(day or in_days(7), hour, PARIS))
    return between(WEST, EAST, departureDate=leaves) | more


def decoded(text: str) -> list[tuple[float, float]]:
    """Longitudes and latitudes of a polyline, by Google's own description of the encoding."""
    values, value, shift = [], 0, 0
    for sign in text:
        bits = ord(sign) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return [(lng / 1e5, lat / 1e5) for lat, lng in zip(accumulate(values[::2]), accumulate(values[1::2]), strict=True)]


def every_week(hour: str = "07:30:00", **more) -> dict:
    return between(WEST, EAST, departureTimeOfDay=hour) | more


class TestJourneys:
    def test_a_driver_is_told_as_the_standard_has_it(self, alice, asks):
        shared = drives(alice, price="0,20", preferences=["non_smoking", "pets"])
        (told,) = asks.found("driver_journeys", morning())
        leaves = seconds(datetime.combine(in_days(7), time(7, 30), PARIS))
        assert re.fullmatch("[0-9a-f]{32}", told.pop("id")) and re.fullmatch("[0-9a-f]{32}", told["driver"].pop("id"))
        polyline = told.pop("journeyPolyline")
        assert told == {
            "operator": "127.0.0.1",
            "driver": {"alias": "Une personne qui conduit", "operator": "127.0.0.1"},
            **{"passengerPickupLng": pytest.approx(WEST[0]), "passengerPickupLat": pytest.approx(WEST[1])},
            **{"passengerDropLng": pytest.approx(EAST[0]), "passengerDropLat": pytest.approx(EAST[1])},
            **{"driverDepartureLng": pytest.approx(WEST[0]), "driverDepartureLat": pytest.approx(WEST[1])},
            **{"driverArrivalLng": pytest.approx(EAST[0]), "driverArrivalLat": pytest.approx(EAST[1])},
            **{"passengerPickupAddress": "Place Ouest", "passengerDropAddress": "Place Est"},
            **{"driverDepartureAddress": "Place Ouest", "driverArrivalAddress": "Place Est"},
            **{"distance": 2_202, "duration": 198, "type": "PLANNED", "availableSeats": 3},
            **{"passengerPickupDate": leaves, "driverDepartureDate": leaves},
            "price": {"type": "PAYING", "amount": 0.2, "currency": "EUR"},
            "preferences": {"smoking": False, "animals": True},
            "webUrl": f"http://127.0.0.1:8000/echange/{shared.public_id}/",
        }
        assert decoded(polyline)[0] == pytest.approx(WEST, abs=1e-5)
        assert decoded(polyline)[-1] == pytest.approx(EAST, abs=1e-5)

    def test_who_waits_in_the_middle_is_taken_along_from_there(self, alice, asks):
        drives(alice)
        query = morning(departureRadius=0.1, arrivalRadius=0.1) | FROM_MIDDLE
        (told,) = asks.found("driver_journeys", query)
        assert (told["passengerPickupAddress"], told["distance"], told["duration"]) == ("Place du Milieu", 1_099, 99)
        assert told["passengerPickupDate"] - told["driverDepartureDate"] == 99

    def test_who_looks_for_a_seat_is_told_to_who_drives(self, alice, asks):
        drives(alice, direction="request", start=key_of("Place du Milieu"), seats="2")
        assert asks.found("driver_journeys", morning()) == []
        (told,) = asks.found("passenger_journeys", morning(departureRadius=1.2))
        assert told["passenger"].keys() == {"id", "alias", "operator"} and "driver" not in told
        assert (told["passengerPickupAddress"], told["requestedSeats"]) == ("Place du Milieu", 2)
        assert told["price"] == {"type": "UNKNOWN", "amount": 0, "currency": "EUR"}
        # Who drives 1,105 m as the crow flies at 40 km/h first leaves 99 seconds before they board.
        assert told["passengerPickupDate"] - told["driverDepartureDate"] == 99

    def test_each_end_has_a_radius_of_its_own(self, alice, asks):
        drives(alice, direction="request")
        assert asks.found("passenger_journeys", morning() | FROM_MIDDLE) == []
        assert len(asks.found("passenger_journeys", morning(departureRadius=1.2, arrivalRadius=0) | FROM_MIDDLE)) == 1
        assert asks.found("passenger_journeys", morning(arrivalRadius=1.2) | FROM_MIDDLE) == []

    def test_a_driver_is_met_within_the_radius_of_each_end(self, alice, asks):
        """Who would not leave the way at all passes 400 m south of the north, where one walks 450 m."""
        drives(alice, detour="0")
        north = {"arrivalLng": NORTH[0], "arrivalLat": NORTH[1]}
        for arrival, is_found in ((0.3, False), (0.5, True)):
            query = morning(departureRadius=2, arrivalRadius=arrival) | north
            assert bool(asks.found("driver_journeys", query)) is is_found

    def test_nobody_is_taken_along_for_a_few_steps(self, alice, asks):
        drives(alice)
        make_square(alice, "Place Prochaine", (1_150, 0))
        near = {"departureRadius": 0.05, "arrivalRadius": 0.05} | FROM_MIDDLE
        for metres, is_found in ((1_150, False), (2_000, True)):
            there = dict(zip(("arrivalLng", "arrivalLat"), at(metres, 0), strict=True))
            assert bool(asks.found("driver_journeys", morning() | near | there)) is is_found

    def test_what_is_over_takes_the_place_of_nothing(self, alice, asks):
        over, later = drives(alice), drives(alice, departure="07:35")
        gone = timezone.now() - timedelta(minutes=1)
        Listing.objects.filter(pk=over.pk).update(closes_at=gone)
        RideEntry.objects.filter(listing=over).update(live_until=gone)
        (told,) = asks.found("driver_journeys", morning(count=1))
        assert str(later.public_id) in told["webUrl"]

    def test_its_own_ends_are_met_even_where_a_dozen_places_are_nearer(self, alice, asks):
        make_nearer_squares(alice, 12)
        drives(alice, detour="0", start=key_of("Place Ouest"))
        north = dict(zip(("departureLng", "departureLat"), at(-200, 900), strict=True))
        (told,) = asks.found("driver_journeys", morning(departureRadius=1.0) | north)
        assert told["passengerPickupAddress"] == "Place Ouest"

    def test_every_departure_within_the_time_is_a_journey(self, alice, asks):
        day = next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 3)
        drives(alice, weekdays=WORKDAYS)
        told = asks.found("driver_journeys", morning(day=day, timeDelta=86_400))
        assert len({one["id"] for one in told}) == 3
        moments = sorted(one["passengerPickupDate"] for one in told)
        assert moments == [seconds(datetime.combine(day + timedelta(days=n), time(7, 30), PARIS)) for n in (-1, 0, 1)]

    def test_seats_are_those_that_nobody_has_that_day(self, kept, alice, asks):
        shared = drives(alice, seats="2", weekdays=[str(MONDAY.isoweekday())])
        bruno = neighbour("Bruno", kept.village.residences["C"])
        once, weekly = morning(day=MONDAY), every_week(minDepartureDate=morning(day=MONDAY)["departureDate"])
        for left in (1, 0):
            agreed.accepts(alice, agreed.asks(bruno if left else neighbour("Carl", bruno.residence), shared, MONDAY))
            assert [one["availableSeats"] for one in asks.found("driver_journeys", once)] == [1] * left
        assert len(asks.found("driver_regular_trips", weekly)) == 1  # the Monday after
        assert asks.found("driver_regular_trips", weekly | {"maxDepartureDate": once["departureDate"]}) == []

    def test_the_nearest_in_time_comes_first_and_no_more_than_asked(self, alice, asks):
        for minute in (41, 32, 38, 35):
            drives(alice, departure=f"07:{minute}")
        told = asks.found("driver_journeys", morning(count=3))
        assert [one["passengerPickupDate"] // 60 % 60 for one in told] == [32, 35, 38]
        assert asks.found("driver_journeys", morning(count=0)) == []

    @pytest.mark.parametrize(("hour", "is_found"), [(time(7, 15), True), (time(7, 14, 59), False), (time(7, 45), True)])
    def test_a_quarter_of_an_hour_before_or_after(self, alice, asks, hour, is_found):
        drives(alice)
        assert bool(asks.found("driver_journeys", morning(hour))) is is_found

    def test_past_midnight_it_is_of_the_day_before(self, alice, asks):
        drives(alice, departure="23:58")
        query = morning(time(0, 1), in_days(8), departureRadius=0.1, timeDelta=100)
        (told,) = asks.found("driver_journeys", query | FROM_MIDDLE)
        assert told["driverDepartureDate"] == seconds(datetime.combine(in_days(7), time(23, 58), PARIS))


class TestRegularTrips:
    def test_the_days_asked_for_are_told_with_the_next_journey_of_each(self, alice, asks):
        shared = drives(alice, weekdays=WORKDAYS)
        drives(alice)  # once is no regular trip
        (told,) = asks.found("driver_regular_trips", every_week(departureWeekdays="SAT,FRI,MON"))
        days = [(one["passengerPickupDay"], one["passengerPickupTimeOfDay"]) for one in told["schedules"]]
        assert days == [("MON", "07:30:00"), ("FRI", "07:30:00")]
        for schedule in told["schedules"]:
            (coming,) = schedule["journeySchedules"]
            leaves = datetime.fromtimestamp(coming["driverDepartureDate"], PARIS)
            assert (f"{leaves:%a}".upper(), leaves.time()) == (schedule["passengerPickupDay"], time(7, 30))
            assert timezone.now() < leaves < timezone.now() + timedelta(days=8)
            assert coming["webUrl"] == told["webUrl"] and told["webUrl"].endswith(f"/echange/{shared.public_id}/")
        assert not {"id", "price", "passengerPickupDate"} & told.keys()

    def test_a_schedule_s_journey_has_the_id_that_a_search_of_that_day_tells(self, alice, asks):
        drives(alice, weekdays=["3"])
        (told,) = asks.found("driver_regular_trips", every_week())
        (coming,) = told["schedules"][0]["journeySchedules"]
        (journey,) = asks.found("driver_journeys", between(WEST, EAST, departureDate=coming["passengerPickupDate"]))
        assert (journey["id"], journey["driver"]) == (coming["id"], told["driver"])

    def test_who_looks_for_a_seat_every_week(self, alice, asks):
        drives(alice, direction="request", weekdays=["2"])
        assert asks.found("driver_regular_trips", every_week()) == []
        (told,) = asks.found("passenger_regular_trips", every_week())
        assert [one["passengerPickupDay"] for one in told["schedules"]] == ["TUE"] and "passenger" in told

    def test_midnight_is_near_the_evening_before_and_sunday_near_monday(self, alice, asks):
        drives(alice, weekdays=["7"], departure="23:55")
        for asked, is_found in (
            ({"departureWeekdays": "MON"}, True),
            ({"departureWeekdays": "SUN"}, False),
            ({"departureWeekdays": "MON", "timeDelta": 500}, False),
        ):
            assert bool(asks.found("driver_regular_trips", every_week("00:04:00", **asked))) is is_found, asked

    def test_the_day_is_that_on_which_one_boards(self, alice, asks):
        drives(alice, weekdays=["7"], departure="23:59")
        (told,) = asks.found("driver_regular_trips", every_week("00:00:00", departureRadius=0.1) | FROM_MIDDLE)
        (schedule,) = told["schedules"]
        assert (schedule["passengerPickupDay"], schedule["passengerPickupTimeOfDay"]) == ("MON", "00:00:39")

    def test_it_runs_between_the_dates_asked_for(self, alice, asks):
        tuesday = next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 2)
        weeks = [tuesday + timedelta(weeks=number) for number in range(4)]
        drives(alice, weekdays=["2"], except_days=f"{weeks[1]:%d/%m/%Y}", last_day=weeks[2].isoformat())

        def runs(first: date, last: date | None) -> bool:
            bounds = {"minDepartureDate": seconds(datetime.combine(first, time(7, 30), PARIS))}
            bounds |= {"maxDepartureDate": seconds(datetime.combine(last, time(7, 30), PARIS))} if last else {}
            return bool(asks.found("driver_regular_trips", every_week(**bounds)))

        assert runs(weeks[0], weeks[0]) and not runs(weeks[0] + timedelta(days=1), weeks[2] - timedelta(days=1))
        assert (
            not runs(weeks[1], weeks[1]) and runs(weeks[1], weeks[2]) and not runs(weeks[2] + timedelta(days=1), None)
        )
        assert runs(weeks[0] - timedelta(days=1), None)


class TestOnlyWhatIsShownBeyond:
    @pytest.mark.parametrize("own", [{"shared_beyond": ""}, {"shared_beyond": "", "direction": "request"}])
    def test_what_is_not_ticked_is_never_found(self, alice, asks, own):
        drives(alice, **own, weekdays=WORKDAYS)
        drives(alice, openness=Openness.MEMBERS, **own)
        assert not found_anywhere(asks)

    def test_nothing_is_shown_beyond_that_not_everyone_may_read(self, alice):
        with pytest.raises(InvalidParameter) as refused:
            drives(alice, openness=Openness.MEMBERS)
        assert refused.value.parameter == "shared_beyond" and not Carpool.objects.exists()

    def test_it_is_off_unless_it_is_said(self, alice):
        assert drives(alice, shared_beyond="").shared_beyond is False
        assert KINDS["carpool"].form().fields["shared_beyond"].initial is None

    def test_closed_it_is_taken_back_and_opened_again_it_is_not_found(self, alice, asks):
        shared = drives(alice)
        assert found_anywhere(asks)
        with looking(alice) as viewer:
            for openness in (Openness.MEMBERS, Openness.PUBLIC):
                exchanging.open_to(viewer=viewer, public_id=shared.public_id, openness=openness)
                assert not found_anywhere(asks) and not Carpool.objects.get(pk=shared.pk).shared_beyond

    @pytest.mark.parametrize("column", ["withdrawn_at", "hidden_at", "paused_at"])
    def test_taken_back_hidden_or_paused_it_is_gone_at_once(self, alice, asks, column):
        shared = drives(alice)
        Listing.objects.filter(pk=shared.pk).update(**{column: timezone.now()})
        assert not found_anywhere(asks)  # before its entry is
        refresh_entries([shared.pk])
        assert not found_anywhere(asks) and not RideEntry.objects.exists()

    def test_an_edit_takes_effect_at_once(self, alice, asks):
        shared = drives(alice, weekdays=WORKDAYS)

        def edit(**own) -> None:
            with looking(alice) as viewer:
                told = QueryDict(urlencode(ride(weekdays=WORKDAYS, **own), doseq=True))
                exchanging.edit(
                    viewer=viewer, public_id=shared.public_id, category="shared_ride", title="", own=told.copy()
                )

        edit(departure="09:00", shared_beyond="on")
        assert asks.found("driver_regular_trips", every_week()) == []
        assert len(asks.found("driver_regular_trips", every_week("09:00:00"))) == 1
        edit(departure="09:00")
        assert not found_anywhere(asks, hour="09:00:00")

    def test_of_its_author_nothing_is_told(self, alice, asks):
        shared = drives(alice, weekdays=WORKDAYS)
        told = asks.ask("driver_regular_trips", every_week()).text
        home = alice.residence.location
        for word in ("Alice", str(alice.alias.public_id), f"{home.x:.4f}", f"{home.y:.5f}", "shared_beyond"):
            assert word not in told
        assert str(shared.public_id) in told  # in the link back, and nowhere else
        assert told.count(str(shared.public_id)) == 1 + len(WORKDAYS)


class TestIds:
    def test_they_differ_by_ride_and_by_organisation_and_stay(self, alice, asks):
        drives(alice, weekdays=WORKDAYS)
        drives(alice, weekdays=WORKDAYS, departure="07:31")
        other = service("Autre", siret=SIRETS[3])
        by = [asks.found("driver_journeys", weekday()) for _ in range(2)] + [other.found("driver_journeys", weekday())]
        ids = [{one["id"] for one in told} | {one["driver"]["id"] for one in told} for told in by]
        assert ids[0] == ids[1] and len(ids[0]) == 4 and not ids[0] & ids[2]

    def test_a_new_key_of_the_same_organisation_knows_them(self, alice, asks):
        drives(alice)
        own = asks.key.organisation
        text, key = keys.make_key(account=asks.key.made_by, organisation=own, name="nouveau", reach="rides")
        assert Service(text, key).found("driver_journeys", morning()) == asks.found("driver_journeys", morning())


class TestWhoMayAsk:
    def test_whatever_is_no_key_of_a_service_answers_alike(self, kept, db):
        mine = service("Ma route", siret=SIRETS[3])
        sends = program_on(kept.village.residences["A"])
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
        drives(alice)
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
        drives(alice)
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


def weekday() -> dict:
    return morning(day=next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 2))


def found_anywhere(asks, hour: str = "07:30:00") -> list[dict]:
    """What any of the four searches finds, on the whole way of `ride`."""
    once = [one for route in ROUTES[:2] for day in (in_days(7), None) for one in asks.found(route, morning(day=day))]
    return once + [one for route in ROUTES[2:] for one in asks.found(route, every_week(hour))]


def make_nearer_squares(someone, number: int) -> None:
    """Squares that are nearer to 900 m north of where rides begin, and off their way."""
    for rank in range(number):
        make_square(someone, f"Place {rank}", (-200 + 10 * rank, 880))


def make_square(someone, name: str, place: tuple[float, float]) -> None:
    """A square so many metres east and north of cell 0."""
    town = someone.residence.municipality
    Toponym.objects.create(
        **{"kind": "street", "municipality": town, "name": name, "label": name},
        normalised=comparable(f"{name} {town.name}"),
        location=Point(*at(*place), srid=WGS84),
    )


@pytest.mark.plan
@pytest.mark.parametrize("route", ROUTES)
def test_rides_are_found_by_where_they_are_met(asks, monkeypatch, route):
    """Among 3,000 rides all over the country: by the index that matches walk along."""
    plans = []
    monkeypatch.setattr(searching, "prepared_rows", lambda *asked: plans.append(generic_plan(*asked)) or [])
    with connection.cursor() as cursor:
        without_listings(RideEntry)
        cursor.execute(INVENTED)
        cursor.execute("ANALYZE directory_rideentry")
    assert asks.found(route, morning() if "journeys" in route else every_week()) == []
    (plan,) = plans
    index = "ride_offered_there_then" if "driver" in route else "ride_wanted_there_then"
    assert re.search(rf"Scan (using|on) {index}\b.*\n\s+Index Cond: .*reach && ", plan)
    assert "Seq Scan on directory_rideentry" not in plan
