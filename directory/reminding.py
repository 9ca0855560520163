"""Reminds those who keep order that something waits: one mail a day at most, with a number and nothing else."""

from __future__ import annotations

from django.db import transaction

from directory.handling_asks import waiting_for
from directory.models import Case
from scopes import second_lock
from scopes.models import Account, Membership
from scopes.on_call import on_call
from scopes.sending import write_to
from scopes.viewing import viewer_of


@transaction.atomic
def remind_of_waiting_cases() -> int:
    """Write to each moderator with cases to decide, the staff on call, who acts for an organisation that was asked.

    Returns how many mails.
    """
    return _remind_moderators() + _remind_staff() + _remind_organisations()


def _remind_moderators() -> int:
    moderators = Account.objects.filter(
        pk__in=Membership.objects.settled().filter(moderates=True).values("account"), is_active=True
    )
    return sum(_remind(account, queue="moderation", number=_waiting_for(account)) for account in moderators)


def _remind_staff() -> int:
    with on_call():
        waiting = Case.objects.waiting().count()
    return sum(
        _remind(account, queue="on-call", number=waiting)
        for account in Account.objects.filter(is_staff=True, is_active=True)
    )


def _remind_organisations() -> int:
    acting = Account.objects.filter(is_active=True, actings__ended_at=None, actings__organisation__ended_at=None)
    acting = acting.filter(actings__isnull=False).distinct()
    return sum(_remind_of_asks(account) for account in acting)


def _remind_of_asks(account: Account) -> bool:
    number = waiting_for(account)
    return bool(number) and write_to(account=account, template="asks", number=number) is not None


def _waiting_for(account: Account) -> int:
    """Count what waits in the residences of one moderator, opened as for a request of theirs."""
    viewer = viewer_of(account.pk)
    with second_lock.opened(viewer.residence_ids):
        return Case.objects.waiting().of_residences_kept_by(viewer).count()


def _remind(account: Account, *, queue: str, number: int) -> bool:
    return bool(number) and write_to(account=account, template="waiting", queue=queue, number=number) is not None
