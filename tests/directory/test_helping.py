"""A helping hand: asked or offered, read by the people who were named and said yes, ended at once, then forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory import helping, trusting
from directory.models import Help, Trusted
from directory.tasks import forget_ended_helps
from geo.errors import InvalidParameter, NotFound
from scopes.errors import CodeRefused, TooManyAttempts
from scopes.leaving import leave
from tests.directory.around import publish
from tests.directory.helping import TITLE, asks_for_help, comes, helps_of, invites, trusts
from tests.directory.speaking import looking
from tests.neighbours import neighbour, person

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
Part = Trusted.Part


@pytest.fixture
def jeanne(village):
    return neighbour("Jeanne", village.residences["A"])


@pytest.fixture
def anna(village):
    return neighbour("Anna", village.residences["B"])


@pytest.fixture
def help_(jeanne) -> Help:
    return asks_for_help(jeanne)


def ends(someone, help_: Help) -> None:
    with looking(someone) as viewer:
        helping.end(viewer=viewer, public_id=help_.public_id)


def test_who_asks_reads_it_alone_until_someone_named_says_yes(village, jeanne, anna, help_):
    assert (helps_of(jeanne), helps_of(anna), helps_of(None)) == ([TITLE], [], [])
    code = invites(jeanne, help_, "Anna")
    assert helps_of(anna) == []
    comes(anna, code.lower().replace("-", " "))
    assert helps_of(anna) == [TITLE]
    assert helps_of(neighbour("Léa", village.residences["A"])) == []


def test_someone_without_a_home_may_come(jeanne, help_):
    daughter = person("Claire")
    trusts(jeanne, help_, daughter)
    assert helps_of(daughter) == [TITLE]


def test_a_code_serves_once_and_an_unknown_one_never(jeanne, anna, help_):
    code = invites(jeanne, help_, "Anna")
    comes(anna, code)
    stranger = person("Léo")
    for _ in range(10):
        with pytest.raises(CodeRefused):
            comes(stranger, code)
    with pytest.raises(TooManyAttempts):
        comes(stranger, invites(jeanne, help_, "Léo"))
    assert helps_of(stranger) == []


def test_a_code_is_kept_as_a_hash_and_ends_after_a_fortnight(jeanne, anna, help_):
    code = invites(jeanne, help_, "Anna")
    invited = help_.circle.get(accepted_at=None)
    assert code.replace("-", "") not in str(Trusted.objects.filter(pk=invited.pk).values().get())
    Trusted.objects.filter(pk=invited.pk).update(invited_until=timezone.now())
    with pytest.raises(CodeRefused):
        comes(anna, code)
    forget_ended_helps.func(0)
    assert not Trusted.objects.filter(pk=invited.pk).exists()


def test_who_is_there_already_uses_no_second_code(jeanne, anna, help_):
    trusts(jeanne, help_, anna)
    code = invites(jeanne, help_, "Anna")
    comes(anna, code)
    assert help_.circle.filter(account=anna.account).count() == 1
    comes(person("Léo"), code)


def test_for_someone_else_only_with_their_consent(jeanne):
    with pytest.raises(InvalidParameter) as error:
        asks_for_help(jeanne, by="relative", called="Lucien")
    assert error.value.parameter == "agreed" and not Help.objects.exists()
    asked = asks_for_help(jeanne, by="relative", called="Lucien", agreed=True)
    assert (asked.called, asked.circle.get().part) == ("Lucien", Part.HELPER)


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"by": "mayor"}, "by"),
        ({"by": "offered", "called": " \u200b "}, "called"),
        ({"title": "\u202e\u0000"}, "title"),
        ({"title": "a" * 121}, "title"),
        ({"text": "a" * 5000}, "text"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(jeanne, wrong, parameter):
    with pytest.raises(InvalidParameter) as error:
        asks_for_help(jeanne, **wrong)
    assert error.value.parameter == parameter and not Help.objects.exists()


def test_pressed_twice_it_is_asked_once(jeanne, help_):
    assert asks_for_help(jeanne) == help_


def test_what_is_offered_begins_with_the_person_who_then_keeps_it(jeanne, anna):
    offered = asks_for_help(anna, by="offered", called="Jeanne")
    with pytest.raises(InvalidParameter):
        invites(anna, offered, "Léo")
    trusts(anna, offered, jeanne, Part.PERSON)
    trusts(jeanne, offered, person("Claire"))
    for deed in (lambda: invites(anna, offered, "Léo"), lambda: ends(anna, offered)):
        with pytest.raises(NotFound):
            deed()
    ends(jeanne, offered)
    assert helps_of(anna) == helps_of(jeanne) == []


def test_the_person_ends_what_a_helper_began_in_one_action(village, jeanne):
    keeper = neighbour("Karim", village.residences["A"], role="caretaker")
    asked = asks_for_help(keeper, by="caretaker", called="Jeanne", agreed=True)
    trusts(keeper, asked, jeanne, Part.PERSON)
    ends(jeanne, asked)
    assert helps_of(keeper) == []


def test_only_who_keeps_it_says_who_is_there_and_nobody_takes_the_person_out(jeanne, anna, help_):
    friend = trusts(jeanne, help_, anna)
    helper = trusts(jeanne, help_, person("Claire"), Part.HELPER)
    own = help_.circle.get(account=jeanne.account)

    def removes(someone, trusted: Trusted) -> None:
        with looking(someone) as viewer:
            trusting.remove(viewer=viewer, public_id=help_.public_id, trusted=trusted.public_id)

    for someone, trusted in ((anna, helper), (helper.account, own)):
        with pytest.raises(NotFound):
            removes(someone, trusted)
    removes(helper.account, friend)
    assert helps_of(anna) == []


def test_a_circle_is_of_twenty(jeanne, help_):
    for number in range(19):
        invites(jeanne, help_, f"Ami {number}")
    with pytest.raises(InvalidParameter):
        invites(jeanne, help_, "Anna")


def test_leaving_the_home_one_came_from_is_leaving_the_circle(jeanne, anna, help_):
    trusts(jeanne, help_, anna)
    leave(membership=anna)
    assert helps_of(anna) == [] and helps_of(jeanne) == [TITLE]
    other = neighbour("Olga", jeanne.residence)
    trusts(jeanne, help_, other)
    leave(membership=jeanne)
    assert helps_of(other) == helps_of(jeanne) == []


def test_without_anyone_who_keeps_it_it_ends(jeanne, anna):
    asked = asks_for_help(jeanne, by="relative", called="Lucien", agreed=True)
    trusts(jeanne, asked, anna)
    with looking(jeanne) as viewer:
        trusting.leave(viewer=viewer, public_id=asked.public_id)
    asked.refresh_from_db()
    assert asked.ended_at and helps_of(anna) == []


def test_what_ended_is_erased_after_thirty_days(jeanne, help_):
    code = invites(jeanne, help_, "Anna")
    ends(jeanne, help_)
    with pytest.raises(CodeRefused):
        comes(person("Anna"), code)
    forget_ended_helps.func(0)
    assert Help.objects.exists()
    Help.objects.update(ended_at=timezone.now() - timedelta(days=30, minutes=1))
    forget_ended_helps.func(0)
    assert not Help.objects.exists() and not Trusted.objects.exists()


def test_the_town_hall_is_ours_and_of_this_town(village):
    columns = {"category": "town_hall", "location": village.cells[0].location, "municipality": village.town}
    publish(title="Mairie sans téléphone", **columns)
    assert helping.town_hall_of(village.town) is None
    publish(title="Mairie", phone="+33240123456", **columns)
    assert helping.town_hall_of(village.town).title == "Mairie"
