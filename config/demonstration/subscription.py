"""The subscription of the demonstration's agency: a price for agents, a quote, and a year in force."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from scopes.models import Account, Organisation, Price, Subscription
from scopes.subscriptions.pricing import set_price
from scopes.subscriptions.quoting import accept, quote

PER_DWELLING = "0,60"
#: A year is begun anew before it ends.
RENEWED = timedelta(days=300)
ADDRESS = "12 rue de l’Invention\n44000 Nantes (démonstration)"


def subscribed() -> QuerySet[Subscription]:
    """The subscriptions accepted not long ago: told by moments, so that the next start can ask the same again."""
    return Subscription.objects.filter(accepted_at__gt=timezone.now() - RENEWED, ended_at=None)


def subscribe_agency(*, agency: Organisation, staff: Account) -> Subscription:
    """Give the agency a year at the price of agents; asked twice, given once."""
    standing = subscribed().filter(organisation=agency).first()
    if standing:
        return standing
    if not Price.objects.filter(kind=agency.kind).exists():
        set_price(staff=staff, kind=agency.kind, per_dwelling=PER_DWELLING)
    made = quote(staff=staff, organisation=agency, address=ADDRESS, starts_on=timezone.localdate())
    return accept(staff=staff, subscription=made)
