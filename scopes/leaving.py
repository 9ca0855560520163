"""Leaves a home, or moves to another: nothing of the old residence is carried to the new one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from geo.models import Residence
from scopes.code_models import Code
from scopes.homes import Membership
from scopes.joining import ask_to_join, choose_another
from scopes.proofs.codes import revoke
from scopes.proofs.proving import locked
from scopes.registries import after_leaving


@transaction.atomic
def leave(*, membership: Membership) -> Membership:
    """End a membership, whether entered or only asked for; its proofs, codes and letters are forgotten.

    What the person published from it pauses (`scopes.registries`). Left twice, left once.
    """
    membership = locked(membership.pk)
    if membership.ended_at is not None:
        return membership
    membership.ended_at = timezone.now()
    membership.chosen = membership.moderates = membership.listed = False
    membership.save(update_fields=["ended_at", "chosen", "moderates", "listed"])
    membership.proofs.all().delete()
    membership.introductions.all().delete()
    membership.letters.all().delete()
    revoke(Code.objects.filter(membership=membership))
    choose_another(membership.account)
    after_leaving(membership)
    return membership


@transaction.atomic
def move(*, membership: Membership, residence: Residence, role: str) -> Membership:
    """Leave a home and ask to join another one, under a new alias and in a new household; return the new request."""
    leave(membership=membership)
    return ask_to_join(account=membership.account, residence=residence, role=role)


@transaction.atomic
def choose(*, membership: Membership) -> Membership:
    """Make this current home the one that pages start from."""
    Membership.objects.filter(account=membership.account_id, chosen=True).update(chosen=False)
    Membership.objects.current().filter(pk=membership.pk).update(chosen=True)
    choose_another(membership.account)
    membership.refresh_from_db(fields=["chosen"])
    return membership
