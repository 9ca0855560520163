"""Matches of rides: read off the row of cells, then every ride against every wish, as the oracle says."""

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import LineString, Point
from django.contrib.gis.measure import D
from django.db import connection
from django.utils import timezone
from geographiclib.geodesic import Geodesic

from directory import exchanging, ride_matching
from directory.carpool_routes import route_between
from directory.kinds import KINDS
from directory.meeting_points import MeetingPoint, meeting_point
from directory.models import Carpool, Category, Conversation, Listing, RideAgreement, RideEntry
from directory.publishing import refresh_entries
from directory.ride_matching import Match, RideWanted, offers_for, requests_for
from geo.models import WGS84, Toponym
from geo.wording import comparable
from scopes.models import Level, Mute, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.around import at, without_listings
from tests.directory.ride_oracle import BESIDE, PARIS, Line, Verdict, judge, judge_request, order_of
from tests.directory.riding import SQUARES, in_days, key_of, name_squares, ride
from tests.directory.speaking import looking
from tests.neighbours import neighbour
from tests.plans import generic_plan
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

#: Sundays on which the clocks of Europe change, and a week without.
SPRING, AUTUMN, PLAIN = date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 7)


@pytest.fixture(scope="module")
def kept(whole_module):
    village = make_village()
    home = village.residences
    people = {name: neighbour(name, home[where]) for name, where in (("alice", "A"), ("bruno", "B"), ("elsa", "E"))}
    return SimpleNamespace(village=village, rémi=neighbour("Rémi", home["A"]), **people)


@pytest.fixture
def alice(kept, db):
    return kept.alice


@pytest.fixture
def bruno(kept, db):
    return kept.bruno


def drives(someone, level: str = Level.MUNICIPALITY, **own) -> Carpool:
    with looking(someone) as viewer:
        opened = {"openness": own.pop("openness", Openness.MEMBERS)}
        columns = {"title": "", "category": "shared_ride", "own": ride(**own), **opened}
        return exchanging.share(home=viewer.home, kind=KINDS["carpool"], level=level, **columns)


def wanted(start: str, end: str, hour: time = time(7, 30), day: date | None = None, **asked) -> RideWanted:
    leaves = datetime.combine(day or in_days(7), hour, PARIS)
    return RideWanted(start=meeting_point(key_of(start)), end=meeting_point(key_of(end)), at=leaves, **asked)


def found(someone, what: RideWanted, *, among=offers_for) -> list[Match]:
    with looking(someone) as viewer:
        return among(what, viewer)


