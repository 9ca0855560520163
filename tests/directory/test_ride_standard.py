"""The French standard of carpools: its published file, what its own test tool asserts, and what that tool leaves out.

The tool checks neither that all is found, nor the order, nor days and times of regular trips: brute force does.
"""

import json
import math
import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.contrib.gis.geos import LineString, Point
from django.core.validators import URLValidator
from drf_spectacular.validation import validate_schema

from directory.models import Carpool, Category
from directory.publishing import refresh_entries
from directory.ride_api import parameters
from directory.ride_api.parameters import WEEKDAYS
from geo.models import WGS84
from tests.directory.around import at
from tests.directory.many_rides import AUTUMN, PLAIN, SPRING, make_more_squares, make_rides
from tests.directory.ride_oracle import METRES_A_MINUTE, PARIS, Line
from tests.directory.ride_search_oracle import DAY, Answer, Search, answers
from tests.directory.ride_service import API, ROUTES, Service, between, seconds

SHARED = settings.BASE_DIR.parent / "shared" / "data" / "covoiturage"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.conformance,
    pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/covoiturage is not on this machine"),
]


@pytest.fixture(scope="module")
def standard():
    """The published file, with its one default that is no array corrected."""
    told = yaml.safe_load((SHARED / "standard-covoiturage_openapi.yaml").read_text())
    days = told["components"]["parameters"]["departureWeekdays"]["schema"]
    assert days["default"] == ",".join(WEEKDAYS)
    days["default"] = list(WEEKDAYS)
    return told


