"""Reminds both of what is lent: the day before it is to be returned, and once three days after; never again.

A mail names the thing, never the other; of a thing of a residence it says only that, as for a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from directory.ending import residences_by_batches
from directory.models import Promise
from scopes import second_lock
from scopes.models import Account
from scopes.moments import day_and_month
from scopes.sending import write_to

BEFORE, AFTER = timedelta(days=1), timedelta(days=3)


def remind_of_returns() -> int:
    """Write to both of each loan that is due; return how many mails."""
    return sum(_remind(residences) for residences in residences_by_batches())


@transaction.atomic
def _remind(residences: list[int]) -> int:
    """Remind of what is lent in these residences; in none, of what is lent outside any."""
    with second_lock.opened(residences):
        due = list(_due(is_inside=bool(residences)))
    mails = [
        write_to(
            account=account,
            template="returning",
            title="" if promise.residence_id else promise.listing.title,
            day=day_and_month(promise.until),
            late=promise.until < timezone.localdate(),
            lender=account.pk == promise.conversation.author.account_id,
        )
        for promise in due
        for account in _told(promise)
    ]
    return len([mail for mail in mails if mail])


def _due(*, is_inside: bool) -> Iterator[Promise]:
    """What both are to be reminded of now, marked as told."""
    today = timezone.localdate()
    moments = {
        "told_before_at": Q(until__gte=today, until__lte=today + BEFORE),
        "told_after_at": Q(until__lte=today - AFTER),
    }
    for told, when in moments.items():
        lent = Promise.objects.open().filter(when, **{told: None}, residence__isnull=not is_inside)
        held = lent.select_for_update(of=["self"], skip_locked=True)
        promises = list(held.select_related("listing", "conversation__asker__account", "conversation__author__account"))
        Promise.objects.filter(pk__in=[one.pk for one in promises]).update(**{told: timezone.now()})
        yield from promises


def _told(promise: Promise) -> list[Account]:
    """The two; whoever said that it is returned is not asked again."""
    talk = promise.conversation
    both = [talk.author.account, None if promise.said_back_at else talk.asker.account]
    return [account for account in both if account]
