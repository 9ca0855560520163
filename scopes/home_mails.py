"""Mails about one's homes: someone has come to live there, one has entered or is to prove it anew, the year is ending.

They name no building and nobody (privacy.md, 3.8): whoever reads over a shoulder learns that something is to be seen.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from scopes.homes import Membership, MembershipQuerySet
from scopes.moments import full_day
from scopes.people import Account
from scopes.sending import write_to

#: How long before the end of its year someone is told to prove a home again.
BEFORE_THE_END = timedelta(days=30)
TRIED = timedelta(days=3)


def announce_newcomers() -> int:
    """Write, once a day at most, to the settled residents of each residence where someone came; return how many mails.

    Each residence in its own transaction; done twice, nobody is told twice.
    """
    unannounced = Membership.objects.provisional().filter(announced_at=None)
    return sum(_announce_in(residence) for residence in unannounced.values_list("residence", flat=True).distinct())


@transaction.atomic
def _announce_in(residence_id: int) -> int:
    unannounced = Membership.objects.provisional().filter(residence=residence_id, announced_at=None)
    newcomers = list(unannounced.select_for_update())
    Membership.objects.filter(pk__in=[one.pk for one in newcomers]).update(announced_at=timezone.now())
    readers = Membership.objects.settled().filter(residence=residence_id, told_of_newcomers=True)
    told = 0
    for reader in readers.exclude(role=Membership.Role.ABSENT_OWNER).select_related("account").iterator(1_000):
        number = sum(one.household_id != reader.household_id for one in newcomers)
        if number and write_to(account=reader.account, template="newcomers", use=TRIED, number=number):
            told += 1
    return told


@transaction.atomic
def be_told_of_newcomers(*, membership: Membership, told: bool) -> None:
    """Be written to when someone comes to live there, or not any more."""
    Membership.objects.filter(pk=membership.pk).update(told_of_newcomers=told)


def tell_entered(account: Account) -> None:
    """Tell someone who waited for others that a home is open."""
    write_to(account=account, template="entered", use=TRIED)


def tell_put_back(account: Account) -> None:
    """Tell someone that a home is to be proved again; never why, nor by whom."""
    write_to(account=account, template="put_back", use=TRIED)


def remind_of_the_end() -> int:
    """Write, once a year, to those whose home is to be proved again soon; return how many mails."""
    return sum(_remind(number) for number in _unreminded().values_list("pk", flat=True))


def _unreminded() -> MembershipQuerySet:
    ending = Membership.objects.current().filter(proved_until__lte=timezone.now() + BEFORE_THE_END)
    return ending.filter(Q(reminded_at=None) | Q(reminded_at__lt=F("proved_until") - 2 * BEFORE_THE_END))


@transaction.atomic
def _remind(number: int) -> bool:
    still = _unreminded().select_for_update(of=["self"]).select_related("account")
    membership = still.filter(pk=number).first()
    if membership is None:
        return False
    membership.reminded_at = timezone.now()
    membership.save(update_fields=["reminded_at"])
    with translation.override(membership.account.language):
        day = full_day(membership.proved_until)
    return write_to(account=membership.account, template="year_ends", use=TRIED, day=day) is not None