class TestAlongTheWay:
    """The ride goes from 200 m west to 2,000 m east of cell 0; the middle is at 900 m, the north 450 m off the line."""

    def test_who_stands_in_the_middle_of_the_way_is_taken_along(self, alice, bruno):
        drives(alice)
        (match,) = found(bruno, wanted("Place du Milieu", "Place Est"))
        assert (match.pick_up.name, match.drop_off.name) == ("Place du Milieu", "Place Est")
        # The line passes 50 m north of the middle: on the way. Half of it is 99 seconds.
        assert match.detour == 0 and match.walk_to == match.walk_from == 0
        assert abs((match.picked_up - datetime.combine(in_days(7), time(7, 31, 39), PARIS)).total_seconds()) < 1
        assert match.dropped_at > match.picked_up and match.leaves_on == in_days(7)
        assert match.why == {"rule": "corridor", "walk": 0, "detour": 0, "minutes": 0}

    def test_nobody_is_taken_backwards(self, alice, bruno):
        drives(alice)
        assert found(bruno, wanted("Place Est", "Place du Milieu")) == []

    def test_nobody_is_taken_along_for_less_than_the_detour_they_cost(self, alice, bruno):
        drives(alice, detour="15", end=key_of("Place du Milieu"))
        assert len(found(bruno, wanted("Place Ouest", "Place du Milieu"))) == 1
        # The east lies 1,100 m beyond the end of the way: 2,080 m of detour for 1,104 m together.
        assert found(bruno, wanted("Place Ouest", "Place Est", walk=D(m=0))) == []

    def test_a_driver_leaves_the_way_no_longer_than_they_want(self, alice, bruno):
        # From the north to the line and back: twice 400 m, less what is beside it: 680 m, more than a minute.
        near = {"walk": D(m=0)}
        drives(alice, detour="0")
        assert found(bruno, wanted("Place Nord", "Place Est", **near)) == []
        drives(alice, detour="2")
        (match,) = found(bruno, wanted("Place Nord", "Place Est", **near))
        assert match.pick_up.name == "Place Nord" and 670 < match.detour < 690 and match.why["minutes"] == 1

    def test_who_walks_is_met_nearer_to_the_way(self, alice, bruno):
        drives(alice, detour="0")
        assert found(bruno, wanted("Place Nord", "Place Est", walk=D(m=440))) == []
        (match,) = found(bruno, wanted("Place Nord", "Place Est", walk=D(m=460)))
        assert (match.pick_up.name, round(match.walk_to), match.detour) == ("Place du Milieu", 450, 0)

    def test_the_driver_s_own_stop_is_one_however_many_are_nearer(self, kept, alice, bruno):
        drives(alice, start=key_of("Place du Milieu"), detour="0")
        nearer = {f"Place {rank}": (-200 - 10 * rank, 100) for rank in range(20)}
        name_squares(kept.village.town, nearer)
        assert found(bruno, wanted("Place Ouest", "Place Est", walk=D(m=1_100))) == []
        (match,) = found(bruno, wanted("Place Ouest", "Place Est", walk=D(m=1_110)))
        assert (match.pick_up.name, round(match.walk_to), match.detour) == ("Place du Milieu", 1_105, 0)

    def test_less_detour_comes_first_then_less_walk_then_the_time(self, alice, bruno):
        late = drives(alice, departure="07:45")
        early = drives(alice, departure="07:34")
        aside = drives(alice, start=key_of("Place Nord"), departure="07:30")
        matches = found(bruno, wanted("Place du Milieu", "Place Est", walk=D(m=0)))
        assert [match.ride.pk for match in matches] == [early.pk, late.pk, aside.pk]

    def test_eighty_metres_of_detour_come_after_none_whatever_the_hour(self, alice, bruno):
        late, on_time = drives(alice, departure="07:45"), drives(alice, start=key_of("Place du Milieu"))
        # 55 m beside the way of the one, 100 m beside the way of the other.
        x, y = at(1_000, 100)
        here = MeetingPoint(key="here", name="-", longitude=x, latitude=y)
        matches = found(bruno, replace(wanted("Place du Milieu", "Place Est", walk=D(m=0)), start=here))
        assert [match.ride.pk for match in matches] == [late.pk, on_time.pk]
        assert [round(match.detour, -1) for match in matches] == [0, 80]

    def test_a_walk_comes_after_no_walk_whatever_the_hour(self, alice, bruno):
        late, on_time = drives(alice, departure="07:45"), drives(alice, start=key_of("Place Nord"), detour="0")
        matches = found(bruno, wanted("Place du Milieu", "Place Est", walk=D(m=500)))
        assert [(match.ride.pk, round(match.walk_to)) for match in matches] == [(late.pk, 0), (on_time.pk, 450)]

    @pytest.mark.parametrize(("metres", "is_found"), [(480, False), (520, True)])
    def test_nobody_is_taken_along_for_less_than_five_hundred_metres(self, alice, bruno, metres, is_found):
        drives(alice)
        # The way falls by 100 m over its 2,200 m.
        places = [at(east, 100 - (east + 200) / 22) for east in (500, 500 + metres)]
        ends = [MeetingPoint(key=str(x), name="-", longitude=x, latitude=y) for x, y in places]
        asked = RideWanted(start=ends[0], end=ends[1], at=datetime.combine(in_days(7), time(7, 30), PARIS), walk=D(m=0))
        assert bool(found(bruno, asked)) is is_found

    def test_seats_are_enough(self, alice, bruno):
        drives(alice, seats="2")
        assert len(found(bruno, wanted("Place du Milieu", "Place Est", seats=2))) == 1
        assert found(bruno, wanted("Place du Milieu", "Place Est", seats=3)) == []

    def test_no_more_than_asked(self, alice, bruno):
        for minute in range(5):
            drives(alice, departure=f"07:3{minute}")
        assert len(found(bruno, wanted("Place du Milieu", "Place Est", limit=3))) == 3

    def test_who_drives_finds_who_waits_along_the_way(self, alice, bruno):
        asked = drives(alice, direction="request", start=key_of("Place du Milieu"), seats="2")
        (match,) = found(bruno, wanted("Place Ouest", "Place Est", seats=2), among=requests_for)
        assert (match.ride.pk, match.pick_up.name, match.drop_off.name) == (asked.pk, "Place du Milieu", "Place Est")
        assert found(bruno, wanted("Place Ouest", "Place Est", seats=1), among=requests_for) == []
        assert found(bruno, wanted("Place Est", "Place Ouest", seats=2), among=requests_for) == []
        assert found(bruno, wanted("Place Nord", "Place Ouest", seats=2), among=requests_for) == []


