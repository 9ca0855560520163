"""The search of rides by other services: what is found, and what is told of it."""

import re
from datetime import date, datetime, time, timedelta
from itertools import accumulate

import pytest
from django.db import connection
from django.utils import timezone

from directory.models import Listing, RideEntry
from directory.ride_api import searching
from scopes.organisations import keys
from tests.directory import agreed
from tests.directory.agreed import MONDAY
from tests.directory.around import at, without_listings
from tests.directory.many_rides import INVENTED
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import (
    EAST,
    MIDDLE,
    NORTH,
    ROUTES,
    WEST,
    Service,
    between,
    drives_beyond,
    every_week,
    morning,
    seconds,
    service,
)
from tests.directory.riding import WORKDAYS, in_days, key_of, name_squares
from tests.neighbours import neighbour
from tests.plans import generic_plan
from tests.scopes.mandates import SIRETS

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

FROM_MIDDLE = {"departureLng": MIDDLE[0], "departureLat": MIDDLE[1]}


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


class TestJourneys:
    def test_a_driver_is_told_as_the_standard_has_it(self, alice, asks):
        shared = drives_beyond(alice, price="0,20", preferences=["non_smoking", "pets"])
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
        drives_beyond(alice)
        query = morning(departureRadius=0.1, arrivalRadius=0.1) | FROM_MIDDLE
        (told,) = asks.found("driver_journeys", query)
        assert (told["passengerPickupAddress"], told["distance"], told["duration"]) == ("Place du Milieu", 1_099, 99)
        assert told["passengerPickupDate"] - told["driverDepartureDate"] == 99

    def test_who_looks_for_a_seat_is_told_to_who_drives(self, alice, asks):
        drives_beyond(alice, direction="request", start=key_of("Place du Milieu"), seats="2")
        assert asks.found("driver_journeys", morning()) == []
        (told,) = asks.found("passenger_journeys", morning(departureRadius=1.2))
        assert told["passenger"].keys() == {"id", "alias", "operator"} and "driver" not in told
        assert (told["passengerPickupAddress"], told["requestedSeats"]) == ("Place du Milieu", 2)
        assert told["price"] == {"type": "UNKNOWN", "amount": 0, "currency": "EUR"}
        # Who drives 1,105 m as the crow flies at 40 km/h first leaves 99 seconds before they board.
        assert told["passengerPickupDate"] - told["driverDepartureDate"] == 99

    def test_each_end_has_a_radius_of_its_own(self, alice, asks):
        drives_beyond(alice, direction="request")
        assert asks.found("passenger_journeys", morning() | FROM_MIDDLE) == []
        assert len(asks.found("passenger_journeys", morning(departureRadius=1.2, arrivalRadius=0) | FROM_MIDDLE)) == 1
        assert asks.found("passenger_journeys", morning(arrivalRadius=1.2) | FROM_MIDDLE) == []

    def test_a_driver_is_met_within_the_radius_of_each_end(self, alice, asks):
        """Who would not leave the way at all passes 400 m south of the north, where one walks 450 m."""
        drives_beyond(alice, detour="0")
        north = {"arrivalLng": NORTH[0], "arrivalLat": NORTH[1]}
        for arrival, is_found in ((0.3, False), (0.5, True)):
            query = morning(departureRadius=2, arrivalRadius=arrival) | north
            assert bool(asks.found("driver_journeys", query)) is is_found

    def test_nobody_is_taken_along_for_a_few_steps(self, people, alice, asks):
        drives_beyond(alice)
        name_squares(people.village.town, {"Place Prochaine": (1_150, 0)})
        near = {"departureRadius": 0.05, "arrivalRadius": 0.05} | FROM_MIDDLE
        for metres, is_found in ((1_150, False), (2_000, True)):
            there = dict(zip(("arrivalLng", "arrivalLat"), at(metres, 0), strict=True))
            assert bool(asks.found("driver_journeys", morning() | near | there)) is is_found

    def test_what_is_over_takes_the_place_of_nothing(self, alice, asks):
        over, later = drives_beyond(alice), drives_beyond(alice, departure="07:35")
        gone = timezone.now() - timedelta(minutes=1)
        Listing.objects.filter(pk=over.pk).update(closes_at=gone)
        RideEntry.objects.filter(listing=over).update(live_until=gone)
        (told,) = asks.found("driver_journeys", morning(count=1))
        assert str(later.public_id) in told["webUrl"]

    def test_its_own_ends_are_met_even_where_a_dozen_places_are_nearer(self, people, alice, asks):
        name_squares(people.village.town, {f"Place {rank}": (-200 + 10 * rank, 880) for rank in range(12)})
        drives_beyond(alice, detour="0", start=key_of("Place Ouest"))
        north = dict(zip(("departureLng", "departureLat"), at(-200, 900), strict=True))
        (told,) = asks.found("driver_journeys", morning(departureRadius=1.0) | north)
        assert told["passengerPickupAddress"] == "Place Ouest"

    def test_every_departure_within_the_time_is_a_journey(self, alice, asks):
        day = next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 3)
        drives_beyond(alice, weekdays=WORKDAYS)
        told = asks.found("driver_journeys", morning(day=day, timeDelta=86_400))
        assert len({one["id"] for one in told}) == 3
        moments = sorted(one["passengerPickupDate"] for one in told)
        assert moments == [seconds(datetime.combine(day + timedelta(days=n), time(7, 30), PARIS)) for n in (-1, 0, 1)]

    def test_seats_are_those_that_nobody_has_that_day(self, alice, bruno, asks):
        shared = drives_beyond(alice, seats="2", weekdays=[str(MONDAY.isoweekday())])
        once, weekly = morning(day=MONDAY), every_week(minDepartureDate=morning(day=MONDAY)["departureDate"])
        for left in (1, 0):
            agreed.accepts(alice, agreed.asks(bruno if left else neighbour("Carl", bruno.residence), shared, MONDAY))
            assert [one["availableSeats"] for one in asks.found("driver_journeys", once)] == [1] * left
        assert len(asks.found("driver_regular_trips", weekly)) == 1  # the Monday after
        assert asks.found("driver_regular_trips", weekly | {"maxDepartureDate": once["departureDate"]}) == []

    def test_the_nearest_in_time_comes_first_and_no_more_than_asked(self, alice, asks):
        for minute in (41, 32, 38, 35):
            drives_beyond(alice, departure=f"07:{minute}")
        told = asks.found("driver_journeys", morning(count=3))
        assert [one["passengerPickupDate"] // 60 % 60 for one in told] == [32, 35, 38]
        assert asks.found("driver_journeys", morning(count=0)) == []

    @pytest.mark.parametrize(("hour", "is_found"), [(time(7, 15), True), (time(7, 14, 59), False), (time(7, 45), True)])
    def test_a_quarter_of_an_hour_before_or_after(self, alice, asks, hour, is_found):
        drives_beyond(alice)
        assert bool(asks.found("driver_journeys", morning(hour))) is is_found

    def test_past_midnight_it_is_of_the_day_before(self, alice, asks):
        drives_beyond(alice, departure="23:58")
        query = morning(time(0, 1), in_days(8), departureRadius=0.1, timeDelta=100)
        (told,) = asks.found("driver_journeys", query | FROM_MIDDLE)
        assert told["driverDepartureDate"] == seconds(datetime.combine(in_days(7), time(23, 58), PARIS))


class TestRegularTrips:
    def test_the_days_asked_for_are_told_with_the_next_journey_of_each(self, alice, asks):
        shared = drives_beyond(alice, weekdays=WORKDAYS)
        drives_beyond(alice)  # once is no regular trip
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
        drives_beyond(alice, weekdays=["3"])
        (told,) = asks.found("driver_regular_trips", every_week())
        (coming,) = told["schedules"][0]["journeySchedules"]
        (journey,) = asks.found("driver_journeys", between(WEST, EAST, departureDate=coming["passengerPickupDate"]))
        assert (journey["id"], journey["driver"]) == (coming["id"], told["driver"])

    def test_who_looks_for_a_seat_every_week(self, alice, asks):
        drives_beyond(alice, direction="request", weekdays=["2"])
        assert asks.found("driver_regular_trips", every_week()) == []
        (told,) = asks.found("passenger_regular_trips", every_week())
        assert [one["passengerPickupDay"] for one in told["schedules"]] == ["TUE"] and "passenger" in told

    def test_midnight_is_near_the_evening_before_and_sunday_near_monday(self, alice, asks):
        drives_beyond(alice, weekdays=["7"], departure="23:55")
        for asked, is_found in (
            ({"departureWeekdays": "MON"}, True),
            ({"departureWeekdays": "SUN"}, False),
            ({"departureWeekdays": "MON", "timeDelta": 500}, False),
        ):
            assert bool(asks.found("driver_regular_trips", every_week("00:04:00", **asked))) is is_found, asked

    def test_the_day_is_that_on_which_one_boards(self, alice, asks):
        drives_beyond(alice, weekdays=["7"], departure="23:59")
        (told,) = asks.found("driver_regular_trips", every_week("00:00:00", departureRadius=0.1) | FROM_MIDDLE)
        (schedule,) = told["schedules"]
        assert (schedule["passengerPickupDay"], schedule["passengerPickupTimeOfDay"]) == ("MON", "00:00:39")

    def test_it_runs_between_the_dates_asked_for(self, alice, asks):
        tuesday = next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 2)
        weeks = [tuesday + timedelta(weeks=number) for number in range(4)]
        drives_beyond(alice, weekdays=["2"], except_days=f"{weeks[1]:%d/%m/%Y}", last_day=weeks[2].isoformat())

        def runs(first: date, last: date | None) -> bool:
            bounds = {"minDepartureDate": seconds(datetime.combine(first, time(7, 30), PARIS))}
            bounds |= {"maxDepartureDate": seconds(datetime.combine(last, time(7, 30), PARIS))} if last else {}
            return bool(asks.found("driver_regular_trips", every_week(**bounds)))

        assert runs(weeks[0], weeks[0]) and not runs(weeks[0] + timedelta(days=1), weeks[2] - timedelta(days=1))
        assert (
            not runs(weeks[1], weeks[1]) and runs(weeks[1], weeks[2]) and not runs(weeks[2] + timedelta(days=1), None)
        )
        assert runs(weeks[0] - timedelta(days=1), None)


def weekday() -> dict:
    return morning(day=next(day for day in map(in_days, range(7, 14)) if day.isoweekday() == 2))


class TestIds:
    def test_they_differ_by_ride_and_by_organisation_and_stay(self, alice, asks):
        drives_beyond(alice, weekdays=WORKDAYS)
        drives_beyond(alice, weekdays=WORKDAYS, departure="07:31")
        other = service("Autre", siret=SIRETS[3])
        by = [asks.found("driver_journeys", weekday()) for _ in range(2)] + [other.found("driver_journeys", weekday())]
        ids = [{one["id"] for one in told} | {one["driver"]["id"] for one in told} for told in by]
        assert ids[0] == ids[1] and len(ids[0]) == 4 and not ids[0] & ids[2]

    def test_a_new_key_of_the_same_organisation_knows_them(self, alice, asks):
        drives_beyond(alice)
        own = asks.key.organisation
        text, key = keys.make_key(account=asks.key.made_by, organisation=own, name="nouveau", reach="rides")
        assert Service(text, key).found("driver_journeys", morning()) == asks.found("driver_journeys", morning())


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
