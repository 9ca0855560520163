"""Requests that spread by themselves: whole cells, one ring a day at one hour for all, until they are served."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Point
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from directory import exchanging, posting, spreading
from directory.kinds import KINDS
from directory.models import Listing, Ring, SearchEntry
from directory.pausing import say_again
from directory.promising import finish
from directory.tasks import spread_requests
from geo.errors import InvalidParameter
from geo.models import Municipality, PublicCell, Residence
from scopes.leaving import leave
from scopes.models import Level, Openness
from tests.directory.around import at, box, make_town
from tests.directory.exchanged import FILLED, share
from tests.directory.speaking import looking, say
from tests.directory.spread import LOOKED_FOR, asks, by_sixty, looks_for, morning, mornings, on, reached, seeing
from tests.jobs import run_jobs
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db, pytest.mark.usefixtures("by_sixty")]
__all__ = ["by_sixty"]


def rings() -> int:
    """How many rings are known; before the first hour there is one of nowhere."""
    return Ring.objects.exclude(number=0).count()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def request_(alice):
    """Said on the evening of the first day."""
    with on(0):
        return looks_for(alice)


class TestRings:
    @pytest.mark.parametrize(
        ("home", "rings"),
        [
            ("A", [{0}, {0, 1, 2}, {0, 1, 2, 3, 4, 5}]),
            ("D", [{2}, {1, 2, 3}, {0, 1, 2, 3, 4, 5}]),
            ("house", [{5}, {3, 4, 5}, {0, 1, 2, 3, 4, 5}]),
        ],
    )
    def test_they_are_whole_cells_by_the_distance_of_their_points(self, village, home, rings):
        with on(0):
            asked = looks_for(neighbour("Alice", village.residences[home]))
        assert reached(village, asked) == rings[0]
        for day, ring in enumerate(rings[1:], start=2):
            mornings(day)
            assert reached(village, asked) == ring
        mornings(4)
        assert reached(village, asked) == rings[-1], "the town is its end"

    def test_all_homes_of_a_cell_are_reached_at_one_moment_wherever_the_author_lives_in_it(self, village, alice):
        anna = neighbour("Anna", village.residences["B"])
        with on(0):
            ones = [looks_for(someone, f"De {someone.account.first_name}") for someone in (alice, anna)]
        for day in range(2, 5):
            assert ones[0].catchment.equals(ones[1].catchment)
            mornings(day)
            for one in ones:
                one.refresh_from_db()

    def test_the_first_is_a_voisinage_and_they_widen_evenly(self, village, alice, monkeypatch):
        monkeypatch.undo()
        with on(0):
            asked = looks_for(alice)
        assert reached(village, asked) == {0, 1, 2, 3, 4}, "five cells of sixty homes"
        assert spreading.HOMES * spreading.MOST_RINGS * (spreading.MOST_RINGS + 1) // 2 == 31_500

    def test_they_stop_after_so_many_days(self, village, request_, monkeypatch):
        monkeypatch.setattr(spreading, "MOST_RINGS", 2)
        mornings(2, 3, 4)
        assert reached(village, request_) == {0, 1, 2}
        assert rings() == 2

    def test_another_town_is_not_reached_however_near(self, village, request_):
        near = make_town("Voisine", "44999", box(-700, -500, -300, 500))
        cell = PublicCell.objects.create(
            **{"municipality": near, "location": Point(*at(-310, 0)), "dwellings": 60, "main_residences": 54},
            **{"area": MultiPolygon(box(-370, -60, -310, 60)), "largest_share": 0.2},
        )
        place = {"location": Point(*at(-320, 0)), "public_cell": cell, "dwellings": 12}
        home = Residence.objects.create(key="residence:near", municipality=near, **place)
        stranger = neighbour("Zoé", home)
        mornings(2, 3)
        with on(3):
            assert seeing(stranger) == set()
        assert reached(village, request_) == {0, 1, 2, 3, 4}, "its homes count, as those of any neighbour"

    def test_a_town_without_published_limits_is_gone_through_all_the_same(self, village, alice):
        Municipality.objects.update(boundary=None)
        with on(0):
            asked = looks_for(alice)
        mornings(2, 3)
        assert reached(village, asked) == set(range(6))

    def test_it_goes_on_from_the_cell_that_its_own_was_united_with_and_leaves_nobody_out(self, village, request_):
        mornings(2)
        PublicCell.objects.filter(pk=village.cells[0].pk).update(merged_into=village.cells[5])
        mornings(3)
        assert reached(village, request_) >= {0, 1, 2}
        assert rings() == 3


class TestTheHour:
    def test_nobody_reads_it_before_the_next_one(self, village, alice, request_):
        anna = neighbour("Anna", village.residences["B"])
        with on(1, 8.99):
            assert seeing(anna) == set() and seeing(alice) == set(), "its author finds it among what is to come"
        with on(1, 9):
            assert seeing(anna) == seeing(alice) == {"Perceuse"}

    def test_the_first_ring_comes_with_all_others_by_the_job_and_not_by_the_clock(self, village, alice):
        anna = neighbour("Anna", village.residences["B"])
        with on(0):
            asked = asks(alice)
        with on(1, 9.4):
            assert seeing(anna) == set() and reached(village, asked) == set()
            assert morning() == 1
            assert seeing(anna) == {"Perceuse"} and reached(village, asked) == {0}

    @pytest.mark.parametrize("hour", [0, 8.99, 9, 15, 23.9])
    def test_it_is_one_for_all_whenever_it_was_said(self, alice, hour):
        with on(3, hour) as now:
            asked = looks_for(alice)
        assert asked.opens_at > now and asked.opens_at - now <= timedelta(days=1)
        begun = asked.opens_at.astimezone(ZoneInfo("Europe/Paris"))
        assert (begun.hour, begun.minute, begun.second, begun.microsecond) == (9, 0, 0, 0)
        assert asked.published_at == asked.opens_at == Ring.objects.get(number=1).reached_at

    def test_it_is_shown_for_a_month_from_then_on(self, alice, request_):
        assert request_.closes_at == request_.opens_at + spreading.LIFETIME
        with on(5), looking(alice) as viewer:
            renewed = exchanging.renew(viewer=viewer, public_id=request_.public_id)
        with on(5):
            assert renewed.closes_at == timezone.now() + spreading.LIFETIME

    def test_it_is_that_of_the_town(self, village, alice):
        Municipality.objects.update(time_zone="Indian/Reunion")
        with on(0):
            asked = looks_for(alice)
        assert asked.opens_at.astimezone(ZoneInfo("Indian/Reunion")).hour == 9

    def test_the_job_may_come_as_often_as_it_likes(self, village, request_):
        for hour in (9, 9, 9.5, 15, 23):
            with on(1, hour):
                assert morning() == 0, "its first ring is of this very day"
        for hour, grown in ((8.9, 0), (9, 1), (9, 0), (9.5, 0), (23, 0)):
            with on(2, hour):
                assert morning() == grown
        assert reached(village, request_) == {0, 1, 2}

    def test_missed_days_stay_missed_and_a_late_one_is_no_reason_to_wait(self, village, request_):
        with on(6, 15):
            assert morning() == 1
        assert reached(village, request_) == {0, 1, 2}
        with on(7, 9):
            assert morning() == 1

    def test_what_is_killed_midway_leaves_the_day_as_it_was_and_is_done_again(self, village, request_, monkeypatch):
        def killed(_ids):
            raise RuntimeError("killed")

        with monkeypatch.context() as patched, pytest.raises(RuntimeError), transaction.atomic():
            patched.setattr(spreading, "refresh_entries", killed)
            mornings(2)
        assert reached(village, request_) == {0} and rings() == 1
        mornings(2)
        assert reached(village, request_) == {0, 1, 2} and rings() == 2

    def test_the_job_has_each_town_done_by_itself(self, village, request_):
        Ring.objects.update(reached_at=timezone.now() - timedelta(days=2))
        spread_requests.defer(timestamp=0)
        run_jobs()
        assert reached(village, request_) == {0, 1, 2}

    def test_what_search_reads_grows_with_it(self, village, request_):
        mornings(2)
        request_.refresh_from_db()
        entry = SearchEntry.objects.get(listing=request_)
        assert entry.catchment == request_.catchment == Ring.objects.get(number=2).area
        assert entry.audience == "zone"


class TestItsEnd:
    @pytest.mark.parametrize(
        "deed",
        [
            lambda viewer, key: finish(viewer=viewer, public_id=key),
            lambda viewer, key: exchanging.withdraw(viewer=viewer, public_id=key),
        ],
    )
    def test_served_or_taken_back_it_grows_no_more_and_how_far_it_came_is_forgotten(
        self, village, alice, request_, deed
    ):
        mornings(2)
        with on(2), looking(alice) as viewer:
            deed(viewer, request_.public_id)
        mornings(3)
        assert reached(village, request_) == {0, 1, 2} and not Ring.objects.exists()
        with on(3):
            assert seeing(neighbour("Chloé", village.residences["C"])) == set()

    def test_it_ends_with_its_time_and_goes_on_from_there_when_it_is_renewed(self, village, alice, request_):
        Listing.objects.update(closes_at=request_.opens_at + timedelta(hours=5))
        mornings(2)
        assert reached(village, request_) == {0}
        with on(2), looking(alice) as viewer:
            exchanging.renew(viewer=viewer, public_id=request_.public_id)
        mornings(3)
        assert reached(village, request_) == {0, 1, 2}

    def test_hidden_it_waits(self, village, request_):
        Listing.objects.update(hidden_at=timezone.now())
        mornings(2)
        Listing.objects.update(hidden_at=None)
        mornings(3)
        assert reached(village, request_) == {0, 1, 2}

    def test_it_pauses_with_the_home_and_begins_again_around_another(self, village, alice, request_):
        neighbour("Alice", village.residences["F"], account=alice.account)
        mornings(2)
        with on(2):
            leave(membership=alice)
        mornings(3)
        assert reached(village, request_) == {0, 1, 2} and not Ring.objects.exists()
        with on(3), looking(alice) as viewer:
            again = say_again(viewer=viewer, home=viewer.home, public_id=request_.public_id)
        assert again.spreads and again.public_id != request_.public_id
        mornings(4)
        assert reached(village, again) == {4}


class TestWhatMaySpread:
    @pytest.mark.parametrize("kind", list(LOOKED_FOR))
    def test_whatever_is_looked_for(self, alice, kind):
        with on(0):
            assert looks_for(alice, kind=kind).spreads

    @pytest.mark.parametrize("kind", list(FILLED))
    def test_nothing_that_is_offered_or_told(self, alice, kind):
        with pytest.raises(InvalidParameter) as refused:
            share(alice, spreading.SPREAD, kind=kind)
        assert refused.value.parameter == "level"
        assert not Listing.objects.filter(kind=kind).exists()

    def test_every_kind_that_may_be_is_tried_here(self):
        assert set(LOOKED_FOR) == {kind.kind for kind in KINDS.values() if kind.is_request}

    def test_no_word(self, alice):
        with pytest.raises(InvalidParameter):
            say(alice, spreading.SPREAD)

    def test_it_is_opened_to_nobody(self, alice, request_):
        with pytest.raises(InvalidParameter) as refused, on(0):
            looks_for(alice, "Échelle", openness=Openness.PUBLIC)
        assert refused.value.parameter == "openness"
        with on(1), looking(alice) as viewer, pytest.raises(InvalidParameter):
            exchanging.open_to(viewer=viewer, public_id=request_.public_id, openness=Openness.PUBLIC)
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=request_.pk).update(openness=Openness.PUBLIC)

    def test_pressed_twice_it_is_one(self, alice):
        with on(0):
            assert asks(alice).pk == asks(alice).pk
        assert Ring.objects.count() == 1


class TestChangingIt:
    def test_new_words_and_more_time_leave_it_where_it_is(self, village, alice, request_):
        mornings(2)
        before = Ring.objects.order_by("number").values_list()
        zone = Listing.objects.get().catchment
        own = {**LOOKED_FOR["loan"], "availability": "ce week-end"}
        with on(2, 21), looking(alice) as viewer:
            key = request_.public_id
            exchanging.edit(viewer=viewer, public_id=key, category="lent_tools", title="Perceuse à percussion", own=own)
            exchanging.renew(viewer=viewer, public_id=key)
        changed = Listing.objects.get()
        assert (changed.catchment, changed.published_at) == (zone, request_.published_at)
        assert list(Ring.objects.order_by("number").values_list()) == list(before)
        mornings(3)
        assert reached(village, changed) == set(range(6))

    def test_it_stays_a_request(self, alice, request_):
        own = {**LOOKED_FOR["loan"], "direction": "offer"}
        with on(1), looking(alice) as viewer, pytest.raises(InvalidParameter) as refused, transaction.atomic():
            exchanging.edit(viewer=viewer, public_id=request_.public_id, category="lent_tools", title="Non", own=own)
        assert refused.value.parameter == "level"


class TestInTheResidence:
    def test_it_is_a_thing_apart_that_its_neighbours_read_at_once(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        with on(0):
            asked = looks_for(alice, inside=True)
        with on(0), looking(anna) as viewer:
            (inside,) = Listing.objects.live().visible_to(viewer)
            assert (inside.level, inside.spreads, inside.title) == (Level.RESIDENCE, False, asked.title)
            assert inside.public_id != asked.public_id
        with on(1), looking(alice) as viewer:
            finish(viewer=viewer, public_id=asked.public_id)
            assert Listing.objects.live().visible_to(viewer).get().pk == inside.pk, "each is served by itself"

    def test_who_does_not_live_there_asks_nobody_there(self, village):
        with on(0):
            looks_for(neighbour("Olga", village.residences["A"], role="absent_owner"), inside=True)
        assert Listing.objects.get().spreads

    def test_what_does_not_spread_is_said_once(self, alice):
        share(alice, Level.NEIGHBOURHOOD, inside=True)
        with looking(alice):
            assert Listing.objects.count() == 1


def test_a_day_of_rings_does_not_use_up_what_a_person_may_say(alice, monkeypatch):
    monkeypatch.setattr(posting, "MOST_A_DAY", 2)
    with on(0):
        looks_for(alice)
    mornings(2, 3, 4)
    with on(4):
        say(alice, Level.MUNICIPALITY)
        say(alice, Level.NEIGHBOURHOOD)


def test_of_one_that_ended_it_is_only_known_from_where_it_goes_on(alice, request_):
    mornings(2, 3)
    with on(31, 10):
        morning()
        assert rings() == 3, "letters of its last day are still being written"
    with on(33, 10):
        morning()
        assert Ring.objects.get().number == 3
    with on(33, 10), looking(alice) as viewer:
        exchanging.renew(viewer=viewer, public_id=request_.public_id)
    with on(34, 10):
        assert morning() == 1 and set(Ring.objects.values_list("number", flat=True)) == {3, 4}


@pytest.mark.plan
def test_towns_that_spread_are_found_by_their_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")  # of an empty table
        cursor.execute("EXPLAIN SELECT municipality_id FROM directory_listing WHERE spreads")
        assert "spreading_in_town" in str(cursor.fetchall())
