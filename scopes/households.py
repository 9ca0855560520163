"""Households: someone settled invites the people of the home, by a code for one person each."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scopes.code_models import Code
from scopes.errors import Refused
from scopes.homes import Household, Membership
from scopes.joining import stands_without
from scopes.proof_models import Proof
from scopes.proofs.codes import make_code, revoke
from scopes.proofs.proving import locked, take_back
from scopes.proofs.table import Kind

OPENS_FOR = timedelta(days=7)
#: People of one home, those invited included: 99 % of French households have fewer (INSEE, recensement 2021).
MOST_PEOPLE = 8


@transaction.atomic
def invite(*, member: Membership) -> tuple[str, Code]:
    """Make a code for one person of one's home; the text is shown once. Raises `Refused` beyond eight people.

    Who was invited does not invite: every home rests on someone who proved it.
    """
    household = Household.objects.select_for_update().get(pk=member.household_id)
    if not may_invite(member):
        raise Refused(_("Seule une personne installée, qui a prouvé elle-même son domicile, peut inviter."))
    people = household.memberships.filter(ended_at__isnull=True).count()
    if people + open_invitations(member).count() >= MOST_PEOPLE:
        raise Refused(_("Huit personnes par foyer au plus, invitations comprises."))
    return make_code(
        kind=Code.Kind.HOUSEHOLD,
        residence_id=member.residence_id,
        membership=member,
        expires_at=timezone.now() + OPENS_FOR,
    )


def may_invite(member: Membership) -> bool:
    """Tell whether the home stands without having been invited to, for a settled member who lives there."""
    return (
        member.lives_there
        and Membership.objects.settled().filter(pk=member.pk).exists()
        and stands_without(member, {Kind.HOUSEHOLD})
    )


def open_invitations(member: Membership):
    """Invitations of the household that nobody used yet."""
    return Code.objects.usable().filter(kind=Code.Kind.HOUSEHOLD, membership__household=member.household_id)


@transaction.atomic
def withdraw_invitations(*, member: Membership) -> None:
    """Take back the household's open invitations, and the entry of those it let in who are not settled."""
    household = locked(member.pk).household_id
    revoke(open_invitations(member))
    invited = Proof.objects.filter(kind=Kind.HOUSEHOLD, given_by__household=household)
    take_back(invited.exclude(spent=True, membership__provisional_until__lte=timezone.now()))
