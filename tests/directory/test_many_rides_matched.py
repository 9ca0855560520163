"""Matches among many rides: every ride against every wish, as the oracle says; on any ground; and by which index."""

import random
import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from django.contrib.gis.geos import LineString, Point
from django.contrib.gis.measure import D
from django.db import connection
from geographiclib.geodesic import Geodesic

from directory import ride_matching
from directory.carpool_routes import route_between
from directory.meeting_points import MeetingPoint
from directory.models import Carpool, RideEntry
from directory.ride_matching import RideWanted, offers_for, requests_for
from geo.models import WGS84
from tests.directory.around import without_listings
from tests.directory.many_rides import (
    AUTUMN,
    INVENTED,
    PLAIN,
    SPRING,
    create_all,
    make_agreements,
    make_more_squares,
    make_rides,
    told_by,
)
from tests.directory.matched import found, wanted
from tests.directory.ride_oracle import BESIDE, PARIS, Line, Verdict, judge, judge_request, order_of
from tests.plans import generic_plan

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


def a_wish(points: list[MeetingPoint], chance: random.Random) -> RideWanted:
    start, end = chance.sample(points, 2)
    day = chance.choice([SPRING, AUTUMN, PLAIN]) + timedelta(days=chance.randint(-1, 1))
    minutes = chance.choice([chance.randint(0, 240), chance.randint(0, 1_439)])
    leaves = datetime.combine(day, time(minutes // 60, minutes % 60), PARIS)
    within = timedelta(minutes=chance.choice([15, 60, 240]))
    walk = D(m=chance.choice([0, 500, 1_000, 2_000]))
    return RideWanted(start=start, end=end, at=leaves, within=within, walk=walk, limit=1_000)


@pytest.mark.parametrize(
    ("rides", "wishes", "seed"),
    [
        (20, 10, 4),
        pytest.param(100, 100, 2, marks=pytest.mark.slow),
        pytest.param(100, 100, 3, marks=pytest.mark.slow),
    ],
)
def test_the_statement_finds_what_brute_force_finds_in_the_same_order(people, rides, wishes, seed):
    """Every ride against every wish: the same set, and the same order but for pairs a metre or a second apart."""
    chance = random.Random(seed)
    shared = make_rides(people.village, people.alice, chance, rides)
    taken = make_agreements(people, shared, chance)
    lines = {one.public_id: Line(one, taken[one]) for one in shared}
    points = make_more_squares(people.village, chance, 40)
    squares = {key: (one.longitude, one.latitude) for key, one in points.items()}
    met = 0
    for _number in range(wishes):
        wish = replace(a_wish(list(points.values()), chance), seats=chance.choice([1, 1, 2]))
        verdicts = {key: judge(line, wish, squares) for key, line in lines.items()}
        answered = [match.ride.public_id for match in found(people.bruno, wish)]
        sure = {key for key, verdict in verdicts.items() if verdict.matches and not verdict.is_doubtful}
        never = {key for key, verdict in verdicts.items() if not verdict.matches and not verdict.is_doubtful}
        assert sure <= set(answered) and not never & set(answered)
        check_order([verdicts[key] for key in answered])
        met += len(sure)
    assert met > wishes / 3  # enough of them match to prove something


@pytest.mark.parametrize(
    ("rides", "wishes", "seed"),
    [(60, 8, 6), pytest.param(100, 100, 5, marks=pytest.mark.slow)],
)
def test_what_is_looked_for_along_a_way_is_what_brute_force_finds(people, rides, wishes, seed):
    """The other way round: a driver's way against everything that is looked for."""
    chance = random.Random(seed)
    points = list(make_more_squares(people.village, chance, 40).values())
    asked = make_rides(people.village, people.alice, chance, rides, direction="request", seats=1)
    met = 0
    for _number in range(wishes):
        wish = replace(a_wish(points, chance), detour=chance.choice([0, 2, 5, 10, 15]), seats=4)
        way = route_between(wish.start.point, wish.end.point)
        line = Line(Carpool(route=way.line, seconds=way.seconds))
        verdicts = {one.public_id: judge_request(line, wish, one) for one in asked}
        answered = [match.ride.public_id for match in found(people.bruno, wish, among=requests_for)]
        sure = {key for key, verdict in verdicts.items() if verdict.matches and not verdict.is_doubtful}
        never = {key for key, verdict in verdicts.items() if not verdict.matches and not verdict.is_doubtful}
        assert sure <= set(answered) and not never & set(answered)
        check_order([verdicts[key] for key in answered])
        met += len(sure)
    assert met > wishes / 10


def check_order(verdicts: list[Verdict]) -> None:
    for one, following in pairwise(verdicts):
        assert order_of(one, more=-2.0) <= order_of(following, more=2.0)


@pytest.mark.parametrize(
    ("longitude", "latitude", "department"),
    [(2.37, 51.03, "59"), (9.2, 41.4, "2A"), (55.45, -20.9, "974"), (-61.55, 16.25, "971")],
)
def test_metres_are_those_of_the_ground_in_every_metric_system(people, longitude, latitude, department):
    """Two and a half kilometres north of the middle of a line: where the plane of Lambert-93 says 8 m more, too."""
    ends = [Geodesic.WGS84.Direct(latitude, longitude, azimuth, 5_000) for azimuth in (270, 0, 90)]
    west, aside, east = ((one["lon2"], (one["lat2"] + latitude) / 2) for one in ends)
    route = LineString(west, east, srid=WGS84)
    way = {"route": route, "start_point": Point(*west, srid=WGS84), "end_point": Point(*east, srid=WGS84)}
    when = {"weekdays": [*range(1, 8)], "departure": time(7), "seconds": 3_600, "detour": 15}
    create_all([Carpool(**told_by(people.alice, people.village, department=department), **way, **when)])
    start, end = (MeetingPoint(key=f"{x}", name="-", longitude=x, latitude=y) for x, y in (aside, east))
    half_past = datetime(2027, 6, 7, 7, 30, tzinfo=PARIS)
    (match,) = found(people.bruno, RideWanted(start=start, end=end, at=half_past, walk=D(m=0)))
    far, share = Line(match.ride).meet(aside)
    assert far > 2_400 and match.detour == pytest.approx(2 * (far - BESIDE), rel=0.0005)
    assert share == pytest.approx(0.5, abs=0.001) and abs(match.picked_up - half_past) < timedelta(seconds=4)


@pytest.mark.plan
@pytest.mark.parametrize(
    ("among", "index"), [(offers_for, "ride_offered_there_then"), (requests_for, "ride_wanted_there_then")]
)
def test_rides_are_found_by_where_and_when(people, monkeypatch, among, index):
    """Among 3,000 rides all over the country: one walk of one index, whatever is asked, knows places and hours."""
    plans = []
    monkeypatch.setattr(ride_matching, "prepared_rows", lambda *asked: plans.append(generic_plan(*asked)) or [])
    with connection.cursor() as cursor:
        without_listings(RideEntry)
        cursor.execute(INVENTED)
        cursor.execute("ANALYZE directory_rideentry")
    assert found(people.bruno, wanted("Place du Milieu", "Place Est"), among=among) == []
    (plan,) = plans
    (walk,) = re.findall(r"Scan using (ride_\w+) .*\n\s+Index Cond: (.*)", plan)
    assert walk[0] == index and "reach && " in walk[1] and "underway && " in walk[1]
    assert "Seq Scan on directory_rideentry" not in plan
