"""Both are reminded of what is lent: the day before, and once three days after; never again."""

import pytest

from directory.models import Promise
from directory.returning import remind_of_returns
from scopes import second_lock
from scopes.models import Level, OutgoingMail
from scopes.sending import written
from tests.directory.promised import asks_for, drill, ends, in_days, promises, says_returned
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def anna(alice):
    return neighbour("Anna", alice.residence)


@pytest.fixture
def lent(alice, anna):
    """Something that is lent until a week from now."""
    return promises(alice, asks_for(anna, drill(alice)), in_days(7))


def comes(days: int) -> int:
    """Let its day be so far ahead, and remind."""
    Promise.objects.update(until=in_days(days))
    return remind_of_returns()


@pytest.mark.parametrize("days", [7, 2, -1, -2])
def test_on_other_days_nobody_is_told(lent, days):
    assert comes(days) == 0


def test_both_the_day_before_and_once_three_days_after(alice, anna, lent):
    both = sorted([alice.account.email, anna.account.email])
    assert (comes(1), comes(1), comes(0)) == (2, 0, 0)
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == both
    assert (comes(-3), comes(-4), comes(-30)) == (2, 0, 0)
    late = [mail.subject for mail in map(written, OutgoingMail.objects.order_by("-pk")[:2])]
    assert late == ["Une chose prêtée devait être rendue"] * 2


def test_a_mail_names_the_thing_and_never_the_other(alice, anna, lent):
    comes(1)
    bodies = {mail.to: written(mail).body for mail in OutgoingMail.objects.all()}
    assert "Ce que vous prêtez" in bodies[alice.account.email] and "Ce que vous empruntez" in bodies[anna.account.email]
    for body in bodies.values():
        assert "Perceuse" in body and "/moi/mots/" in body and "Anna" not in body and "Alice" not in body


def test_of_a_thing_of_a_residence_a_mail_says_only_that(alice, anna):
    promises(alice, asks_for(anna, drill(alice, Level.RESIDENCE)), in_days(1))
    assert remind_of_returns() == 2 and remind_of_returns() == 0
    assert not any("Perceuse" in written(mail).body for mail in OutgoingMail.objects.all())
    with second_lock.opened([alice.residence_id]):
        assert Promise.objects.exclude(told_before_at=None).count() == 1


def test_who_said_that_it_is_back_is_asked_no_more_and_once_it_is_nobody(alice, anna, lent):
    says_returned(anna, lent)
    assert comes(1) == 1 and OutgoingMail.objects.get().to == alice.account.email
    ends(alice, lent)
    assert comes(-3) == 0