class TestWhen:
    @pytest.mark.parametrize(
        ("hour", "is_found"), [(time(7, 1, 45), True), (time(7, 1, 30), False), (time(8, 2), False)]
    )
    def test_within_half_an_hour(self, alice, bruno, hour, is_found):
        drives(alice)
        assert bool(found(bruno, wanted("Place du Milieu", "Place Est", hour))) is is_found

    def test_only_on_its_day(self, alice, bruno):
        drives(alice)
        assert found(bruno, wanted("Place du Milieu", "Place Est", day=in_days(8))) == []

    def test_every_week_but_the_days_excepted_up_to_the_last(self, alice, bruno):
        day = in_days(14)
        own = {"weekdays": [str(day.isoweekday())], "except_days": f"{in_days(21):%d/%m/%Y}"}
        drives(alice, **own, last_day=in_days(28).isoformat())
        among = (0, 6, 7, 14, 21, 28, 35)
        days = [number for number in among if found(bruno, wanted("Place du Milieu", "Place Est", day=in_days(number)))]
        assert days == [0, 7, 14, 28]

    def test_past_midnight_it_is_of_the_day_before(self, alice, bruno):
        drives(alice, departure="23:59")
        (match,) = found(bruno, wanted("Place du Milieu", "Place Est", time(0, 1), day=in_days(8)))
        assert match.leaves_on == in_days(7) and match.picked_up.astimezone(PARIS).date() == in_days(8)

    @pytest.mark.parametrize(
        ("day", "departure", "asked", "is_found"),
        [
            # Two o'clock is three o'clock: a minute and a half after 1:59 it passes the middle.
            (SPRING, time(1, 59), time(3, 0), True),
            (SPRING, time(1, 59), time(2, 0), True),
            (SPRING, time(1, 59), time(3, 35), False),
            # What leaves at a time that is skipped leaves when the clocks show an hour more.
            (SPRING, time(2, 30), time(3, 30), True),
            # Of half past two, which there is twice, the later is meant.
            (AUTUMN, time(2, 30), time(2, 30, fold=1), True),
            (AUTUMN, time(2, 30), time(2, 30), False),
        ],
    )
    def test_the_night_when_clocks_change(self, kept, db, day, departure, asked, is_found):
        west, east = (at(*SQUARES[name]) for name in ("Place Ouest", "Place Est"))
        way = {"start_point": Point(*west, srid=WGS84), "end_point": Point(*east, srid=WGS84)}
        way |= {"route": LineString(west, east, srid=WGS84), "seconds": 198}
        create_all([Carpool(**told_by(kept.alice, kept.village), **way, day=day, departure=departure)])
        assert bool(found(kept.bruno, wanted("Place du Milieu", "Place Est", asked, day))) is is_found


