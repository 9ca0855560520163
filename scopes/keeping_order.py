"""Who keeps the space of a residence in order: the council or the caretaker take it up, and share it with neighbours.

Only whom the manager confirmed takes it up (`scopes.powers`): a role that someone says is theirs opens nothing, and
who comes first gains no right. Where nobody does, the staff on call alone decide.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from geo.errors import NotFound
from scopes.homes import Membership, MembershipQuerySet
from scopes.powers import confirmed
from scopes.viewer import Home, Viewer

Role = Membership.Role


def keepers_of(home: Home) -> MembershipQuerySet:
    """Those who keep the residence of a home in order, the longest there first."""
    keepers = Membership.objects.settled().filter(residence=home.residence_id, moderates=True)
    return keepers.select_related("alias__account").order_by("entered_at", "pk")


def may_share_with(home: Home) -> MembershipQuerySet:
    """Settled neighbours who chose to be listed, and do not keep order yet; nobody unless this home keeps it."""
    if not home.moderates or home.provisional:
        return Membership.objects.none()
    listed = Membership.objects.settled().filter(residence=home.residence_id, listed=True, moderates=False)
    return listed.exclude(role=Role.ABSENT_OWNER).select_related("alias__account").order_by("entered_at", "pk")


def may_take_up(home: Home) -> bool:
    """Whether this home may begin to keep order."""
    return not home.moderates and confirmed(Role.COUNCIL, Role.CARETAKER).filter(pk=home.membership_id).exists()


@transaction.atomic
def take_up(*, viewer: Viewer, public_id: UUID) -> Membership:
    """Begin to keep the residence of one's home in order; raise `NotFound` for a home that may not."""
    home = own_home(viewer, public_id)
    if not may_take_up(home):
        raise NotFound
    return _set(Membership.objects.filter(pk=home.membership_id), moderates=True)


@transaction.atomic
def lay_down(*, viewer: Viewer, public_id: UUID) -> Membership:
    """Keep the residence in order no longer."""
    return _set(Membership.objects.filter(pk=own_home(viewer, public_id).membership_id), moderates=False)


@transaction.atomic
def share(*, viewer: Viewer, public_id: UUID, neighbour: UUID) -> Membership:
    """Have a neighbour keep order too; raise `NotFound` for anyone whom this home may not share it with."""
    return _set(may_share_with(own_home(viewer, public_id)).filter(alias__public_id=neighbour), moderates=True)


def own_home(viewer: Viewer, public_id: UUID) -> Home:
    """Find one of the viewer's homes by what others know it by; raise `NotFound` for any other."""
    mine = Membership.objects.filter(alias__public_id=public_id).values_list("pk", flat=True).first()
    home = next((home for home in viewer.homes if home.membership_id == mine), None)
    if home is None:
        raise NotFound
    return home


def _set(found: MembershipQuerySet, *, moderates: bool) -> Membership:
    membership = found.select_for_update(of=("self",)).first()
    if membership is None:
        raise NotFound
    membership.moderates = moderates
    membership.save(update_fields=["moderates"])
    return membership
