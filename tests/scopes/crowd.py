"""Homes by the hundred, written at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from django.utils import timezone

from geo.models import Residence
from scopes.models import Account, Alias, Consent, Household, Membership, Proof
from scopes.rights.records import Use

_number = count(1)


def settle(residences: Iterable[Residence]) -> list[Membership]:
    """Give each residence one more home that counts: a person who entered by letter a month ago."""
    residences = list(residences)
    entered = timezone.now() - timedelta(days=30)
    accounts = Account.objects.bulk_create(
        Account(email=f"crowd{next(_number)}@example.org", first_name="Alex", last_name="Martin") for _ in residences
    )
    Consent.objects.bulk_create(Consent(account=account, use=Use.COUNTED) for account in accounts)
    aliases = Alias.objects.bulk_create(
        Alias(account=account, cell_id=residence.public_cell_id)
        for account, residence in zip(accounts, residences, strict=True)
    )
    households = Household.objects.bulk_create(Household() for _ in residences)
    memberships = Membership.objects.bulk_create(
        Membership(
            **{"account": account, "alias": alias, "household": household, "residence": residence},
            **{"role": "tenant", "chosen": True, "asked_at": entered, "entered_at": entered},
            provisional_until=entered + timedelta(days=7),
            proved_until=entered + timedelta(days=365),
        )
        for account, alias, household, residence in zip(accounts, aliases, households, residences, strict=True)
    )
    Proof.objects.bulk_create(Proof(membership=membership, kind="letter", spent=True) for membership in memberships)
    return memberships
