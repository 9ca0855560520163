"""Nobody is erased unwarned, whatever the clock does; nobody who came back is."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopes.models import Account, OutgoingMail
from scopes.rights.inactivity import KEPT, NOTICE, erase_inactive, warn_inactive
from scopes.sending import written
from tests.neighbours import person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def away(days: int, **columns) -> Account:
    account = person("Ada", **columns)
    Account.objects.filter(pk=account.pk).update(last_seen_on=TODAY - timedelta(days=days))
    return account


def test_warned_a_month_ahead_then_erased():
    account = away(KEPT.days - NOTICE.days)
    assert warn_inactive(on=TODAY - DAY) == 0
    assert warn_inactive(on=TODAY) == 1
    assert warn_inactive(on=TODAY) == 0, "once"
    assert erase_inactive(on=TODAY + NOTICE - DAY) == 0
    assert erase_inactive(on=TODAY + NOTICE) == 1
    assert not Account.objects.filter(pk=account.pk).exists()


def test_the_mail_says_the_day_and_the_way_back():
    away(800)
    warn_inactive(on=TODAY)
    mail = written(OutgoingMail.objects.get())
    assert "22 décembre 2026" in mail.body
    assert "/compte/entrer/" in mail.body
    assert "Ada" not in mail.subject


def test_whoever_comes_back_stays():
    account = away(KEPT.days)
    warn_inactive(on=TODAY)
    Account.objects.filter(pk=account.pk).update(last_seen_on=TODAY + 3 * DAY)
    assert erase_inactive(on=TODAY + NOTICE) == 0
    warn_inactive(on=TODAY + NOTICE)
    account.refresh_from_db()
    assert account.warned_on is None


def test_signing_in_is_coming_back(client):
    account = away(900)
    warn_inactive(on=timezone.localdate())
    client.force_login(account)
    account.refresh_from_db()
    assert account.last_seen_on == timezone.localdate()
    assert erase_inactive(on=timezone.localdate() + NOTICE) == 0


def test_long_away_and_never_warned_is_warned_first():
    away(5 * 365)
    assert erase_inactive(on=TODAY) == 0
    assert warn_inactive(on=TODAY) == 1


def test_without_an_address_it_is_the_same_without_the_mail():
    account = Account.objects.create_user(None, first_name="Ada", last_name="D")
    Account.objects.filter(pk=account.pk).update(last_seen_on=TODAY - KEPT)
    assert warn_inactive(on=TODAY) == 1
    assert not OutgoingMail.objects.exists()
    assert erase_inactive(on=TODAY + NOTICE) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps=st.lists(st.integers(-1500, 1500), min_size=1, max_size=12), seen=st.integers(0, 1000))
def test_on_any_clock_nobody_is_erased_without_a_month_of_notice_on_it(db, jumps, seen):
    """The jobs run on a clock that jumps; whoever is erased was warned `NOTICE` before by that clock, and not since."""
    account = away(seen)
    for jump in jumps:
        on = TODAY + timedelta(days=jump)
        before = Account.objects.filter(pk=account.pk).values("warned_on", "last_seen_on").first()
        if erase_inactive(on=on):
            assert before["warned_on"] + NOTICE <= on
            assert before["last_seen_on"] + KEPT <= on
            return
        warn_inactive(on=on)
    Account.objects.filter(pk=account.pk).delete()
