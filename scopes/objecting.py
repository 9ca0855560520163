"""Residents doubt a newcomer: from then on only a posted letter decides, and nobody is told who doubted."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.errors import Refused
from scopes.homes import Membership
from scopes.joining import reconsider
from scopes.proof_models import Objection
from scopes.proofs.proving import locked
from scopes.proofs.table import Kind


@transaction.atomic
def object_to(*, resident: Membership, newcomer: Membership) -> Membership:
    """Say that one does not know a newcomer, or someone who asks for a word, as a neighbour.

    A newcomer who entered otherwise than by letter asks again until a letter came. Raises `Refused` for who is not
    settled in the same residence, and once the newcomer is. The answer never tells how the newcomer entered.
    """
    newcomer = locked(newcomer.pk)
    settled = Membership.objects.settled().filter(pk=resident.pk, residence=newcomer.residence_id)
    allowed = settled.exclude(role=Membership.Role.ABSENT_OWNER).exists()
    if not allowed or newcomer.ended_at or newcomer.household_id == resident.household_id or _is_settled(newcomer):
        raise Refused(_("Cette personne n’est pas parmi les nouveaux arrivants de votre résidence."))
    by_letter = newcomer.proofs.filter(kind=Kind.LETTER, spent=True).exists()
    Objection.objects.get_or_create(
        membership=newcomer,
        household_id=resident.household_id,
        defaults={"settled_at": timezone.now() if by_letter else None},
    )
    return reconsider(newcomer)


def _is_settled(newcomer: Membership) -> bool:
    return newcomer.entered_at is not None and newcomer.provisional_until <= timezone.now()
