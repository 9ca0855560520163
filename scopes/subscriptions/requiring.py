"""Who may send: an organisation of a kind that pays needs a subscription once its free months are over (ADR 22)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.errors import Refused
from scopes.organisation_models import Organisation
from scopes.subscription_models import Price, Subscription

#: Free from the day it was admitted, or its kind began to pay.
TRIAL = timedelta(days=90)


def free_until(organisation: Organisation) -> date | None:
    """Return the last day on which an organisation sends without a subscription; nothing where it never needs one."""
    price = Price.objects.filter(kind=organisation.kind).first()
    if price is None or organisation.admitted_at is None:
        return None
    return max(timezone.localdate(organisation.admitted_at), price.since) + TRIAL


def may_send(organisation: Organisation) -> bool:
    """Tell whether an organisation may send today, as far as it pays."""
    until = free_until(organisation)
    if until is None or timezone.localdate() <= until:
        return True
    return Subscription.objects.in_force().filter(organisation=organisation).exists()


def require_subscription(organisation: Organisation, *, unless: bool = False) -> None:
    """Raise `Refused` where an organisation may not send; `unless` it must not wait, as where people are in danger."""
    if not unless and not may_send(organisation):
        raise Refused(
            _(
                "Votre abonnement n’est plus en vigueur : seuls partent un danger urgent, et « C’est rétabli ». "
                "Les habitants, eux, ne perdent rien."
            )
        )
