"""Changes what someone is in a residence: tenant, owner, co-owner who lives elsewhere, caretaker, council.

A role is what someone says (`scopes.powers`), and so is another one: it never carries a power over, and whoever comes
to live where they only owned arrives like any newcomer.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.homes import PROVISIONAL, Membership
from scopes.proofs.confirmation import ACTING
from scopes.proofs.proving import locked
from scopes.proofs.table import Kind

Role = Membership.Role


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Say that one is something else in the residence from now on; the same again changes nothing.

    Raises `InvalidParameter` for a role that there is not, `Refused` in the week after entering.
    """
    if role not in Role.values:
        raise InvalidParameter("role", _("Choisissez ce que vous êtes dans la résidence."))
    membership = locked(membership.pk)
    if membership.ended_at is not None or membership.role == role:
        return membership
    now = timezone.now()
    if membership.entered_at and membership.provisional_until > now:
        raise Refused(_("Vos voisins viennent de lire ce que vous êtes : vous pourrez le changer dans une semaine."))
    was, membership.role = membership.role, role
    if was in ACTING or not membership.lives_there:
        membership.moderates = False
    if role in ACTING:
        _forget_confirmations(membership)
    if not membership.lives_there:
        membership.listed = False
    if membership.entered_at and was == Role.ABSENT_OWNER:
        membership.entered_at, membership.provisional_until = now, now + PROVISIONAL
        membership.announced_at = None
    membership.save()
    return membership


def _forget_confirmations(membership: Membership) -> None:
    """A manager's confirmation was for what the person said then: it still lets in, and gives no right to act."""
    confirmations = membership.proofs.filter(kind=Kind.CONFIRMATION)
    confirmations.filter(spent=False).delete()
    confirmations.update(management=None)
