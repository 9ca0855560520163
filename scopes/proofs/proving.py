"""Adds one proof to a home, and lets the person in when that was the last one needed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from scopes.homes import Membership
from scopes.joining import consider, reconsider
from scopes.proof_models import Proof
from scopes.proofs.table import Kind


@transaction.atomic
def prove(*, membership: Membership, kind: Kind, **columns: object) -> Membership:
    """Note a proof of this home; a second one of the same kind, while the first waits, renews its date.

    `columns` say where it comes from: `code`, `given_by`, `management`; and, of a claim, whether it `holds`.
    """
    membership = locked(membership.pk)
    origin = {"code": None, "given_by": None, "management": None, "holds": True} | columns
    Proof.objects.update_or_create(
        membership=membership, kind=kind, spent=False, defaults={"given_at": timezone.now(), **origin}
    )
    return consider(membership)


@transaction.atomic
def take_back(proofs) -> None:
    """Take proofs back; those whose home rested on one of them are asking again."""
    members = list(proofs.order_by("membership").values_list("membership", flat=True).distinct())
    proofs.delete()
    for number in members:
        reconsider(locked(number))


def locked(membership_id: int) -> Membership:
    """Read a membership as nobody else changes it."""
    return (
        Membership.objects.select_for_update(of=["self"]).select_related("residence", "account").get(pk=membership_id)
    )