class TestWhoSees:
    def test_each_circle_matches_its_own_and_nobody_oneself(self, kept, db):
        for level in (Level.RESIDENCE, Level.VOISINAGE, Level.MUNICIPALITY):
            drives(kept.alice, level)
        drives(kept.alice, Level.NEIGHBOURHOOD, openness=Openness.PUBLIC)
        what = wanted("Place du Milieu", "Place Est")
        seen = {
            name: {m.ride.level for m in found(getattr(kept, name), what)}
            for name in ("rémi", "bruno", "elsa", "alice")
        }
        assert seen == {
            "rémi": {"residence", "voisinage", "municipality", "neighbourhood"},
            "bruno": {"voisinage", "municipality", "neighbourhood"},
            "elsa": {"municipality", "neighbourhood"},
            "alice": set(),
        }
        assert {match.ride.level for match in offers_for(what, ANONYMOUS)} == {"neighbourhood"}

    def test_who_is_not_read_is_not_met(self, kept, db):
        for level in (Level.RESIDENCE, Level.MUNICIPALITY):
            drives(kept.alice, level)
        Mute.objects.create(account=kept.rémi.account, muted=kept.alice.alias)
        assert found(kept.rémi, wanted("Place du Milieu", "Place Est")) == []

    @pytest.mark.parametrize("state", ["hidden_at", "paused_at", "withdrawn_at"])
    def test_what_is_out_of_sight_is_not_met_even_by_who_lives_there(self, kept, db, state):
        """Nor while what a match reads is not yet in line with it: the rule is asked once more."""
        rides = [drives(kept.alice, level).pk for level in (Level.RESIDENCE, Level.MUNICIPALITY)]
        assert len(found(kept.rémi, wanted("Place du Milieu", "Place Est"))) == 2
        with looking(kept.alice):
            Listing.objects.filter(pk__in=rides).update(**{state: timezone.now()})
        assert found(kept.rémi, wanted("Place du Milieu", "Place Est")) == []

    def test_what_is_over_or_taken_back_is_not_met(self, alice, bruno):
        over, back = drives(alice), drives(alice, departure="07:31")
        RideEntry.objects.filter(listing=over).update(live_until=timezone.now() - timedelta(days=1))
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=back.public_id)
        assert found(bruno, wanted("Place du Milieu", "Place Est")) == []


def told_by(author, village, **columns) -> dict[str, object]:
    """What every ride of these tests says."""
    town = village.town
    return {
        **{"title": "Trajet", "kind": "carpool", "category": Category.objects.get(code="shared_ride")},
        **{"author": author.alias, "level": "municipality", "openness": "public", "municipality": town},
        **{"insee_code": town.insee_code, "department": town.department, "direction": "offer", "seats": 3},
        **{"start": "-", "end": "-", "start_name": "-", "end_name": "-", "metres": 1},
        **columns,
    }


