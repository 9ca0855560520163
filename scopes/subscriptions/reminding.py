"""Reminds those responsible for an organisation that its subscription ends: sixty and fifteen days before."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from scopes.moments import full_day
from scopes.organisation_models import Acting
from scopes.people import Account
from scopes.sending import write_to
from scopes.subscription_models import Subscription

#: Days before the last one.
BEFORE = (60, 15)


@transaction.atomic
def remind_of_ends() -> int:
    """Write once for each of these days, also where the worker slept through it; return how many mails.

    Nobody is reminded of a subscription that another one follows.
    """
    today = timezone.localdate()
    ending = Subscription.objects.in_force().filter(ends_on__lte=today + timedelta(days=max(BEFORE)))
    told = 0
    for one in ending.select_for_update(of=["self"]).select_related("organisation"):
        left = (one.ends_on - today).days
        due = min(day for day in BEFORE if left <= day)
        if (one.reminded is None or one.reminded > due) and not _is_followed(one):
            told += _remind(one)
            one.reminded = due
            one.save(update_fields=["reminded"])
    return told


def _is_followed(subscription: Subscription) -> bool:
    own = Subscription.objects.filter(organisation=subscription.organisation_id, municipality=subscription.municipality)
    return own.filter(accepted_at__isnull=False, ended_at__isnull=True, ends_on__gt=subscription.ends_on).exists()


def _remind(subscription: Subscription) -> int:
    acted = {"actings__organisation": subscription.organisation_id, "actings__ended_at": None}
    responsible = Account.objects.filter(**acted, actings__role=Acting.Role.RESPONSIBLE, is_active=True)
    told = 0
    for account in responsible:
        with translation.override(account.language):
            day = full_day(subscription.ends_on)
        values = {"organisation": subscription.organisation.name, "day": day}
        handle = str(subscription.organisation.handle)
        told += write_to(account=account, template="subscription", handle=handle, **values) is not None
    return told
