"""Counts what an account tries: codes and lots can be guessed, if slowly; nobody shares another's count."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from scopes.errors import Refused, TooManyAttempts, TooManyClaims
from scopes.people import Account
from scopes.proof_models import Attempts, LotClaim

#: Wrong tries in a day.
MOST_FAILURES = 10
DAY = timedelta(days=1)
#: Lots that an account may claim in a year, right or wrong: three homes, and two slips of the pen.
MOST_CLAIMS = 5
YEAR = timedelta(days=365)


def begin_attempt(account: Account) -> Attempts:
    """Lock the account's count, so that tries made at once are counted one by one; raise `TooManyAttempts`."""
    now = timezone.now()
    Attempts.objects.get_or_create(account=account)
    attempts = Attempts.objects.select_for_update().get(account=account)
    # A clock set back must not lock anyone out for longer than a day.
    if not now - DAY < attempts.since <= now:
        attempts.since, attempts.failures = now, 0
    if attempts.failures >= MOST_FAILURES:
        raise TooManyAttempts
    return attempts


def note_failure(attempts: Attempts, refused: type[Refused]) -> Refused:
    """Count one more and return the error to raise once this is committed."""
    attempts.failures += 1
    attempts.save(update_fields=["since", "failures"])
    return refused()


def begin_claim(account: Account) -> None:
    """Lock the account, so that claims made at once are counted one by one; raise `TooManyClaims`."""
    Account.objects.select_for_update().get(pk=account.pk)
    if LotClaim.objects.filter(account=account, made_at__gt=timezone.now() - YEAR).count() >= MOST_CLAIMS:
        raise TooManyClaims
