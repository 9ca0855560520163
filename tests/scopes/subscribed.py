"""Short words for tests of subscriptions: a price, a quote, a year in force."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from scopes.models import Organisation, Subscription
from scopes.subscriptions.pricing import set_price
from scopes.subscriptions.quoting import accept, quote
from tests.scopes.mandates import staff


def priced(kind: str = "agent", **price: str):
    """What this kind pays: half a euro a dwelling unless said otherwise."""
    return set_price(staff=staff(), kind=kind, **(price or {"per_dwelling": "0,50"}))


def quoted(organisation: Organisation, **columns) -> Subscription:
    """A quote that begins today."""
    told = {"address": "3 rue des Lilas\n44000 Nantes", "starts_on": timezone.localdate(), **columns}
    return quote(staff=staff(), organisation=organisation, **told)


def subscribed(organisation: Organisation, starts_on: date | None = None) -> Subscription:
    """A year that was accepted."""
    made = quoted(organisation, starts_on=starts_on or timezone.localdate())
    return accept(staff=staff(), subscription=made)
