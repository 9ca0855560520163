"""Asking to join, and entering when proofs suffice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geo.errors import InvalidParameter
from scopes.joining import ask_to_join
from scopes.models import Household, Membership
from scopes.proofs.word import give_word
from tests.neighbours import neighbour, person
from tests.scopes.entering import asks, building, hall_code, letter_code, types

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def test_a_letter_opens_an_empty_residence_and_makes_its_reader_nothing_more(home):
    zoe = asks("Zoé", home)
    entered = types(zoe, letter_code(zoe))
    assert entered.entered_at is not None
    assert entered.provisional_until - entered.entered_at == timedelta(days=7)
    assert entered.proved_until - entered.entered_at == timedelta(days=365)
    assert entered.chosen and not entered.moderates and not entered.listed


def test_hall_code_and_the_word_of_two_households_open(home):
    one, two = neighbour("Ana", home), neighbour("Bo", home)
    zoe = asks("Zoé", home)
    zoe = types(zoe, hall_code(home))
    assert zoe.entered_at is None
    zoe = give_word(giver=one, newcomer=zoe)
    assert zoe.entered_at is None
    zoe = give_word(giver=two, newcomer=zoe)
    assert zoe.entered_at is not None
    assert not Membership.objects.settled().filter(pk=zoe.pk).exists()


def test_asking_twice_is_asking_once(home):
    zoe = asks("Zoé", home)
    assert ask_to_join(account=zoe.account, residence=home, role="owner") == zoe
    assert Household.objects.filter(memberships=zoe).count() == 1


def test_three_homes_at_most(home):
    zoe = person("Zoé")
    for i in (3, 6, 7):
        ask_to_join(account=zoe, residence=building(i, 1), role="tenant")
    with pytest.raises(InvalidParameter, match="Trois domiciles au plus"):
        ask_to_join(account=zoe, residence=building(8, 1), role="tenant")
    assert Membership.objects.filter(account=zoe).count() == 3


def test_an_unknown_role_and_a_closed_residence_are_refused(home):
    zoe = person("Zoé")
    with pytest.raises(InvalidParameter) as refused:
        ask_to_join(account=zoe, residence=home, role="king")
    assert refused.value.parameter == "role"
    home.closed_on = timezone.localdate()
    home.save()
    with pytest.raises(InvalidParameter) as refused:
        ask_to_join(account=zoe, residence=home, role="tenant")
    assert refused.value.parameter == "residence"
