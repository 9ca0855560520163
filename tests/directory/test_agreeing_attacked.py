"""What someone would try who wishes a ride ill: days without end, a price in steps, a change at the same moment."""

from datetime import date, timedelta

import icalendar
import pytest
from django.utils import timezone

from directory import conversing, exchanging, promising
from directory.conversing import is_named
from directory.errors import RideChanged
from directory.free_seats import Seats
from directory.models import Carpool, Listing, Message, RideAgreement
from directory.ride_calendar import calendar_of
from geo.errors import InvalidParameter
from geo.models import Toponym
from scopes.models import Level, OutgoingMail
from tests.directory.agreed import MONDAY, accepts, asks, cancels, drives, edits, rides_of, skips, states_of
from tests.directory.browsing import browser
from tests.directory.riding import WORKDAYS, in_days, key_of, ride
from tests.directory.speaking import looking
from tests.directory.talking import told_between

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

WEEK = timedelta(days=7)


def is_over(shared: Carpool) -> None:
    """Nobody renewed it."""
    Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now())


class TestDaysWithoutEnd:
    @pytest.mark.parametrize("day", [date(9999, 12, 27), MONDAY + 30 * WEEK])
    def test_no_day_is_called_off_that_nobody_plans_for(self, people, day):
        agreed = accepts(
            people.alice, asks(people.bruno, drives(people.alice, weekdays=WORKDAYS), MONDAY, weekdays=[1])
        )
        with pytest.raises(InvalidParameter) as refusal:
            skips(people.bruno, agreed, day)
        assert refusal.value.parameter == "day"
        assert skips(people.bruno, agreed, MONDAY + 20 * WEEK).except_days == [MONDAY + 20 * WEEK]

    @pytest.mark.parametrize("day", ["31/12/9999", f"{in_days(400):%d/%m/%Y}"])
    def test_nor_excepted_of_a_ride(self, people, day):
        with pytest.raises(InvalidParameter) as refusal:
            drives(people.alice, weekdays=WORKDAYS, except_days=day)
        assert refusal.value.parameter == "except_days"
        assert drives(people.alice, weekdays=WORKDAYS, except_days=f"{in_days(300):%d/%m/%Y}").except_days


class TestEveryWeek:
    def test_other_days_of_every_week_are_named(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        asks(people.bruno, shared, MONDAY, weekdays=[1])
        with pytest.raises(InvalidParameter) as refusal:
            asks(people.bruno, shared, MONDAY, weekdays=[2])
        assert refusal.value.parameter == "weekdays" and Message.objects.count() == 1

    def test_once_its_last_day_is_over_it_is_asked_for_again(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        first = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
        RideAgreement.objects.filter(pk=first.pk).update(from_day=in_days(-30), last_day=in_days(-2))
        again = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1, 2]))
        assert again.pk != first.pk and Seats.of(shared).free_on(MONDAY) == 2


class TestChangedMeanwhile:
    def test_what_was_asked_for_of_a_ride_that_left_at_another_hour_is_not_agreed(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        asked = asks(people.bruno, shared, MONDAY, weekdays=[1])
        Carpool.objects.filter(pk=shared.pk).update(departure="11:00")  # written as the question came in
        with pytest.raises(RideChanged):
            accepts(people.alice, asked)


class TestRenewed:
    @pytest.mark.parametrize(("own", "parameter"), [({"seats": "1"}, "seats"), ({"departure": "09:00"}, "departure")])
    def test_what_a_renewal_would_bring_back_is_kept_by_an_edit(self, people, own, parameter):
        shared = drives(people.alice, weekdays=WORKDAYS)
        accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1], seats=3))
        is_over(shared)
        with pytest.raises(InvalidParameter, match="compte sur ce trajet") as refusal:
            edits(people.alice, shared, weekdays=WORKDAYS, **own)
        assert refusal.value.parameter == parameter
        with looking(people.alice) as viewer:
            exchanging.renew(viewer=viewer, public_id=shared.public_id)
        assert states_of(people.bruno) == ["confirmé"]


