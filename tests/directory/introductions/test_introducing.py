"""A circle asks its town hall for someone; who it is, where, when and what became of it, the town hall never learns."""

from datetime import datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory import helping, introducing, volunteering
from directory.models import Help, HelpWanted, Trusted
from directory.tasks import forget_ended_helps
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from scopes.errors import Refused
from scopes.models import Mandate, OutgoingMail
from scopes.rights.erasing import erase
from tests.directory.around import box, make_town
from tests.directory.helping import TITLE, asks_for_help, helps_of, trusts
from tests.directory.introduced import (
    accepts,
    answers,
    asked_of,
    declines,
    introduced,
    listed,
    next_monday,
    proposes,
    seen,
    shown_to,
    takes_out,
    town_hall,
    wants,
)
from tests.directory.speaking import looking
from tests.neighbours import neighbour, person
from tests.scopes.entering import later

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
State = HelpWanted.State


def test_from_asked_to_coming_each_by_their_own_yes(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    assert seen(town) == []
    with next_monday():
        assert seen(town) == [asked]
        proposes(*town, asked, place)
        assert seen(town) == [] and shown_to(help_) == (State.PROPOSED, "Anna")
        assert asked_of(anna) == [] and helps_of(anna) == []
        accepts(jeanne, asked)
        assert asked_of(anna) == ["shopping"] and helps_of(anna) == []
        answers(anna, asked)
        answers(anna, asked)
        assert helps_of(anna) == [TITLE] and shown_to(help_) == ("", "")
    own = help_.circle.get(account=anna.account)
    assert (own.part, own.alias, own.volunteer) == (Trusted.Part.FRIEND, None, place)
    assert asked_of(anna) == []


def test_the_day_is_kept_nowhere_and_all_of_a_week_appear_at_once(village, jeanne, town, help_):
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    days = (monday - timezone.localdate(), timedelta(days=3), timedelta(days=6))
    other = neighbour("Olga", village.residences["B"])
    with later(days[0]):
        first = wants(jeanne, help_)
    with later(days[0] + days[1]):
        assert seen(town) == []
        second = wants(other, asks_for_help(other))
    with later(days[0] + days[2]):
        assert seen(town) == []
    first.refresh_from_db()
    assert first.shown_on == second.shown_on == monday + timedelta(days=7)
    assert (first.ends_on - first.shown_on).days == 28 and first.ends_on.isoweekday() == 1
    kept = {field.name for field in HelpWanted._meta.get_fields()}
    assert not kept & {"created_at", "asked_at", "residence", "cell", "location", "account", "alias", "text"}


@pytest.mark.parametrize("zone", ["America/Martinique", "Europe/Paris", "Indian/Reunion"])
@pytest.mark.parametrize(("weekday", "hour"), [(6, 20), (0, 1)])
def test_wherever_the_town_is_nothing_is_seen_on_the_day_it_was_asked(jeanne, town, help_, zone, weekday, hour):
    Municipality.objects.update(time_zone=zone)
    help_.refresh_from_db()
    here = timezone.now().astimezone(ZoneInfo(zone))
    day = here.date() + timedelta(days=7 + (weekday - here.weekday()) % 7)
    wait = datetime.combine(day, time(hour), ZoneInfo(zone)) - here
    with later(wait):
        asked = wants(jeanne, help_)
        assert seen(town) == [] and asked.shown_on.isoweekday() == 1
        until_monday = asked.shown_on - timezone.localdate()
    with later(wait + until_monday):
        assert seen(town) == [asked]


def test_erasing_who_asked_takes_the_question_from_the_volunteer(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        accepts(jeanne, asked)
        erase(account=jeanne.account, with_words=True)
        assert asked_of(anna) == [] and not Help.objects.exists()
        for comes in (True, False):
            with pytest.raises(NotFound):
                answers(anna, asked, comes=comes)


def test_erased_before_monday_it_was_never_there(jeanne, town, help_):
    wants(jeanne, help_)
    erase(account=jeanne.account, with_words=True)
    assert not HelpWanted.objects.exists()


def test_what_the_circle_does_never_changes_what_the_town_sees(jeanne, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        before = [str(one.public_id) for one in seen(town)]
        declines(jeanne, asked)
        assert [str(one.public_id) for one in seen(town)] == before
        assert shown_to(help_) == ("", "")
        proposes(*town, asked, place)
        assert seen(town) == [] and shown_to(help_) == ("", "") and not OutgoingMail.objects.exists()


def test_nor_does_its_end_nor_the_erasure_of_who_keeps_it(jeanne, town, help_):
    wants(jeanne, help_)
    with next_monday():
        with looking(jeanne) as viewer:
            helping.end(viewer=viewer, public_id=help_.public_id)
        assert len(seen(town)) == 1
        Help.objects.all().delete()
        assert len(seen(town)) == 1
    with next_monday(weeks=5):
        assert seen(town) == []
        forget_ended_helps.func(0)
        assert not HelpWanted.objects.exists()


def test_taken_back_before_monday_it_was_never_there(jeanne, town, help_):
    declines(jeanne, wants(jeanne, help_))
    assert not HelpWanted.objects.exists()
    wants(jeanne, help_)
    with looking(jeanne) as viewer:
        helping.end(viewer=viewer, public_id=help_.public_id)
    assert not HelpWanted.objects.exists()


def test_asked_twice_it_is_asked_once_and_one_thing_at_a_time(jeanne, help_):
    assert wants(jeanne, help_) == wants(jeanne, help_) == wants(jeanne, help_, "ride")


def test_declined_the_volunteer_never_knew_and_the_town_learns_nothing(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        declines(jeanne, asked)
        assert shown_to(help_) == ("", "") and asked_of(anna) == [] and seen(town) == []
        wants(jeanne, help_)
    with next_monday(weeks=2):
        assert len(seen(town)) == 1


def test_a_yes_is_taken_back_before_the_answer(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        accepts(jeanne, asked)
        accepts(jeanne, asked)
        declines(jeanne, asked)
        declines(jeanne, asked)
        with pytest.raises(Refused):
            accepts(jeanne, asked)
        assert asked_of(anna) == []
        with pytest.raises(NotFound):
            answers(anna, asked)


def test_who_cannot_come_says_no_and_the_circle_may_ask_anew(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        accepts(jeanne, asked)
        answers(anna, asked, comes=False)
        answers(anna, asked, comes=True)
        assert shown_to(help_) == (State.UNAVAILABLE, "Anna") and helps_of(anna) == [] and seen(town) == []
        assert wants(jeanne, help_) != asked
        assert shown_to(help_) == (State.WAITING, "")


class TestWhoMay:
    def test_two_of_the_town_hall_propose_at_once_and_one_is_late(self, jeanne, town, place, help_):
        asked = wants(jeanne, help_)
        other = listed(*town, person("Léo"), "Léo")
        with next_monday():
            proposes(*town, asked, place)
            with pytest.raises(Refused):
                proposes(*town, asked, other)
        assert shown_to(help_) == (State.PROPOSED, "Anna")

    def test_before_its_monday_it_does_not_wait(self, jeanne, town, place, help_):
        with pytest.raises(Refused):
            proposes(*town, wants(jeanne, help_), place)

    def test_the_town_hall_of_another_commune_finds_nothing(self, jeanne, town, place, help_):
        other = make_town("Ailleurs", "44110", box(5000, 5000, 6000, 6000))
        mayor, hall = town_hall(other)
        own = listed(mayor, hall, person("Max"), "Max")
        asked = wants(jeanne, help_)
        with next_monday():
            assert seen((mayor, hall)) == []
            with pytest.raises(Refused) as theirs:
                proposes(mayor, hall, asked, own)
            asked.pk, asked.public_id = None, help_.public_id
            with pytest.raises(Refused) as nowhere:
                proposes(mayor, hall, asked, own)
            assert str(theirs.value) == str(nowhere.value)

    def test_nobody_of_another_list_nor_who_does_not_offer_it_is_proposed(self, jeanne, town, place, help_):
        asked = wants(jeanne, help_, "ride")
        with next_monday(), pytest.raises(InvalidParameter) as error:
            proposes(*town, asked, place)
        assert error.value.parameter == "volunteer" and not HelpWanted.objects.filter(taken_up=True).exists()

    def test_under_a_mandate_that_is_over_nobody_asks_and_nobody_is_proposed(self, jeanne, town, place, help_):
        asked = wants(jeanne, help_)
        Mandate.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
        with next_monday(), pytest.raises(Refused):
            proposes(*town, asked, place)
        other = asks_for_help(jeanne, title="Le pain")
        with pytest.raises(NotFound):
            wants(jeanne, other)

    def test_where_the_list_is_empty_nobody_asks(self, jeanne, town, place, help_):
        volunteering.remove(account=town[0], handle=town[1].handle, volunteer=place.public_id)
        with pytest.raises(NotFound):
            wants(jeanne, help_)

    def test_who_keeps_the_circle_alone_asks_accepts_and_declines(self, jeanne, town, place, help_):
        friend = neighbour("Léa", jeanne.residence)
        trusts(jeanne, help_, friend)
        asked = wants(jeanne, help_)
        offered = asks_for_help(friend, by="offered", called="Jeanne")
        with next_monday():
            proposes(*town, asked, place)
            for deed in (
                lambda: wants(friend, help_),
                lambda: wants(friend, offered),
                lambda: accepts(friend, asked),
                lambda: declines(friend, asked),
                lambda: answers(friend, asked),
                lambda: wants(neighbour("Bob", jeanne.residence), help_),
            ):
                with pytest.raises(NotFound):
                    deed()

    def test_a_word_of_no_list(self, jeanne, help_):
        with pytest.raises(InvalidParameter) as error:
            wants(jeanne, help_, "argent")
        assert error.value.parameter == "kind"

    def test_a_full_circle_asks_nobody(self, jeanne, help_):
        with patch("directory.introducing.MOST_TRUSTED", 1), pytest.raises(InvalidParameter):
            wants(jeanne, help_)


def test_the_keeper_takes_them_out_at_any_moment(jeanne, anna, town, place, help_):
    introduced(jeanne, help_, *town, place)
    takes_out(jeanne, help_, anna)
    volunteering.remove(account=town[0], handle=town[1].handle, volunteer=place.public_id)
    help_.refresh_from_db()
    assert helps_of(anna) == [] and help_.introduction_over_on is None


def test_who_goes_from_the_list_before_answering_is_gone_for_the_circle_too(jeanne, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        volunteering.remove(account=town[0], handle=town[1].handle, volunteer=place.public_id)
        help_.refresh_from_db()
        assert shown_to(help_) == ("", "") and introducing.told_that_it_is_over(help_)
    with later(timedelta(days=60)):
        assert not introducing.told_that_it_is_over(help_)


def test_a_mail_says_neither_what_nor_for_whom(jeanne, anna, town, place, help_):
    asked = wants(jeanne, help_)
    with next_monday():
        proposes(*town, asked, place)
        accepts(jeanne, asked)
        mails = OutgoingMail.objects.order_by("pk")
        assert [mail.to for mail in mails] == [jeanne.account.email, anna.account.email]
        assert {mail.template for mail in mails} == {"help_news"} and not any(mail.values for mail in mails)
