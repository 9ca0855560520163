"""Neighbours' words make no rings; doubts leave it to a letter; households rest on someone who proved the home."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopes.errors import Refused
from scopes.households import MOST_PEOPLE, invite, may_invite, withdraw_invitations
from scopes.introducing import introduce
from scopes.models import Household, Membership, Word
from scopes.objecting import object_to
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind
from scopes.proofs.word import give_word, introduced_to_neighbours, may_vouch, withdraw_word
from tests.neighbours import neighbour
from tests.scopes.entering import DAY, asks, building, hall_code, later, letter_code, position_of, types

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def entered_by_words(first_name, home, *givers) -> Membership:
    one = asks(first_name, home)
    position_of(one)
    for giver in givers:
        one = give_word(giver=giver, newcomer=one)
    return one


def settle(membership: Membership) -> Membership:
    entered = timezone.now() - 9 * DAY
    Membership.objects.filter(pk=membership.pk).update(entered_at=entered, provisional_until=entered + 7 * DAY)
    membership.refresh_from_db()
    return membership


def test_the_words_of_two_households_are_needed(home):
    ana = neighbour("Ana", home)
    her_partner = neighbour("Bo", home, household=ana.household)
    zoe = entered_by_words("Zoé", home, ana, her_partner, ana)
    assert zoe.entered_at is None and Word.objects.count() == 1
    assert give_word(giver=neighbour("Cléo", home), newcomer=zoe).entered_at is not None


def test_who_entered_by_words_gives_none(home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    zoe, lou = (settle(entered_by_words(name, home, ana, bo)) for name in ("Zoé", "Lou"))
    assert not may_vouch(zoe)
    max_ = asks("Max", home)
    for giver in (zoe, lou):
        with pytest.raises(Refused):
            give_word(giver=giver, newcomer=max_)
    assert not max_.words.exists()


def test_a_ring_cannot_begin(home):
    one, two, three = (asks(name, home) for name in ("Un", "Deux", "Trois"))
    for giver in (one, two, three):
        for newcomer in (one, two, three):
            with pytest.raises(Refused):
                give_word(giver=giver, newcomer=newcomer)
    assert not Word.objects.exists()


def test_who_proved_otherwise_since_gives_a_word(home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    zoe = settle(entered_by_words("Zoé", home, ana, bo))
    zoe = types(zoe, letter_code(zoe))
    assert may_vouch(zoe)


@pytest.mark.parametrize(
    "columns",
    [
        {"settled": False},
        {"role": "absent_owner"},
        {"proved_until": timezone.now() - DAY},
        {"ended_at": timezone.now() - DAY},
    ],
    ids=["newcomer", "lives elsewhere", "not proved again", "gone"],
)
def test_these_give_no_word(home, columns):
    giver, zoe = neighbour("Ana", home, **columns), asks("Zoé", home)
    with pytest.raises(Refused):
        give_word(giver=giver, newcomer=zoe)


def test_no_word_from_elsewhere_or_for_ones_own(home):
    zoe = asks("Zoé", home)
    ana, elsewhere = neighbour("Ana", home), neighbour("Bo", building(2, 2))
    partner = asks("Cléo", home)
    partner.household = ana.household
    partner.save()
    for giver, newcomer in ((elsewhere, zoe), (ana, partner), (ana, ana)):
        with pytest.raises(Refused):
            give_word(giver=giver, newcomer=newcomer)


def test_three_words_a_year_for_a_household(home):
    ana = neighbour("Ana", home)
    partner = neighbour("Bo", home, household=ana.household)
    for number, giver in enumerate((ana, partner, ana)):
        give_word(giver=giver, newcomer=asks(f"N{number}", home))
    zoe = asks("Zoé", home)
    with pytest.raises(Refused, match="trois fois"):
        give_word(giver=partner, newcomer=zoe)
    gone = Membership.objects.get(account__first_name="N0")
    gone.delete()
    with pytest.raises(Refused, match="trois fois"):
        give_word(giver=partner, newcomer=zoe)
    with later(366 * DAY):
        Membership.objects.filter(entered_at__isnull=False).update(proved_until=timezone.now() + DAY)
        give_word(giver=partner, newcomer=zoe)


def test_a_word_taken_back_closes_the_door_until_the_newcomer_is_settled(home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    zoe = entered_by_words("Zoé", home, ana, bo)
    assert zoe.entered_at is not None
    zoe = withdraw_word(giver=ana, newcomer=zoe)
    assert zoe.entered_at is None and not zoe.chosen
    assert zoe.proofs.get().kind == Kind.POSITION
    lou = settle(entered_by_words("Lou", home, bo, neighbour("Cléo", home)))
    with pytest.raises(Refused):
        withdraw_word(giver=bo, newcomer=lou)


def test_only_who_introduced_themselves_are_shown_and_only_to_neighbours_who_did_not_answer(home):
    ana, bo, elsewhere = neighbour("Ana", home), neighbour("Bo", home), neighbour("Eve", building(2, 2))
    zoe, lou = asks("Zoé", home), asks("Lou", home)
    introduce(membership=zoe, to="neighbours")
    introduce(membership=lou, to="keepers")
    assert list(introduced_to_neighbours(ana)) == [zoe]
    assert list(introduced_to_neighbours(elsewhere)) == []
    give_word(giver=ana, newcomer=zoe)
    assert list(introduced_to_neighbours(ana)) == []
    assert list(introduced_to_neighbours(bo)) == [zoe]


names = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(st.sampled_from(["word", "ask", "settle", "letter"]), names, names), max_size=25))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_home_opened_by_words_rests_on_two_that_were_not(home, deeds):
    """Whatever people do, a chain of words is one link long."""
    Membership.objects.all().delete()
    Word.objects.all().delete()
    village = Village(home)
    for deed, one, other in deeds:
        getattr(village, deed)(one, other)
    for member in village.people.values():
        words = member.words.filter(withdrawn_at=None)
        for word in words if member.proofs.filter(kind=Kind.WORD, spent=True).exists() else ():
            rests = word.household.memberships.get().proofs.filter(spent=True)
            assert rests.exclude(kind__in=[Kind.WORD, Kind.POSITION]).exists()


class Village:
    """Two who proved their home by letter, and whoever comes."""

    def __init__(self, home):
        self.home = home
        self.people = {name: neighbour(name, home) for name in "ab"}

    def ask(self, one, _other):
        if one not in self.people:
            self.people[one] = position_of(asks(one, self.home))

    def settle(self, one, _other):
        if one in self.people and self.people[one].entered_at:
            settle(self.people[one])

    def letter(self, one, _other):
        if one in self.people:
            self.people[one] = prove(membership=self.people[one], kind=Kind.LETTER)

    def word(self, one, other):
        if {one, other} <= set(self.people):
            with suppress(Refused):
                self.people[other] = give_word(giver=self.people[one], newcomer=self.people[other])


# Doubts.


def test_a_doubt_about_a_newcomer_leaves_it_to_a_letter(home):
    ana, bo, cleo = (neighbour(name, home) for name in ("Ana", "Bo", "Cléo"))
    zoe = entered_by_words("Zoé", home, ana, bo)
    zoe = object_to(resident=cleo, newcomer=zoe)
    assert zoe.entered_at is None
    zoe = types(zoe, hall_code(home))
    assert zoe.entered_at is None
    zoe = types(zoe, letter_code(zoe))
    assert zoe.entered_at is not None
    assert object_to(resident=ana, newcomer=zoe).entered_at is not None


def test_who_entered_by_letter_stays_whoever_doubts_and_the_answer_is_the_same(home):
    ana = neighbour("Ana", home)
    zoe = types(asks("Zoé", home), letter_code(Membership.objects.get(account__first_name="Zoé")))
    assert object_to(resident=ana, newcomer=zoe).entered_at is not None
    assert object_to(resident=ana, newcomer=zoe).entered_at is not None
    assert zoe.objections.count() == 1


def test_nobody_doubts_a_settled_neighbour_nor_from_elsewhere(home):
    ana, bo = neighbour("Ana", home), neighbour("Bo", home)
    newcomer, elsewhere = neighbour("Zoé", home, settled=False), neighbour("Eve", building(2, 2))
    for resident, doubted in ((ana, bo), (elsewhere, newcomer), (newcomer, newcomer), (asks("Lou", home), newcomer)):
        with pytest.raises(Refused):
            object_to(resident=resident, newcomer=doubted)
    for one in (bo, newcomer):
        one.refresh_from_db()
        assert one.entered_at is not None


def test_a_doubt_before_entering_leaves_it_to_a_letter_too(home):
    ana, bo, cleo = (neighbour(name, home) for name in ("Ana", "Bo", "Cléo"))
    zoe = asks("Zoé", home)
    introduce(membership=zoe, to="neighbours")
    object_to(resident=cleo, newcomer=zoe)
    position_of(zoe)
    for giver in (ana, bo):
        zoe = give_word(giver=giver, newcomer=zoe)
    assert zoe.entered_at is None


# Households.


def joins(member: Membership, first_name: str) -> Membership:
    text, _code = invite(member=member)
    invited = asks(first_name, member.residence)
    return types(invited, text)


def test_an_invitation_brings_into_the_household_as_a_newcomer(home):
    ana = neighbour("Ana", home)
    zoe = joins(ana, "Zoé")
    assert zoe.household == ana.household
    assert Membership.objects.provisional().filter(pk=zoe.pk).exists()
    assert not may_invite(settle(zoe)) and not may_vouch(asks("Lou", home))
    assert Household.objects.count() == 2


def test_who_was_invited_speaks_for_the_household_as_it_stands(home):
    ana = neighbour("Ana", home)
    zoe = settle(joins(ana, "Zoé"))
    assert may_vouch(zoe)
    by_words = settle(entered_by_words("Bo", home, ana, neighbour("Cléo", home)))
    invited = settle(joins(by_words, "Lou"))
    assert not may_vouch(invited)


@pytest.mark.parametrize(
    "columns",
    [{"settled": False}, {"ended_at": timezone.now()}, {"role": "absent_owner"}],
    ids=["newcomer", "gone", "lives elsewhere"],
)
def test_these_invite_nobody(home, columns):
    with pytest.raises(Refused):
        invite(member=neighbour("Ana", home, **columns))


def test_a_household_has_eight_people_invitations_included(home):
    ana = neighbour("Ana", home)
    for _ in range(MOST_PEOPLE - 1):
        invite(member=ana)
    with pytest.raises(Refused, match="Huit"):
        invite(member=ana)
    withdraw_invitations(member=ana)
    invite(member=ana)


def test_an_invitation_taken_back_takes_the_newcomer_back(home):
    ana = neighbour("Ana", home)
    zoe, lou = joins(ana, "Zoé"), settle(joins(ana, "Lou"))
    withdraw_invitations(member=ana)
    zoe.refresh_from_db()
    lou.refresh_from_db()
    assert zoe.entered_at is None and lou.entered_at is not None


def test_an_invitation_serves_once_for_a_week(home):
    ana = neighbour("Ana", home)
    text, _code = invite(member=ana)
    types(asks("Zoé", home), text)
    with pytest.raises(Refused):
        types(asks("Lou", home), text)
    text, _code = invite(member=ana)
    with later(timedelta(days=7, minutes=1)), pytest.raises(Refused):
        types(asks("Max", home), text)


def test_nobody_enters_by_their_own_invitation(home):
    ana = neighbour("Ana", home)
    text, _code = invite(member=ana)
    with pytest.raises(Refused):
        types(ana, text)
