"""Who lives in a residence, as those who live there may know it: who chose to be listed, and who has just come."""

from __future__ import annotations

from django.db import transaction

from geo.errors import NotFound
from scopes.homes import Membership, MembershipQuerySet
from scopes.viewer import Home, Viewer


def listed_in(home: Home) -> MembershipQuerySet:
    """Residents who chose to be in the list, oldest first; a newcomer, or who lives elsewhere, reads no list."""
    if home.provisional or not home.lives_there:
        return Membership.objects.none()
    settled = Membership.objects.settled().filter(residence=home.residence_id, listed=True)
    return settled.select_related("alias__account").order_by("entered_at", "pk")


def newcomers_in(home: Home) -> MembershipQuerySet:
    """Those who entered in the last days and are announced to the others, the latest first."""
    if not home.lives_there:
        return Membership.objects.none()
    newcomers = Membership.objects.provisional().filter(residence=home.residence_id).exclude(pk=home.membership_id)
    return newcomers.select_related("alias__account").order_by("-entered_at", "-pk")


@transaction.atomic
def be_listed(*, viewer: Viewer, listed: bool) -> Membership:
    """Put oneself into the list of the chosen home's residents, or take oneself out; raise `NotFound` without one."""
    home = viewer.home
    current = Membership.objects.current().select_for_update()
    membership = home and home.lives_there and current.filter(pk=home.membership_id).first()
    if not membership:
        raise NotFound
    membership.listed = listed
    membership.save(update_fields=["listed"])
    return membership
