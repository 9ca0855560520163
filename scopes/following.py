"""A residence was merged or split: who belongs to it chooses what follows, or stays in the old circle."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Residence
from geo.successions import residences_after
from scopes.errors import Refused
from scopes.homes import PROVISIONAL, Membership
from scopes.joining import consider
from scopes.proofs.proving import locked


def following(membership: Membership) -> list[Residence]:
    """Return the residences that follow that of the membership, through later changes too; not single houses."""
    after = residences_after([membership.residence_id])
    return list(Residence.objects.circles().filter(pk__in=after).order_by("key"))


@transaction.atomic
def follow(*, membership: Membership, residence: Residence) -> Membership:
    """Take a home into a residence that follows its own, with its proofs; where there were several, as a newcomer.

    What was written in the old circle stays there. Raises `Refused` for any other residence.
    """
    membership = locked(membership.pk)
    choices = following(membership)
    belongs = membership.account.memberships.filter(ended_at__isnull=True)
    if membership.ended_at or residence not in choices or belongs.filter(residence=residence).exists():
        raise Refused(_("Cette résidence ne fait pas suite à la vôtre."))
    membership.residence = residence
    membership.moderates = False
    if membership.entered_at and len(choices) > 1:
        now = timezone.now()
        membership.entered_at = now
        membership.provisional_until = now + PROVISIONAL
    membership.save(update_fields=["residence", "moderates", "entered_at", "provisional_until"])
    return consider(membership)
