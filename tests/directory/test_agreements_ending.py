"""Seats that were asked for or agreed come to an end: called off, hidden, muted, changed, over, forgotten."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from directory import exchanging, promising
from directory.agreement_times import State, state_of
from directory.conversing import block
from directory.ending_agreements import forget_old
from directory.errors import RideChanged
from directory.models import Listing, RideAgreement
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Mute, OutgoingMail
from scopes.on_call import on_call
from scopes.rights.erasing import erase
from tests.directory.agreed import (
    MONDAY,
    accepts,
    asks,
    cancels,
    drives,
    edits,
    free,
    misses,
    rides_of,
    skips,
    states_of,
)
from tests.directory.moderation import decided, reported
from tests.directory.riding import WORKDAYS, in_days
from tests.directory.speaking import looking
from tests.directory.talking import told_between
from tests.neighbours import person

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

Status, End = RideAgreement.Status, RideAgreement.End


def past(agreement: RideAgreement, days: int = 1) -> RideAgreement:
    """The same, as if it had been so many days earlier."""
    day = in_days(-days)
    RideAgreement.objects.filter(pk=agreement.pk).update(
        day=day, confirmed_at=timezone.now() - timedelta(days=days + 1)
    )
    return RideAgreement.objects.select_related("ride__municipality").get(pk=agreement.pk)


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
            edits(people.alice, shared, **({"weekdays": WORKDAYS} | own))
        assert refusal.value.parameter == parameter

    def test_what_only_waits_ends_and_is_told(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        asks(people.bruno, shared, MONDAY, weekdays=[1])
        asks(people.elsa, shared, MONDAY, weekdays=[2])
        edits(people.alice, shared, weekdays=["2", "3"])
        assert states_of(people.bruno) == ["annulé : le trajet a changé"]
        assert states_of(people.elsa) == ["attend une réponse"]

    def test_more_seats_and_another_price_change_nothing_of_what_is_agreed(self, people):
        shared = drives(people.alice)
        agreed = accepts(people.alice, asks(people.bruno, shared))
        edits(people.alice, shared, seats="4", price="0,10")
        agreed.refresh_from_db()
        assert (agreed.status, agreed.price_cents) == (Status.CONFIRMED, 0)


class TestOver:
    def test_it_is_over_by_itself_and_for_a_week_one_may_say_that_it_was_not(self, people):
        agreed = accepts(people.alice, asks(people.bruno, drives(people.alice)))
        assert state_of(past(agreed, 1)) == State.ARRIVED
        assert state_of(past(agreed, 9)) == State.VALIDATED
        assert states_of(people.bruno) == ["terminé"] and not rides_of(people.bruno).past[0].may_miss
        with pytest.raises(InvalidParameter, match="plus d’une semaine"):
            misses(people.bruno, agreed, in_days(-9))
        assert RideAgreement.objects.get().status == Status.CONFIRMED
        past(agreed, 2)
        for _twice in range(2):
            assert misses(people.bruno, agreed, in_days(-2)).end == End.MISSED
        assert states_of(people.alice) == ["n’a pas eu lieu"]
        assert "n’a pas eu lieu" in told_between(people.alice)[-1]

    def test_what_only_waits_or_is_over_is_neither_missed_nor_called_off(self, people):
        asked = asks(people.bruno, drives(people.alice))
        with pytest.raises(InvalidParameter):
            misses(people.alice, asked, in_days(7))
        past(asked, 1)
        for someone in (people.bruno, people.alice):
            with pytest.raises(RideChanged):
                cancels(someone, asked)
        assert RideAgreement.objects.get().status == Status.WAITING

    def test_of_every_week_that_day_alone(self, people):
        shared = drives(people.alice, weekdays=["1", "2", "3", "4", "5", "6", "7"])
        agreed = accepts(people.alice, asks(people.bruno, shared, in_days(1), weekdays=[1, 2, 3, 4, 5, 6, 7]))
        month = timezone.now() - timedelta(days=30)
        RideAgreement.objects.update(from_day=in_days(-20), confirmed_at=month)
        for _twice in range(2):
            assert misses(people.alice, agreed, in_days(-1)).except_days == [in_days(-1)]
        with pytest.raises(InvalidParameter):
            misses(people.alice, agreed, in_days(-9))
        assert states_of(people.alice) == ["confirmé"]

    def test_a_weekly_ride_that_nobody_renews_is_over_for_both(self, people):
        shared = drives(people.alice, weekdays=WORKDAYS)
        accepts(people.alice, asks(people.bruno, shared, MONDAY, weekdays=[1]))
        Listing.objects.filter(pk=shared.pk).update(closes_at=timezone.now())
        assert rides_of(people.bruno).coming == [] and states_of(people.bruno) == ["terminé"]
