"""Accounts that nobody enters: warned a month ahead, erased after two years, whatever happens to the clock.

Nobody is erased who was not warned at least `NOTICE` before, and a visit in between undoes the warning. A clock that
jumps ahead only warns; a warning dated in the future, of a clock that jumped and came back, counts as none.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from scopes.moments import full_day
from scopes.people import Account
from scopes.rights.erasing import erase
from scopes.sending import write_to

#: The recommendation of the CNIL for accounts: two years without activity, and word before (docs/legal.md, 12).
KEPT = timedelta(days=2 * 365)
NOTICE = timedelta(days=30)
#: How long it is tried to deliver the warning.
TRIED = timedelta(days=7)


def warn_inactive(*, on: date | None = None) -> int:
    """Write to those who will have been away for two years in a month; return how many. Run twice, it writes once."""
    on = on or timezone.localdate()
    Account.objects.filter(Q(warned_on__gt=on) | Q(warned_on__lte=F("last_seen_on"))).update(warned_on=None)
    away = Account.objects.filter(last_seen_on__lte=on - (KEPT - NOTICE), warned_on__isnull=True)
    count = 0
    for account in away.iterator():
        with transaction.atomic():
            # Whoever came back at this very moment is not written to.
            if away.filter(pk=account.pk).update(warned_on=on):
                write_to(account=account, template="inactive", use=TRIED, erased_on=_told(on + NOTICE, account))
                count += 1
    return count


def erase_inactive(*, on: date | None = None) -> int:
    """Erase those who were warned a month ago and have been away for two years; return how many."""
    on = on or timezone.localdate()
    gone = Account.objects.filter(
        last_seen_on__lte=on - KEPT, warned_on__lte=on - NOTICE, warned_on__gt=F("last_seen_on")
    )
    count = 0
    for account_id in list(gone.values_list("pk", flat=True)):
        with transaction.atomic():
            account = gone.select_for_update().filter(pk=account_id).first()
            if account:
                erase(account=account)
                count += 1
    return count


def _told(day: date, account: Account) -> str:
    """Return a day in the words of the person it is told to."""
    with translation.override(account.language):
        return full_day(day)
