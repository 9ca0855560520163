"""Matches of rides, read off the row of cells: along the way, when, and who sees whom."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.gis.geos import LineString, Point
from django.contrib.gis.measure import D
from django.utils import timezone

from directory import exchanging
from directory.meeting_points import MeetingPoint
from directory.models import Carpool, Listing, RideEntry
from directory.ride_matching import RideWanted, offers_for, requests_for
from geo.models import WGS84
from scopes.models import Level, Mute, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.agreed import drives
from tests.directory.around import at
from tests.directory.many_rides import AUTUMN, SPRING, create_all, told_by
from tests.directory.matched import found, wanted
from tests.directory.ride_oracle import PARIS
from tests.directory.riding import SQUARES, in_days, key_of, name_squares
from tests.directory.speaking import looking

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


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

    def test_the_driver_s_own_stop_is_one_however_many_are_nearer(self, people, alice, bruno):
        drives(alice, start=key_of("Place du Milieu"), detour="0")
        nearer = {f"Place {rank}": (-200 - 10 * rank, 100) for rank in range(20)}
        name_squares(people.village.town, nearer)
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
    def test_the_night_when_clocks_change(self, people, day, departure, asked, is_found):
        west, east = (at(*SQUARES[name]) for name in ("Place Ouest", "Place Est"))
        way = {"start_point": Point(*west, srid=WGS84), "end_point": Point(*east, srid=WGS84)}
        way |= {"route": LineString(west, east, srid=WGS84), "seconds": 198}
        create_all([Carpool(**told_by(people.alice, people.village), **way, day=day, departure=departure)])
        assert bool(found(people.bruno, wanted("Place du Milieu", "Place Est", asked, day))) is is_found


class TestWhoSees:
    def test_each_circle_matches_its_own_and_nobody_oneself(self, people):
        for level in (Level.RESIDENCE, Level.VOISINAGE, Level.MUNICIPALITY):
            drives(people.alice, level)
        drives(people.alice, Level.NEIGHBOURHOOD, openness=Openness.PUBLIC)
        what = wanted("Place du Milieu", "Place Est")
        seen = {
            name: {m.ride.level for m in found(getattr(people, name), what)}
            for name in ("anna", "bruno", "elsa", "alice")
        }
        assert seen == {
            "anna": {"residence", "voisinage", "municipality", "neighbourhood"},
            "bruno": {"voisinage", "municipality", "neighbourhood"},
            "elsa": {"municipality", "neighbourhood"},
            "alice": set(),
        }
        assert {match.ride.level for match in offers_for(what, ANONYMOUS)} == {"neighbourhood"}

    def test_who_is_not_read_is_not_met(self, people):
        for level in (Level.RESIDENCE, Level.MUNICIPALITY):
            drives(people.alice, level)
        Mute.objects.create(account=people.anna.account, muted=people.alice.alias)
        assert found(people.anna, wanted("Place du Milieu", "Place Est")) == []

    @pytest.mark.parametrize("state", ["hidden_at", "paused_at", "withdrawn_at"])
    def test_what_is_out_of_sight_is_not_met_even_by_who_lives_there(self, people, state):
        """Nor while what a match reads is not yet in line with it: the rule is asked once more."""
        rides = [drives(people.alice, level).pk for level in (Level.RESIDENCE, Level.MUNICIPALITY)]
        assert len(found(people.anna, wanted("Place du Milieu", "Place Est"))) == 2
        with looking(people.alice):
            Listing.objects.filter(pk__in=rides).update(**{state: timezone.now()})
        assert found(people.anna, wanted("Place du Milieu", "Place Est")) == []

    def test_what_is_over_or_taken_back_is_not_met(self, alice, bruno):
        over, back = drives(alice), drives(alice, departure="07:31")
        RideEntry.objects.filter(listing=over).update(live_until=timezone.now() - timedelta(days=1))
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=back.public_id)
        assert found(bruno, wanted("Place du Milieu", "Place Est")) == []


def test_hours_of_no_town_are_refused():
    with pytest.raises(TypeError):
        RideWanted(start=None, end=None, at=datetime(2027, 6, 7, 7, 30, tzinfo=UTC))
