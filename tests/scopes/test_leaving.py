"""Leaving and moving carry nothing along; what time ends, ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geo.errors import InvalidParameter
from scopes.expiring import REMEMBERED, RENEWABLE, expire
from scopes.households import invite
from scopes.introducing import introduce
from scopes.joining import ask_to_join
from scopes.leaving import choose, leave, move
from scopes.models import Alias, Attempts, Code, Household, Letter, Membership, Proof
from scopes.proofs.proving import prove
from scopes.proofs.table import WAITS, Kind
from scopes.proofs.word import give_word
from scopes.registries import _leaving, on_leaving
from scopes.viewing import viewer_of
from tests.neighbours import neighbour, person
from tests.scopes.entering import DAY, address_of, asks, building, hall_code, later, letter_code, position_of, types

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def test_leaving_closes_everything_that_led_there(home):
    zoe = neighbour("Zoé", home, listed=True, moderates=True)
    prove(membership=zoe, kind=Kind.POSITION)
    introduce(membership=zoe, to="neighbours")
    letter_code(zoe)
    invite(member=zoe)
    assert viewer_of(zoe.account_id).residence_ids == (home.pk,)
    leave(membership=zoe)
    assert viewer_of(zoe.account_id).homes == ()
    assert not (zoe.proofs.exists() or zoe.introductions.exists() or zoe.letters.exists())
    assert not Code.objects.usable().exists()
    zoe.refresh_from_db()
    assert not (zoe.chosen or zoe.listed or zoe.moderates)


def test_leaving_twice_is_leaving_once(home):
    zoe = leave(membership=neighbour("Zoé", home))
    ended = zoe.ended_at
    assert leave(membership=zoe).ended_at == ended


def test_others_are_told_in_the_same_transaction(home):
    told = []
    step = on_leaving(lambda membership: told.append((membership.pk, membership.ended_at is not None)))
    try:
        zoe = leave(membership=neighbour("Zoé", home))
        leave(membership=zoe)
    finally:
        _leaving.remove(step)
    assert told == [(zoe.pk, True)]


def test_what_fails_after_leaving_leaves_nothing_changed(home):
    zoe = neighbour("Zoé", home)

    def fail(_membership):
        raise OSError

    step = on_leaving(fail)
    try:
        with pytest.raises(OSError):
            leave(membership=zoe)
    finally:
        _leaving.remove(step)
    zoe.refresh_from_db()
    assert zoe.ended_at is None and zoe.proofs.exists()


def test_moving_carries_nothing_of_the_old_home(home):
    ana = neighbour("Ana", home)
    zoe = neighbour("Zoé", home, household=ana.household, listed=True)
    new = move(membership=zoe, residence=building(2, 2), role="owner")
    assert new.entered_at is None and not new.proofs.exists() and not new.listed
    assert new.household != zoe.household and new.alias != zoe.alias and new.handle != zoe.handle
    assert new.alias.public_id != zoe.alias.public_id
    zoe.refresh_from_db()
    assert zoe.ended_at is not None
    assert viewer_of(zoe.account_id).homes == ()


def test_who_cannot_move_has_not_left(home):
    zoe = neighbour("Zoé", home)
    with pytest.raises(InvalidParameter):
        move(membership=zoe, residence=building(2, 2), role="king")
    zoe.refresh_from_db()
    assert zoe.ended_at is None


def test_coming_back_is_beginning_again(home):
    zoe = leave(membership=neighbour("Zoé", home))
    again = ask_to_join(account=zoe.account, residence=home, role="tenant")
    assert again != zoe and again.entered_at is None and again.alias_id != zoe.alias_id


def test_the_chosen_home_is_one_of_the_current_ones(home):
    zoe = neighbour("Zoé", home)
    other = neighbour("Zoé", building(2, 2), account=zoe.account)
    asked = ask_to_join(account=zoe.account, residence=building(7, 2), role="tenant")
    assert choose(membership=other).chosen
    assert viewer_of(zoe.account_id).home.residence_id == other.residence_id
    assert not choose(membership=asked).chosen
    assert Membership.objects.filter(account=zoe.account, chosen=True).count() == 1
    chosen = Membership.objects.get(account=zoe.account, chosen=True)
    leave(membership=chosen)
    left = Membership.objects.get(account=zoe.account, chosen=True)
    assert left != chosen and left.entered_at is not None


# Time.


def test_a_request_without_enough_proofs_ends_after_two_months(home):
    zoe = asks("Zoé", home)
    with later(WAITS + DAY):
        assert expire()["ended"] == 1
        assert expire() == {"ended": 0, "forgotten": 0}
    zoe.refresh_from_db()
    assert zoe.ended_at is not None


@pytest.mark.parametrize("deed", ["letter", "hall code"])
def test_a_request_that_still_waits_for_something_does_not_end(home, deed):
    zoe = asks("Zoé", home)
    with later(WAITS - DAY):
        if deed == "letter":
            letter_code(zoe)
        else:
            types(zoe, hall_code(home))
    with later(WAITS + DAY):
        assert expire()["ended"] == 0
    with later(3 * WAITS):
        assert expire()["ended"] == 1


def test_two_halves_must_be_given_within_two_months(home):
    neighbour("Ana", home, proved_until=timezone.now() + 900 * DAY)
    zoe = asks("Zoé", home)
    types(zoe, hall_code(home))
    with later(WAITS + DAY):
        zoe = position_of(zoe)
    assert zoe.entered_at is None
    with later(WAITS + 2 * DAY):
        zoe = types(zoe, hall_code(home))
    assert zoe.entered_at is not None


def test_a_home_is_proved_again_each_year_by_new_proofs(home):
    zoe = asks("Zoé", home)
    zoe = types(zoe, letter_code(zoe))
    entered, until = zoe.entered_at, zoe.proved_until
    with later(340 * DAY):
        zoe = types(zoe, letter_code(zoe, address_of(home)))
    assert zoe.entered_at == entered and zoe.proved_until > until + 300 * DAY
    assert zoe.proofs.count() == 1
    with later(400 * DAY):
        assert viewer_of(zoe.account_id).residence_ids == (home.pk,)
        assert not viewer_of(zoe.account_id).homes[0].provisional


def test_the_proofs_of_last_year_prove_nothing_this_year(home):
    neighbour("Ana", home, proved_until=timezone.now() + 900 * DAY)
    zoe = asks("Zoé", home)
    types(zoe, hall_code(home))
    zoe = position_of(zoe)
    until = zoe.proved_until
    with later(330 * DAY):
        zoe = position_of(zoe)
        assert zoe.proved_until == until
        zoe = types(zoe, hall_code(home))
        assert zoe.proved_until > until


def test_a_home_whose_year_is_over_opens_nothing_can_be_renewed_and_then_ends(home):
    zoe = asks("Zoé", home)
    zoe = types(zoe, letter_code(zoe))
    with later(366 * DAY):
        assert viewer_of(zoe.account_id).homes == ()
        assert expire()["ended"] == 0
        zoe = types(zoe, letter_code(zoe))
        assert viewer_of(zoe.account_id).homes[0].provisional
    with later(2 * 366 * DAY + RENEWABLE):
        assert expire()["ended"] == 1


def test_where_someone_lived_is_forgotten_a_year_after(home):
    ana, zoe = neighbour("Ana", home), neighbour("Zoé", home)
    give_word(giver=zoe, newcomer=asks("Lou", home))
    leave(membership=zoe)
    with later(REMEMBERED - DAY):
        expire()
        assert Membership.objects.filter(pk=zoe.pk).exists()
        assert Household.objects.filter(pk=zoe.household_id).exists()
    with later(REMEMBERED + DAY):
        assert expire()["forgotten"] >= 1
    assert not Membership.objects.filter(pk=zoe.pk).exists()
    assert not Household.objects.filter(pk=zoe.household_id).exists()
    assert Alias.objects.filter(pk=zoe.alias_id).exists()
    assert Membership.objects.filter(pk=ana.pk).exists()


def test_what_no_longer_serves_is_deleted(home):
    zoe = asks("Zoé", home)
    types(zoe, hall_code(home))
    Attempts.objects.update(failures=3)
    with later(WAITS + timedelta(days=1)):
        neighbour("Ana", home)
        expire()
    assert not Proof.objects.filter(spent=False).exists()
    assert not Attempts.objects.exists()
    with later(REMEMBERED + WAITS):
        expire()
    assert not Code.objects.exists() and not Letter.objects.exists()


def test_a_crowd_that_asks_changes_nothing_that_others_see(home, client):
    """A flood of requests, each by an account of its own, without proofs."""
    ana = neighbour("Ana", home)
    before = viewer_of(ana.account_id)
    for number in range(30):
        introduce(membership=asks(f"N{number}", home), to="neighbours")
    assert viewer_of(ana.account_id) == before
    client.force_login(ana.account)
    page = client.get(f"/chez-moi/{ana.handle}/voisins/").content.decode()
    assert page.count("Je la connais") == 20
    assert ask_to_join(account=person("Zoé"), residence=home, role="tenant").entered_at is None