def make_rides(village, author, chance: random.Random, number: int, **columns) -> list[Carpool]:
    """Rides anywhere in eight by four kilometres, on any days, many at night."""
    shared = told_by(author, village, **columns)
    made = []
    for _number in range(number):
        spots = [at(chance.uniform(-4_000, 4_000), chance.uniform(-2_000, 2_000)) for _ in range(chance.randint(2, 5))]
        route = LineString(spots, srid=WGS84)
        ends = {"start_point": Point(*spots[0], srid=WGS84), "end_point": Point(*spots[-1], srid=WGS84), "route": route}
        first = chance.choice([SPRING, AUTUMN, PLAIN])
        days = [first + timedelta(days=shift) for shift in (-1, 0, 1, 7)]
        weekly = {"weekdays": sorted(chance.sample(range(1, 8), chance.randint(3, 7)))}
        weekly |= {"except_days": chance.sample(days, chance.randint(0, 2))}
        weekly |= {"last_day": chance.choice([None, None, *days])}
        when = {"day": chance.choice(days[:3])} if chance.random() < 0.3 else weekly
        minutes = chance.choice([chance.randint(0, 240), chance.randint(0, 1_439)])
        told = {"departure": time(minutes // 60, minutes % 60), "seconds": chance.randint(300, 3_000)}
        detour = {"detour": chance.choice([0, 2, 5, 10, 15])}
        made.append(Carpool(**shared, **ends, **when, **told, **detour))
    create_all(made)
    return made


def create_all(rides: list[Carpool]) -> None:
    """Publish them: two statements instead of three for each, as Django has no `bulk_create` of a child table."""
    written = (field for field in Listing._meta.concrete_fields if not field.primary_key and not field.generated)
    columns = [field.attname for field in written]
    listings = Listing.objects.bulk_create(Listing(**{name: getattr(one, name) for name in columns}) for one in rides)
    for one, listing in zip(rides, listings, strict=True):
        one.pk = one.id = listing.pk
    Carpool._base_manager._insert(rides, fields=Carpool._meta.local_concrete_fields)
    refresh_entries([one.pk for one in rides])


def make_agreements(kept, rides: list[Carpool], chance: random.Random) -> dict[Carpool, Counter[date]]:
    """Seats of these rides that others have, of one day or of every week; as a count for each ride, day by day."""
    days = [around + timedelta(days=shift) for around in (SPRING, AUTUMN, PLAIN) for shift in range(-3, 4)]
    taken, agreed = {one: Counter() for one in rides}, []
    for shared, counted in taken.items():
        talk = Conversation.objects.create(listing=shared, asker=kept.elsa.alias, author=kept.alice.alias)
        told = {"pick_up_point": shared.start_point, "drop_off_point": shared.end_point, "boards_after": 0}
        told |= {"ride": shared, "conversation": talk, "direction": shared.direction, "departure": shared.departure}
        told |= {"leaves_after": shared.seconds, "status": "CONFIRMED", "confirmed_at": timezone.now()}
        for day in chance.sample(days, chance.randint(0, 10)):
            agreed.append(RideAgreement(day=day, seats=chance.randint(1, shared.seats), **told))
            counted[day] += agreed[-1].seats
        if chance.random() < 0.5:
            begins, weekdays, without = (
                chance.choice(days),
                sorted(chance.sample(range(1, 8), 4)),
                chance.sample(days, 9),
            )
            last = chance.choice([None, begins + timedelta(days=100)])
            weekly = {"from_day": begins, "weekdays": weekdays, "except_days": without, "last_day": last}
            agreed.append(RideAgreement(seats=1, **weekly, **told))
            for day in days:
                goes_on = begins <= day and (last is None or day <= last)
                counted[day] += goes_on and day.isoweekday() in weekdays and day not in without
    RideAgreement.objects.bulk_create(agreed)
    return taken


def make_more_squares(village, chance: random.Random, number: int) -> dict[str, MeetingPoint]:
    """Squares to meet at, in the same ground; with those of the village, by their keys."""
    new = {f"Place {rank}": (chance.uniform(-4_000, 4_000), chance.uniform(-2_000, 2_000)) for rank in range(number)}
    Toponym.objects.bulk_create(
        Toponym(
            **{"kind": "street", "municipality": village.town, "name": name, "label": name},
            normalised=comparable(f"{name} {village.town.name}"),
            location=Point(*at(*place), srid=WGS84),
        )
        for name, place in new.items()
    )
    points = {name: at(*place) for name, place in {**SQUARES, **new}.items()}
    return {
        key_of(name): MeetingPoint(key=key_of(name), name=name, longitude=longitude, latitude=latitude)
        for name, (longitude, latitude) in points.items()
    }


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
def test_the_statement_finds_what_brute_force_finds_in_the_same_order(kept, db, rides, wishes, seed):
    """Every ride against every wish: the same set, and the same order but for pairs a metre or a second apart."""
    chance = random.Random(seed)
    shared = make_rides(kept.village, kept.alice, chance, rides)
    taken = make_agreements(kept, shared, chance)
    lines = {one.public_id: Line(one, taken[one]) for one in shared}
    points = make_more_squares(kept.village, chance, 40)
    squares = {key: (one.longitude, one.latitude) for key, one in points.items()}
    met = 0
    for _number in range(wishes):
        wish = replace(a_wish(list(points.values()), chance), seats=chance.choice([1, 1, 2]))
        verdicts = {key: judge(line, wish, squares) for key, line in lines.items()}
        answered = [match.ride.public_id for match in found(kept.bruno, wish)]
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
def test_what_is_looked_for_along_a_way_is_what_brute_force_finds(kept, db, rides, wishes, seed):
    """The other way round: a driver's way against everything that is looked for."""
    chance = random.Random(seed)
    points = list(make_more_squares(kept.village, chance, 40).values())
    asked = make_rides(kept.village, kept.alice, chance, rides, direction="request", seats=1)
    met = 0
    for _number in range(wishes):
        wish = replace(a_wish(points, chance), detour=chance.choice([0, 2, 5, 10, 15]), seats=4)
        way = route_between(wish.start.point, wish.end.point)
        line = Line(Carpool(route=way.line, seconds=way.seconds))
        verdicts = {one.public_id: judge_request(line, wish, one) for one in asked}
        answered = [match.ride.public_id for match in found(kept.bruno, wish, among=requests_for)]
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
def test_metres_are_those_of_the_ground_in_every_metric_system(kept, db, longitude, latitude, department):
    """Two and a half kilometres north of the middle of a line: where the plane of Lambert-93 says 8 m more, too."""
    ends = [Geodesic.WGS84.Direct(latitude, longitude, azimuth, 5_000) for azimuth in (270, 0, 90)]
    west, aside, east = ((one["lon2"], (one["lat2"] + latitude) / 2) for one in ends)
    route = LineString(west, east, srid=WGS84)
    way = {"route": route, "start_point": Point(*west, srid=WGS84), "end_point": Point(*east, srid=WGS84)}
    when = {"weekdays": [*range(1, 8)], "departure": time(7), "seconds": 3_600, "detour": 15}
    create_all([Carpool(**told_by(kept.alice, kept.village, department=department), **way, **when)])
    start, end = (MeetingPoint(key=f"{x}", name="-", longitude=x, latitude=y) for x, y in (aside, east))
    half_past = datetime(2027, 6, 7, 7, 30, tzinfo=PARIS)
    (match,) = found(kept.bruno, RideWanted(start=start, end=end, at=half_past, walk=D(m=0)))
    far, share = Line(match.ride).meet(aside)
    assert far > 2_400 and match.detour == pytest.approx(2 * (far - BESIDE), rel=0.0005)
    assert share == pytest.approx(0.5, abs=0.001) and abs(match.picked_up - half_past) < timedelta(seconds=4)


def test_hours_of_no_town_are_refused():
    with pytest.raises(TypeError):
        RideWanted(start=None, end=None, at=datetime(2027, 6, 7, 7, 30, tzinfo=UTC))


#: Lines of some kilometres in the morning and in the evening, without listings: nothing of them is answered.
INVENTED = """
    INSERT INTO directory_rideentry (listing_id, public_id, direction, reach, underway, track, metric_system, metres,
        time_zone, seconds, weekdays, except_days, departure, seats, detour, audience)
    SELECT 1000000 + number, gen_random_uuid(), (ARRAY['offer', 'request'])[1 + number % 2],
        ST_Expand(ST_Envelope(line), 0.03), int4range(hour * 3600, hour * 3600 + 600, '[]'), ST_Transform(line, 2154),
        2154, 5000, 'Europe/Paris', 600, '{1,2,3,4,5}', '{}', make_time(hour, 0, 0), 3, 5, 'public'
    FROM generate_series(1, 3000) AS number
    CROSS JOIN LATERAL (
        SELECT ST_SetSRID(ST_MakePoint(-1 + number % 60 * 0.1, 43 + number / 60 * 0.1), 4326) AS start,
            7 + number % 3 * 5 AS hour
    ) one
    CROSS JOIN LATERAL (SELECT ST_MakeLine(start, ST_Translate(start, 0.05, 0.03)) AS line) other"""


@pytest.mark.plan
@pytest.mark.parametrize(
    ("among", "index"), [(offers_for, "ride_offered_there_then"), (requests_for, "ride_wanted_there_then")]
)
def test_rides_are_found_by_where_and_when(kept, db, monkeypatch, among, index):
    """Among 3,000 rides all over the country: one walk of one index, whatever is asked, knows places and hours."""
    plans = []
    monkeypatch.setattr(ride_matching, "prepared_rows", lambda *asked: plans.append(generic_plan(*asked)) or [])
    with connection.cursor() as cursor:
        without_listings(RideEntry)
        cursor.execute(INVENTED)
        cursor.execute("ANALYZE directory_rideentry")
    assert found(kept.bruno, wanted("Place du Milieu", "Place Est"), among=among) == []
    (plan,) = plans
    (walk,) = re.findall(r"Scan using (ride_\w+) .*\n\s+Index Cond: (.*)", plan)
    assert walk[0] == index and "reach && " in walk[1] and "underway && " in walk[1]
    assert "Seq Scan on directory_rideentry" not in plan