def valid(standard, route: str, answer) -> None:
    """The answer is one that the published file knows."""
    told = standard["paths"][f"/{route}"]["get"]["responses"][answer.status_code]
    told = standard["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
    assert "application/json" in answer["Content-Type"]
    if "content" in told:
        schema = told["content"]["application/json"]["schema"] | {"components": standard["components"]}
        jsonschema.validate(json.loads(answer.content), schema)
    if answer.status_code == 429:
        jsonschema.validate(int(answer["Retry-After"]), told["headers"]["Retry-After"]["schema"])


@pytest.mark.slow
def test_the_published_file_is_valid_but_for_one_default(standard):
    validate_schema(standard)


def test_every_parameter_of_the_standard_is_known_with_its_default(standard):
    for route in ROUTES:
        known = parameters.JOURNEYS if "journeys" in route else parameters.TRIPS
        told = [one["$ref"].rpartition("/")[2] for one in standard["paths"][f"/{route}"]["get"]["parameters"]]
        assert sorted(told) == sorted(known)
    defaults = {name: one["schema"].get("default") for name, one in standard["components"]["parameters"].items()}
    assert defaults["timeDelta"] == parameters.USUAL_DELTA.total_seconds()
    assert defaults["departureRadius"] == defaults["arrivalRadius"] == parameters.USUAL_RADIUS.km


def test_refusals_are_those_of_the_standard(standard, asks, client, monkeypatch):
    for route in ROUTES:
        valid(standard, route, asks.ask(route))
        valid(standard, route, Service("", asks.key).ask(route))
    valid(standard, "status", client.get(f"{API}status"))
    monkeypatch.setattr("scopes.organisations.keys.SEARCHES_A_MINUTE", 0)
    for route in ROUTES:
        answer = asks.ask(route)
        assert answer.status_code == 429
        valid(standard, route, answer)


def test_the_journeys_of_the_playground_load_and_answer(standard, people, asks):
    told = json.loads((SHARED / "playground-defaultData.json").read_text())
    loaded = {
        "driver_journeys": [loaded_ride(people, one, "offer") for one in told["driverJourneys"]],
        "passenger_journeys": [loaded_ride(people, one, "request") for one in told["passengerJourneys"]],
    }
    assert [len(rides) for rides in loaded.values()] == [2, 2]
    for route, rides in loaded.items():
        for one in told["driverJourneys" if "driver" in route else "passengerJourneys"]:
            here, there = ((one[f"passenger{where}Lng"], one[f"passenger{where}Lat"]) for where in ("Pickup", "Drop"))
            answer = asks.ask(route, between(here, there, departureDate=one["passengerPickupDate"]))
            valid(standard, route, answer)
            found = answer.json()
            assert {journey["webUrl"].split("/")[-2] for journey in found} == {str(ride.public_id) for ride in rides}
            for journey in found:
                same = ("passengerPickupDate", *(name for name in one if name.endswith(("Lat", "Lng"))))
                assert {name: journey[name] for name in same} == pytest.approx({name: one[name] for name in same})
                assert journey["duration"] == one["duration"]
                if route == "passenger_journeys":
                    assert journey["driverDepartureDate"] == journey["passengerPickupDate"]


def loaded_ride(people, told: Mapping, direction: str) -> Carpool:
    """A ride of the playground: from where the passenger boards to where they leave."""
    ends = [(told[f"passenger{where}Lng"], told[f"passenger{where}Lat"]) for where in ("Pickup", "Drop")]
    leaves, town = datetime.fromtimestamp(told["passengerPickupDate"], PARIS), people.village.town
    ride = Carpool.objects.create(
        **{"kind": "carpool", "category": Category.objects.get(code="shared_ride"), "author": people.alice.alias},
        **{"level": "municipality", "openness": "public", "shared_beyond": True, "direction": direction},
        **{"municipality": town, "insee_code": town.insee_code, "department": town.department, "title": told["id"]},
        **{"start": "-", "start_name": "Vendôme", "start_point": Point(*ends[0], srid=WGS84)},
        **{"end": "-", "end_name": "Paris", "end_point": Point(*ends[1], srid=WGS84)},
        **{"route": LineString(ends, srid=WGS84), "metres": 184_000, "seconds": told["duration"], "detour": 5},
        **{"day": leaves.date(), "departure": leaves.time(), "seats": 1},
    )
    refresh_entries([ride.pk])
    return ride


A_FEW, MANY = (12, 3, 4), [pytest.param(40, 45, seed, marks=pytest.mark.slow) for seed in (2, 3)]


@pytest.mark.privacy
@pytest.mark.parametrize(("number", "searches", "seed"), [A_FEW, *MANY])
def test_what_is_found_is_what_brute_force_finds_in_the_same_order(standard, people, asks, number, searches, seed):
    """Every ride against searches of all four kinds: the same days, the same order, nothing that is not ticked."""
    chance = random.Random(seed)
    lines = make_rides_beyond(people, chance, number)
    squares = {key: (one.longitude, one.latitude) for key, one in make_more_squares(people.village, chance, 40).items()}
    asks.key._meta.model.objects.update(asked=0, minute=0)
    met = dict.fromkeys(ROUTES, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scopes.organisations.keys.SEARCHES_A_MINUTE", 10**6)
        for _number in range(searches):
            for route in ROUTES:
                met[route] += check_search(standard, asks, route, a_search(route, chance), lines, squares)
    assert all(number >= searches / 4 for number in met.values()), met


def check_search(standard, asks, route: str, search: Search, lines: Mapping[str, Line], squares: Mapping) -> int:
    """Ask, and judge every ride; return how many journeys, or days of trips, were found for sure."""
    answer = asks.ask(route, as_query(search))
    assert answer.status_code == 200, answer.content
    valid(standard, route, answer)
    told = answer.json()
    assert_as_the_test_tool(search, told)
    wanted = "offer" if "driver" in route else "request"
    judged = {
        (public_id, one.day): one
        for public_id, line in lines.items()
        if line.ride.direction == wanted and line.ride.shared_beyond
        for one in answers(line, search, squares)
    }
    found = [key for one in told for key in keys_of(one, search, lines)]
    assert len(found) == len(set(found))
    sure = {key for key, one in judged.items() if not one.is_doubtful and one.order[2] <= search.within}
    missing, wrong = sure - set(found), set(found) - judged.keys()
    unsure = {public_id for (public_id, _day), one in judged.items() if one.is_doubtful}
    assert not missing and not {key for key in wrong if key[0] not in unsure}, (search, missing, wrong)
    ranked = [judged[key] for one in told for key in keys_of(one, search, lines)[:1] if key in judged]
    check_order([one for one in ranked if not one.is_doubtful], search)
    if len(told) > 2:
        assert asks.ask(route, as_query(search) | {"count": 2}).json() == told[:2]
    return len(sure)


def check_order(judged: list[Answer], search: Search) -> None:
    """By minutes of detour, then metres, then, of journeys, seconds: give or take two metres, or two seconds."""

    def order(one: Answer, more: float) -> tuple:
        aside, walked, off = one.order
        return math.ceil((aside + more) / METRES_A_MINUTE), walked + more, off + more if search.at else 0

    for one, following in pairwise(judged):
        assert order(one, -2.0) <= order(following, 2.0)


def keys_of(told: Mapping, search: Search, lines: Mapping[str, Line]) -> list[tuple[str, date | int]]:
    """Which ride, on which day it leaves."""
    public_id = told["webUrl"].split("/")[-2]
    if search.at is None:
        return [(public_id, one) for one in sorted(leaving_days(told, lines[public_id].ride))]
    driven = lines[public_id].ride.direction == "offer"
    leaves = told["driverDepartureDate" if driven else "passengerPickupDate"]
    return [(public_id, datetime.fromtimestamp(leaves, PARIS).date())]


def leaving_days(told: Mapping, ride: Carpool) -> list[int]:
    """The days of the week on which a regular trip leaves: on that of the passenger, or the one before."""
    days = []
    for schedule in told["schedules"]:
        boards = time.fromisoformat(schedule["passengerPickupTimeOfDay"])
        back = (boards.hour, boards.minute) < (ride.departure.hour, ride.departure.minute)
        days.append((WEEKDAYS.index(schedule["passengerPickupDay"]) - back) % 7 + 1)
    return days


def assert_as_the_test_tool(search: Search, told: list[dict]) -> None:
    """What the standard's own test tool asserts of a search (standards.md, 2.2)."""
    for one in told:
        for where, asked, kilometres in (
            ("Pickup", search.start, search.around_start),
            ("Drop", search.end, search.around_end),
        ):
            place = one[f"passenger{where}Lng"], one[f"passenger{where}Lat"]
            assert haversine(asked, place) <= kilometres * 1_000 * 1.01
        if search.at:
            assert abs(one["passengerPickupDate"] - seconds(search.at)) <= search.within
        for person in {"driver", "passenger"} & one.keys():
            assert one[person]["operator"] == one["operator"]
        URLValidator()(f"https://{one['operator']}/")
        URLValidator()(one["webUrl"])
    ids = [one["id"] for one in told if "id" in one]
    ids += [journey["id"] for one in told for day in one.get("schedules", []) for journey in day["journeySchedules"]]
    assert len(ids) == len(set(ids))
    people = [one[person]["id"] for one in told for person in ("driver", "passenger") if person in one]
    rides = {(one["webUrl"], person) for one, person in zip(told, people, strict=True)}
    assert len(rides) == len({url for url, _person in rides}) == len({person for _url, person in rides})


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres on the sphere, as the tool measures."""
    (west, south), (east, north) = (map(math.radians, place) for place in (one, other))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def make_rides_beyond(people, chance: random.Random, number: int) -> dict[str, Line]:
    """Rides of both kinds, of which a third is not ticked."""
    made = []
    for direction in ("offer", "request"):
        for beyond, share in ((True, number), (False, number // 2)):
            made += make_rides(people.village, people.alice, chance, share, direction=direction, shared_beyond=beyond)
    return {str(one.public_id): Line(one) for one in made}


def a_search(route: str, chance: random.Random) -> Search:
    """A search of anywhere, at any hour; of days on which clocks change, and others."""
    day = chance.choice([SPRING, AUTUMN, PLAIN]) + timedelta(days=chance.randint(-1, 1))
    minutes = chance.choice([chance.randint(0, 240), chance.randint(0, 1_439)])
    moment = time(minutes // 60, minutes % 60)
    where = [at(chance.uniform(-4_000, 4_000), chance.uniform(-2_000, 2_000)) for _ in range(2)]
    asked = {
        **{"start": where[0], "end": where[1], "within": chance.choice([900, 3_600, 4 * 3_600, DAY])},
        **{f"around_{end}": chance.choice([0.5, 1.0, 2.0, 3.5, 6.0]) for end in ("start", "end")},
    }
    if "journeys" in route:
        return Search(**asked, at=datetime.combine(day, moment, PARIS))
    weekdays = tuple(sorted(chance.sample(range(1, 8), chance.randint(1, 7))))
    since = datetime.combine(day, time(12), PARIS)
    until = since + timedelta(days=chance.choice([1, 3, 7, 28]))
    return Search(**asked, hour=moment, weekdays=weekdays, since=since, until=until)


def as_query(search: Search) -> dict[str, object]:
    """The same as the standard asks it."""
    query = between(search.start, search.end, timeDelta=search.within)
    query |= {"departureRadius": search.around_start, "arrivalRadius": search.around_end}
    if search.at:
        return query | {"departureDate": seconds(search.at)}
    days = ",".join(WEEKDAYS[number - 1] for number in search.weekdays)
    bounds = {"minDepartureDate": seconds(search.since), "maxDepartureDate": seconds(search.until)}
    return query | bounds | {"departureTimeOfDay": f"{search.hour:%H:%M:%S}", "departureWeekdays": days}
