"""The confirmation of a manager or caretaker, for those who asked them to see their name."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.errors import Refused
from scopes.homes import Membership
from scopes.people import Account
from scopes.powers import management_of, membership_keeping, tenants_management_of
from scopes.proof_models import Introduction, Proof
from scopes.proofs.proving import locked, prove, take_back
from scopes.proofs.table import Kind

#: Roles that only a manager confirms: they may act for the residence.
ACTING = (Membership.Role.CARETAKER, Membership.Role.COUNCIL)


@transaction.atomic
def confirm(*, keeper: Account, newcomer: Membership) -> Membership:
    """Confirm that someone lives, or works, in a residence one manages or keeps.

    A caretaker confirms residents, not other caretakers nor the council; a landlord, tenants. Raises `Refused` for
    anyone else.
    """
    newcomer = locked(newcomer.pk)
    management = management_of(keeper, newcomer.residence_id)
    if management is None and newcomer.role == Membership.Role.TENANT:
        management = tenants_management_of(keeper, newcomer.residence_id)
    caretaker = membership_keeping(keeper, newcomer.residence_id, Membership.Role.CARETAKER)
    by_caretaker = caretaker and newcomer.role not in ACTING
    if newcomer.account_id == keeper.pk or newcomer.ended_at or not (management or by_caretaker):
        raise Refused(_("Vous ne pouvez pas confirmer cette personne."))
    return prove(
        membership=newcomer,
        kind=Kind.CONFIRMATION,
        management=management,
        given_by=None if management else caretaker,
    )


@transaction.atomic
def withdraw_confirmation(*, keeper: Account, newcomer: Membership) -> Membership:
    """Take a confirmation back, while the newcomer is not settled."""
    newcomer = locked(newcomer.pk)
    mine = Proof.objects.filter(membership=newcomer, kind=Kind.CONFIRMATION)
    mine = mine.filter(management__account=keeper) | mine.filter(given_by__account=keeper)
    settled = newcomer.entered_at and newcomer.provisional_until <= timezone.now()
    if settled or not mine.exists():
        raise Refused
    take_back(mine)
    return locked(newcomer.pk)


def introduced_to_keepers(residence_id: int):
    """Those who asked the residence's caretaker and manager to confirm them, longest waiting first."""
    asking = Membership.objects.filter(
        residence=residence_id, introductions__to=Introduction.To.KEEPERS, ended_at__isnull=True
    )
    confirmed = Proof.objects.filter(kind=Kind.CONFIRMATION, spent=False).values("membership")
    unanswered = asking.exclude(pk__in=confirmed).select_related("account", "alias")
    return unanswered.order_by("introductions__made_at", "pk")


def confirmed_lately(keeper: Account, residence_id: int):
    """Those whom this keeper confirmed and who are not settled yet: the confirmation can be taken back."""
    mine = Proof.objects.filter(kind=Kind.CONFIRMATION)
    mine = mine.filter(management__account=keeper) | mine.filter(given_by__account=keeper)
    newcomers = Membership.objects.filter(
        residence=residence_id, ended_at__isnull=True, pk__in=mine.values("membership")
    )
    unsettled = newcomers.exclude(pk__in=Membership.objects.settled().values("pk"))
    return unsettled.select_related("account", "alias").order_by("-asked_at", "pk")
