"""A yes to each use: given, taken back, given again, never twice at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geo.errors import InvalidParameter
from scopes.models import Consent
from scopes.rights.consenting import consent, consents_of, withdraw_consent
from scopes.rights.records import Use
from tests.neighbours import person

pytestmark = pytest.mark.django_db


def test_nothing_is_agreed_to_until_it_is_said():
    assert set(consents_of(person("Ada")).values()) == {False}


def test_a_yes_stands_once_and_is_taken_back():
    ada = person("Ada")
    consent(account=ada, use=Use.COUNTED)
    consent(account=ada, use=Use.COUNTED)
    assert Consent.objects.to(Use.COUNTED).count() == 1
    assert consents_of(ada)[Use.COUNTED]
    withdraw_consent(account=ada, use=Use.COUNTED)
    withdraw_consent(account=ada, use=Use.COUNTED)
    assert not consents_of(ada)[Use.COUNTED]
    consent(account=ada, use=Use.COUNTED)
    assert Consent.objects.filter(account=ada).count() == 2, "each yes is remembered with its dates"


@pytest.mark.parametrize("deed", [consent, withdraw_consent])
def test_an_unknown_use_is_named(deed):
    with pytest.raises(InvalidParameter) as refused:
        deed(account=person("Ada"), use="advertising")
    assert refused.value.parameter == "use"


def test_a_clock_set_back_ends_no_yes_before_it_began():
    ada = person("Ada")
    Consent.objects.create(account=ada, use=Use.COUNTED, given_at=timezone.now() + timedelta(days=400))
    withdraw_consent(account=ada, use=Use.COUNTED)
    assert not consents_of(ada)[Use.COUNTED]