class TestWithoutAName:
    """Who opened a ride has no name for those it is not addressed to, until they answer."""

    @pytest.fixture
    def asked(self, people):
        opened = drives(people.alice, Level.VOISINAGE, openness="public")
        asked = asks(people.elsa, opened)
        assert asked.conversation.nameless
        return asked

    def calls_off(self, someone, asked, how):
        with looking(someone) as viewer:
            if how == "edited":
                edits(someone, asked.ride, departure="08:00")
            elif how == "taken back":
                exchanging.withdraw(viewer=viewer, public_id=asked.ride.public_id)
            elif how == "done":
                promising.finish(viewer=viewer, public_id=asked.ride.public_id)
            else:
                cancels(someone, asked)

    @pytest.mark.parametrize("how", ["edited", "taken back", "done", "refused"])
    def test_no_end_of_what_was_asked_names_the_author(self, people, asked, how):
        self.calls_off(people.alice, asked, how)
        asked.refresh_from_db()
        assert asked.status == RideAgreement.Status.CANCELLED
        assert not is_named(people.alice.alias, asked.conversation)
        (own,) = rides_of(people.elsa).past
        assert own.other == "l’auteur de l’annonce" and states_of(people.elsa) != ["attend une réponse"]

    def test_who_said_yes_has_one_and_says_it(self, people, asked):
        accepts(people.alice, asked)
        self.calls_off(people.alice, asked, "taken back")
        assert "n’a plus lieu" in told_between(people.elsa)[-1]


def test_who_wrote_all_day_long_may_still_take_a_ride_back(people, monkeypatch):
    shared = drives(people.alice)
    accepts(people.alice, asks(people.bruno, shared))
    monkeypatch.setattr(conversing, "MOST_A_DAY", 1)
    with looking(people.alice) as viewer:
        exchanging.withdraw(viewer=viewer, public_id=shared.public_id)
    assert states_of(people.bruno) == ["annulé : le trajet n’a plus lieu"]
    assert OutgoingMail.objects.filter(template="ride_over").get().to == people.bruno.account.email


def test_a_ride_whose_last_day_is_taken_away_goes_on(people):
    shared = drives(people.alice, weekdays=WORKDAYS, last_day=in_days(9).isoformat())
    assert shared.closes_at < timezone.now() + timedelta(days=10)
    assert edits(people.alice, shared, weekdays=WORKDAYS).closes_at > timezone.now() + timedelta(days=179)
    again = edits(people.alice, shared, weekdays=WORKDAYS, last_day=in_days(5).isoformat())
    assert again.closes_at < timezone.now() + timedelta(days=6)


def test_a_place_that_closed_keeps_nobody_from_changing_their_ride(people):
    shared = drives(people.alice)
    Toponym.objects.filter(name="Place Ouest").delete()
    assert browser(people.alice).get(f"/echange/{shared.public_id}/modifier/").status_code == 200
    sent = ride(seats="2", text="") | {"category": "shared_ride", "title": "", "start": key_of("Place Nord")}
    answer = browser(people.alice).post(f"/echange/{shared.public_id}/modifier/", sent)
    assert answer.status_code == 302
    shared.refresh_from_db()
    assert (shared.seats, shared.start, shared.start_name) == (2, key_of("Place Ouest"), "Place Ouest")


class TestPrice:
    def test_more_seats_share_the_costs_with_those_who_agreed_before(self, people):
        shared = drives(people.alice, seats="1", price="0,50")
        agreed = accepts(people.alice, asks(people.bruno, shared))
        edits(people.alice, shared, seats="8", price="0,05")
        agreed.refresh_from_db()
        # 2.2 km of 0.529 euros, shared by nine.
        assert agreed.price_cents == 12
        edits(people.alice, shared, seats="1", price="0,50")
        agreed.refresh_from_db()
        assert agreed.price_cents == 12


def test_who_boards_after_midnight_has_it_on_that_day_in_the_agenda(people):
    shared = drives(people.alice, weekdays=WORKDAYS, departure="23:59")
    agreed = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[5, 1]))
    RideAgreement.objects.filter(pk=agreed.pk).update(
        boards_after=120, leaves_after=600, except_days=[MONDAY + WEEK], last_day=MONDAY + 2 * WEEK
    )
    agreed = RideAgreement.objects.select_related("ride__municipality").get(pk=agreed.pk)
    (event,) = icalendar.Calendar.from_ical(calendar_of(agreed)).walk("VEVENT")
    assert event.start.date() == MONDAY + timedelta(days=1)
    assert sorted(event["RRULE"]["BYDAY"]) == ["SA", "TU"]
    assert event["EXDATE"].dts[0].dt.date() == MONDAY + WEEK + timedelta(days=1)
    assert event["RRULE"]["UNTIL"][0].date() == MONDAY + 2 * WEEK + timedelta(days=1)
