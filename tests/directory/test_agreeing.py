"""Seats of a ride: asked for, agreed, called off; never oversold, and between the two alone."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory import exchanging, promising
from directory.agreement_times import State, state_of
from directory.conversing import block
from directory.ending_agreements import forget_old
from directory.errors import ConversationClosed, NoSeatsLeft, RideChanged, TooMany
from directory.free_seats import Seats
from directory.models import Carpool, Conversation, Listing, Message, RideAgreement
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Mute, OutgoingMail
from scopes.on_call import on_call
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.agreed import MONDAY, accepts, asks, cancels, drives, misses, rides_of, skips, states_of
from tests.directory.around import put
from tests.directory.moderation import decided, reported
from tests.directory.riding import in_days, key_of, ride
from tests.directory.speaking import looking
from tests.directory.talking import told_between
from tests.neighbours import neighbour, person
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

WORKDAYS = ["1", "2", "3", "4", "5"]
Status, End = RideAgreement.Status, RideAgreement.End


@pytest.fixture(scope="module")
def kept(whole_module):
    village = make_village()
    home = village.residences
    people = {"alice": "A", "anna": "A", "bruno": "B", "elsa": "E", "chloé": "C"}
    return SimpleNamespace(
        village=village, **{name: neighbour(name.title(), home[where]) for name, where in people.items()}
    )


@pytest.fixture
def people(kept, db):
    return kept


def free(ride: Carpool, day) -> int:
    return Seats.of(Carpool.objects.get(pk=ride.pk)).free_on(day)


def past(agreement: RideAgreement, days: int = 1) -> RideAgreement:
    """The same, as if it had been so many days earlier."""
    day = in_days(-days)
    RideAgreement.objects.filter(pk=agreement.pk).update(
        day=day, confirmed_at=timezone.now() - timedelta(days=days + 1)
    )
    return RideAgreement.objects.select_related("ride__municipality").get(pk=agreement.pk)


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
            misses(people.elsa, asked)
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


class TestCalledOff:
    def test_who_asked_takes_it_back_and_who_drives_says_no(self, people):
        shared = drives(people.alice)
        back, refused = asks(people.bruno, shared), asks(people.elsa, shared)
        assert cancels(people.bruno, back).end == End.BY_ASKER
        assert cancels(people.alice, refused).end == End.DECLINED
        assert states_of(people.elsa) == ["refusé"] and states_of(people.bruno) == ["annulé par vous"]
        with pytest.raises(RideChanged):
            accepts(people.alice, back)

    def test_either_calls_it_off_once_and_the_other_reads_so(self, people):
        shared = drives(people.alice)
        for someone, other in ((people.alice, people.bruno), (people.bruno, people.alice)):
            agreed = accepts(people.alice, asks(people.bruno, shared))
            ended = cancels(someone, agreed).ended_at
            assert cancels(other, agreed).ended_at == ended and free(shared, in_days(7)) == 3
            assert told_between(other)[-1].startswith("J’annule : ")

    def test_one_day_of_every_week(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        agreed = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
        skips(people.alice, agreed, MONDAY)
        assert [free(shared, MONDAY + timedelta(days=days)) for days in (0, 7)] == [3, 2]
        assert rides_of(people.bruno).coming[0].may_skip == (MONDAY + timedelta(days=7)).isoformat()
        assert told_between(people.bruno)[-1].startswith("Pas de trajet lundi")
        for day in (MONDAY, MONDAY + timedelta(days=1), in_days(-7)):
            with pytest.raises(InvalidParameter):
                skips(people.bruno, agreed, day)

    def test_a_ride_taken_back_takes_all_with_it(self, people):
        shared = drives(people.alice)
        accepts(people.alice, asks(people.bruno, shared))
        asks(people.elsa, shared)
        with looking(people.alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=shared.public_id)
        assert states_of(people.bruno) == states_of(people.elsa) == ["annulé : le trajet n’a plus lieu"]
        assert "n’a plus lieu" in told_between(people.bruno)[-1]

    def test_a_ride_that_is_done_keeps_what_was_agreed(self, people):
        shared = drives(people.alice)
        accepts(people.alice, asks(people.bruno, shared))
        asks(people.elsa, shared)
        with looking(people.alice) as viewer:
            promising.finish(viewer=viewer, public_id=shared.public_id)
        assert (states_of(people.bruno), states_of(people.elsa)) == (
            ["confirmé"],
            ["annulé : le trajet n’a plus lieu"],
        )

    @pytest.mark.parametrize("gone", ["alice", "bruno"])
    def test_leaving_one_s_home_ends_it_and_the_other_is_told(self, people, gone):
        shared = drives(people.alice)
        accepts(people.alice, asks(people.bruno, shared))
        stays = people.bruno if gone == "alice" else people.alice
        leave(membership=getattr(people, gone))
        assert states_of(stays) == ["annulé : l’un de vous deux n’est plus à la même adresse"]
        mail = OutgoingMail.objects.filter(template="ride_over").get()
        assert mail.to == stays.account.email
        assert mail.values == {"title": "Place Ouest → Place Est", "suspended": False}
        assert free(shared, in_days(7)) == 3

    @pytest.mark.parametrize("gone", ["alice", "bruno"])
    def test_erased_the_other_is_told_too(self, people, gone):
        accepts(people.alice, asks(people.bruno, drives(people.alice)))
        stays = people.bruno if gone == "alice" else people.alice
        erase(account=getattr(people, gone).account)
        assert OutgoingMail.objects.filter(template="ride_over").get().to == stays.account.email
        assert RideAgreement.objects.get().end == End.LEFT


class TestHidden:
    def test_who_has_a_seat_in_what_a_moderator_hides_is_told_that_it_waits(self, people):
        shared = drives(people.alice)
        agreed = accepts(people.alice, asks(people.bruno, shared))
        asks(people.elsa, shared)
        with on_call():
            decided(reported(shared, people.elsa), person("Sam", is_staff=True))
        mail = OutgoingMail.objects.filter(template="ride_over").get()
        assert mail.to == people.bruno.account.email
        assert mail.values == {"title": "une annonce masquée", "suspended": True}
        assert states_of(people.bruno) == states_of(people.elsa) == ["en suspens : l’annonce est masquée"]
        assert cancels(people.bruno, agreed).end == End.BY_ASKER


class TestForgotten:
    def test_a_year_later_it_is_known_no_more(self, people):
        inside = accepts(people.alice, asks(people.anna, drives(people.alice, Level.RESIDENCE)))
        for days, kept_ in ((364, 1), (366, 0)):
            with second_lock.opened([people.alice.residence_id]):
                RideAgreement.objects.filter(pk=inside.pk).update(day=in_days(-days))
            assert forget_old() == 1 - kept_

    def test_what_goes_on_every_week_is_kept(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        agreed = accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
        RideAgreement.objects.update(from_day=in_days(-800), asked_at=timezone.now() - timedelta(days=800))
        assert forget_old() == 0
        Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now() - timedelta(days=364))
        assert forget_old() == 0
        Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now() - timedelta(days=366))
        with transaction.atomic():
            assert forget_old() == 1  # nobody renewed it
            transaction.set_rollback(True)
        Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now() + timedelta(days=9))
        cancels(people.bruno, agreed)
        RideAgreement.objects.update(ended_at=timezone.now() - timedelta(days=366))
        assert forget_old() == 1


class TestMuted:
    def test_what_is_asked_by_whom_one_no_longer_reads_is_never_read(self, people):
        shared = drives(people.alice)
        Mute.objects.create(account=people.alice.account, muted=people.bruno.alias)
        asked = asks(people.bruno, shared)
        assert states_of(people.alice) == [] and states_of(people.bruno) == ["attend une réponse"]
        with pytest.raises(NotFound):
            accepts(people.alice, asked)

    def test_what_was_agreed_stands_until_it_is_called_off(self, people):
        agreed = accepts(people.alice, asks(people.bruno, drives(people.alice)))
        with looking(people.alice) as viewer:
            block(viewer=viewer, conversation=agreed.conversation.public_id)
        assert states_of(people.alice) == states_of(people.bruno) == ["confirmé"]
        assert rides_of(people.alice).coming[0].url == ""
        cancels(people.bruno, agreed)
        # She does not read him, and does not wait for him either; he sees what he wrote, as he would unmuted.
        assert OutgoingMail.objects.filter(template="ride_over").get().to == people.alice.account.email
        assert told_between(people.bruno)[2].startswith("J’annule")


class TestChanged:
    def edits(self, someone, shared, **own):
        with looking(someone) as viewer:
            words = {"category": "shared_ride", "title": "", "text": ""}
            return exchanging.edit(viewer=viewer, public_id=shared.public_id, own=ride(**own), **words)

    @pytest.mark.parametrize(
        ("own", "parameter"),
        [
            ({"departure": "07:31"}, "departure"),
            ({"seats": "1"}, "seats"),
            ({"weekdays": ["2", "3"]}, "weekdays"),
            ({"weekdays": [], "day": in_days(9).isoformat()}, "weekdays"),
            ({"last_day": (MONDAY + timedelta(days=8)).isoformat()}, "last_day"),
            ({"except_days": f"{MONDAY:%d/%m/%Y}"}, "except_days"),
            ({"direction": "request", "detour": "0"}, "direction"),
        ],
    )
    def test_nobody_loses_a_seat_by_an_edit(self, people, own, parameter):
        shared = drives(people.alice, weekdays=WORKDAYS)
        accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1], seats=2))
        with pytest.raises(InvalidParameter, match="compte sur ce trajet") as refusal:
            self.edits(people.alice, shared, **({"weekdays": WORKDAYS} | own))
        assert refusal.value.parameter == parameter

    def test_what_only_waits_ends_and_is_told(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        asks(people.bruno, shared, MONDAY, weekdays=[1])
        asks(people.elsa, shared, MONDAY, weekdays=[2])
        self.edits(people.alice, shared, weekdays=["2", "3"])
        assert states_of(people.bruno) == ["annulé : le trajet a changé"]
        assert states_of(people.elsa) == ["attend une réponse"]

    def test_more_seats_and_another_price_change_nothing_of_what_is_agreed(self, people):
        shared = drives(people.alice)
        agreed = accepts(people.alice, asks(people.bruno, shared))
        self.edits(people.alice, shared, seats="4", price="0,10")
        agreed.refresh_from_db()
        assert (agreed.status, agreed.price_cents) == (Status.CONFIRMED, 0)


class TestOver:
    def test_it_is_over_by_itself_and_for_a_week_one_may_say_that_it_was_not(self, people):
        agreed = accepts(people.alice, asks(people.bruno, drives(people.alice)))
        assert state_of(past(agreed, 1)) == State.ARRIVED
        assert state_of(past(agreed, 9)) == State.VALIDATED
        assert states_of(people.bruno) == ["terminé"] and not rides_of(people.bruno).past[0].may_miss
        misses(people.bruno, agreed)
        assert RideAgreement.objects.get().status == Status.CONFIRMED
        past(agreed, 2)
        assert misses(people.bruno, agreed).end == End.MISSED
        assert states_of(people.alice) == ["n’a pas eu lieu"]
        assert "n’a pas eu lieu" in told_between(people.alice)[-1]

    def test_of_every_week_the_latest_alone(self, people):
        shared = drives(people.alice, weekdays=["1", "2", "3", "4", "5", "6", "7"])
        agreed = accepts(people.alice, asks(people.bruno, shared, in_days(1), weekdays=[1, 2, 3, 4, 5, 6, 7]))
        month = timezone.now() - timedelta(days=30)
        RideAgreement.objects.update(from_day=in_days(-20), confirmed_at=month)
        assert misses(people.alice, agreed).except_days[0] >= in_days(-1)
        assert states_of(people.alice) == ["confirmé"]

    def test_a_weekly_ride_that_nobody_renews_is_over_for_both(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
        Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now())
        assert rides_of(people.bruno).coming == [] and states_of(people.bruno) == ["terminé"]


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
