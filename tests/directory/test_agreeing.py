"""Seats of a ride, asked for and agreed: never oversold, and between the two alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.agreement_times import State, state_of
from directory.errors import ConversationClosed, NoSeatsLeft, RideChanged, TooMany
from directory.models import Conversation, Listing, Message, RideAgreement
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level
from scopes.rights.exporting import told
from tests.directory.agreed import (
    MONDAY,
    accepts,
    asks,
    cancels,
    drives,
    free,
    misses,
    rides_of,
    skips,
    states_of,
)
from tests.directory.around import put
from tests.directory.riding import WORKDAYS, in_days, key_of
from tests.directory.talking import told_between

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

Status, End = RideAgreement.Status, RideAgreement.End


class TestAsked:
    def test_it_stands_as_it_was_asked_for_and_takes_no_seat(self, people):
        shared = drives(people.alice, price="0,20")
        asked = asks(people.bruno, shared, seats=2, text="Bonjour !")
        assert (asked.seats, asked.day, asked.price_cents) == (2, in_days(7), 20)
        assert (asked.pick_up_name, asked.drop_off_name, asked.departure.isoformat()) == (
            *("Place Ouest", "Place Est"),
            "07:30:00",
        )
        assert asked.boards_after == 0 and abs(asked.leaves_after - shared.seconds) <= 1
        assert state_of(asked) == State.WAITING and free(shared, in_days(7)) == 3

    def test_its_words_are_a_message_of_the_two(self, people):
        asks(people.bruno, drives(people.alice), text="Bonjour !")
        (said,) = told_between(people.alice)
        assert said.startswith("1 place, ") and "Place Ouest" in said and said.endswith("\n\nBonjour !")
        assert told_between(people.bruno) == [said] and told_between(people.elsa) == []

    def test_pressed_twice_it_is_asked_once(self, people):
        shared = drives(people.alice)
        assert asks(people.bruno, shared).pk == asks(people.bruno, shared).pk
        assert Message.objects.count() == 1

    def test_twice_on_one_day_is_named(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        asks(people.bruno, shared, MONDAY, weekdays=[1, 2])
        with pytest.raises(InvalidParameter, match="déjà"):
            asks(people.bruno, shared, MONDAY)
        asks(people.bruno, shared, MONDAY + timedelta(days=2))
        with pytest.raises(IntegrityError), transaction.atomic():
            one = RideAgreement.objects.get(day=MONDAY + timedelta(days=2))
            one.pk, one.public_id = None, uuid4()
            one.save()

    def test_on_the_way_one_boards_later(self, people):
        asked = asks(people.bruno, drives(people.alice), pick_up=key_of("Place du Milieu"))
        # Half of 198 seconds.
        assert asked.pick_up_name == "Place du Milieu" and 97 <= asked.boards_after <= 101

    @pytest.mark.parametrize(
        ("own", "parameter"),
        [
            ({"pick_up": "44109/street/place-inconnue"}, "pick_up"),
            ({"pick_up": "24 rue de la Paix"}, "pick_up"),
            ({"drop_off": key_of("Place Ouest")}, "drop_off"),
            ({"pick_up": key_of("Place Est"), "drop_off": key_of("Place Ouest")}, "drop_off"),
            ({"seats": 4}, "seats"),
            ({"seats": 0}, "seats"),
            ({"weekdays": [1]}, "weekdays"),
        ],
    )
    def test_what_cannot_be_is_named_and_nothing_is_asked(self, people, own, parameter):
        with pytest.raises(InvalidParameter) as refusal:
            asks(people.bruno, drives(people.alice), **own)
        assert refusal.value.parameter == parameter
        assert not RideAgreement.objects.exists() and not Conversation.objects.exists()

    def test_no_further_off_the_way_than_the_driver_wants(self, people):
        north = {"pick_up": key_of("Place Nord")}
        with pytest.raises(InvalidParameter) as refusal:
            asks(people.bruno, drives(people.alice, detour="0"), **north)
        assert refusal.value.parameter == "pick_up"
        assert (
            asks(people.bruno, drives(people.alice, detour="2", departure="08:00"), **north).pick_up_name
            == "Place Nord"
        )

    def test_a_home_s_address_or_what_is_hidden_is_no_place_to_meet(self, people):
        private = put(people.village.town, "Club", (500, 0), category="cinema", openness="members")
        with pytest.raises(InvalidParameter):
            asks(people.bruno, drives(people.alice), pick_up=str(private.public_id))

    @pytest.mark.parametrize("day", [None, MONDAY + timedelta(days=5), in_days(-7), in_days(190)])
    def test_only_on_days_on_which_it_leaves(self, people, day):
        with pytest.raises(InvalidParameter) as refusal:
            asks(people.bruno, drives(people.alice, weekdays=WORKDAYS), day)
        assert refusal.value.parameter == "day"

    def test_who_drives_offers_a_seat_to_who_looks_for_some(self, people):
        wanted = drives(people.alice, direction="request", seats="2")
        offered = asks(people.bruno, wanted)
        assert offered.seats == 2 and told_between(people.alice)[0].startswith("Je vous propose 2 places")
        accepts(people.alice, offered)
        assert free(wanted, in_days(7)) == 0
        (own,) = rides_of(people.bruno).coming
        assert own.drives and not own.mine

    def test_many_a_day_are_too_many(self, people):
        Conversation.objects.all().delete()
        for number in range(10):
            asks(people.bruno, drives(people.alice, departure=f"08:{number:02d}"))
        with pytest.raises(TooMany):
            asks(people.bruno, drives(people.alice, departure="09:00"))


class TestWhoMay:
    @pytest.mark.parametrize("level", [Level.RESIDENCE, Level.VOISINAGE])
    def test_who_does_not_see_a_ride_asks_for_nothing(self, people, level):
        shared = drives(people.alice, level)
        for about in (shared, uuid4()):
            with pytest.raises(NotFound):
                asks(people.elsa, about)
        with pytest.raises(NotFound):
            asks(people.alice, shared)
        assert not RideAgreement.objects.exists()

    def test_another_s_is_not_there(self, people):
        asked = asks(people.bruno, drives(people.alice))
        for someone in (people.elsa, people.anna):
            for which in (asked, uuid4()):
                for deed in (accepts, cancels):
                    with pytest.raises(NotFound):
                        deed(someone, which)
        with pytest.raises(NotFound):
            accepts(people.bruno, asked)  # nobody says yes to themselves
        with pytest.raises(NotFound):
            skips(people.elsa, asked, in_days(7))
        with pytest.raises(NotFound):
            misses(people.elsa, asked, in_days(7))
        asked.refresh_from_db()
        assert asked.status == Status.WAITING and Message.objects.count() == 1

    def test_inside_a_residence_it_is_under_the_second_lock(self, people):
        agreed = accepts(people.alice, asks(people.anna, drives(people.alice, Level.RESIDENCE)))
        assert agreed.residence_id == people.alice.residence_id
        with second_lock.opened([]):
            assert not RideAgreement.objects.exists()
        with second_lock.opened([people.alice.residence_id]):
            assert RideAgreement.objects.get() == agreed


class TestAgreed:
    def test_both_read_it_and_a_seat_is_taken(self, people):
        shared = drives(people.alice)
        agreed = accepts(people.alice, asks(people.bruno, shared))
        assert agreed.status == Status.CONFIRMED and free(shared, in_days(7)) == 2
        assert accepts(people.alice, agreed).confirmed_at == agreed.confirmed_at
        yes = told_between(people.bruno)[1]
        assert yes.startswith("D’accord : ") and yes.endswith(".") and not yes.endswith("..")
        assert len(told_between(people.bruno)) == 2
        assert states_of(people.alice) == states_of(people.bruno) == ["confirmé"] and states_of(people.elsa) == []

    def test_whoever_asked_without_a_name_reads_one(self, people):
        shared = drives(people.alice, Level.VOISINAGE, openness="public")
        asked = asks(people.elsa, shared)
        assert asked.conversation.nameless and rides_of(people.elsa).asked[0].other == "l’auteur de l’annonce"
        accepts(people.alice, asked)
        assert rides_of(people.elsa).coming[0].other == "Alice D."

    def test_the_last_seat_goes_to_one_and_the_other_still_asks(self, people):
        shared = drives(people.alice, seats="1")
        first, second = asks(people.bruno, shared), asks(people.elsa, shared)
        accepts(people.alice, first)
        with pytest.raises(NoSeatsLeft, match="complet"):
            accepts(people.alice, second)
        second.refresh_from_db()
        assert second.status == Status.WAITING and free(shared, in_days(7)) == 0
        with pytest.raises(InvalidParameter, match="complet") as refusal:
            asks(people.anna, shared)
        assert refusal.value.parameter == "seats"
        cancels(people.bruno, first)
        assert accepts(people.alice, second).status == Status.CONFIRMED

    def test_one_day_and_every_week_take_seats_together(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS, seats="2")
        accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1, 3]))
        accepts(people.alice, asks(people.elsa, shared, MONDAY + timedelta(days=9)))  # a Wednesday
        days = [0, 1, 2, 7, 9]
        assert [free(shared, MONDAY + timedelta(days=number)) for number in days] == [1, 2, 1, 1, 0]
        with pytest.raises(InvalidParameter, match="complet"):
            asks(people.anna, shared, MONDAY, weekdays=[3])
        skips(people.bruno, RideAgreement.objects.get(day=None), MONDAY + timedelta(days=9))
        assert free(shared, MONDAY + timedelta(days=9)) == 1
        accepts(people.alice, asks(people.anna, shared, MONDAY, weekdays=[3]))

    def test_who_left_is_said_yes_to_no_more(self, people):
        asked = asks(people.bruno, drives(people.alice))
        leave(membership=people.bruno)
        with pytest.raises((ConversationClosed, RideChanged)):
            accepts(people.alice, asked)

    def test_what_is_hidden_or_over_is_agreed_no_more(self, people):
        shared = drives(people.alice)
        asked = asks(people.bruno, shared)
        Listing.objects.filter(pk=shared.pk).update(hidden_at=timezone.now())
        with pytest.raises(RideChanged):
            accepts(people.alice, asked)
        Listing.objects.filter(pk=shared.pk).update(hidden_at=None)
        RideAgreement.objects.update(day=in_days(-1))
        with pytest.raises(RideChanged):
            accepts(people.alice, asked)
        assert states_of(people.bruno) == ["resté sans réponse"]


def test_each_is_told_what_is_theirs(people):
    accepts(people.alice, asks(people.bruno, drives(people.alice)))
    for one in (people.alice, people.bruno):
        (talk,) = told(one.account)["conversations"]
        (own,) = talk["rides"]
        assert (own["pick_up_name"], own["status"], own["day"]) == ("Place Ouest", "CONFIRMED", in_days(7))


def test_the_database_holds_what_an_agreement_is(people):
    agreed = accepts(people.alice, asks(people.bruno, drives(people.alice)))
    for wrong in (
        {"seats": 0},
        {"weekdays": [1]},
        {"day": None},
        {"status": Status.CANCELLED},
        {"end": End.LEFT},
        {"confirmed_at": None},
        {"boards_after": 4_000},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RideAgreement.objects.filter(pk=agreed.pk).update(**wrong)
