"""Who can read what an organisation sent: for what writes to residents, never for whoever sent it."""

from __future__ import annotations

from directory.mailing_models import POLL
from directory.models import Listing, Mailing
from geo.catchments import cells_covered
from geo.models import CellContainment, PublicCell
from geo.querysets import PublicCellQuerySet, ResidenceQuerySet
from scopes import second_lock
from scopes.homes import MembershipQuerySet
from scopes.models import Level, Membership


def memberships_told(mailing: Mailing) -> MembershipQuerySet:
    """Return the current homes that a mailing reaches: members of its residences, or of the cells of its area."""
    current = Membership.objects.current()
    if mailing.area is None:
        # A poll asks the homes of a residence: who owns there and lives elsewhere has no vote.
        homes = current.exclude(role=Membership.Role.ABSENT_OWNER) if mailing.template == POLL else current
        return homes.filter(residence__in=residences_told(mailing).values("pk"))
    return current.of_cells(cells_told(mailing))


def without_hidden(told: MembershipQuerySet, mailing: Mailing) -> MembershipQuerySet:
    """Leave out the homes of residences in which a mailing was hidden; one to an area is hidden for all or nobody."""
    if mailing.area is not None:
        return told
    of = "poll__mailing" if mailing.template == POLL else "notice__mailing"
    with second_lock.opened(list(mailing.residences.values_list("pk", flat=True))):
        hidden = Listing.objects.filter(**{of: mailing}, hidden_at__isnull=False)
        return told.exclude(residence__in=list(hidden.values_list("residence", flat=True)))


def residences_told(mailing: Mailing) -> ResidenceQuerySet:
    """Return the residences of a mailing, but those that its mandate names no more."""
    residences, mandate = mailing.residences.all(), mailing.mandate
    return residences if mandate.is_by_area else residences.filter(pk__in=mandate.mandated.values("residence"))


def cells_told(mailing: Mailing) -> PublicCellQuerySet:
    """Return the public cells that a mailing to an area reaches, by the rule that shows its notice to them."""
    cells = PublicCell.objects.standing()
    if mailing.area is None:
        return cells.none()
    if mailing.level == Level.MUNICIPALITY:
        return cells.filter(municipality=mailing.municipality_id)
    if mailing.level == Level.NEIGHBOURHOOD:
        inside = CellContainment.objects.filter(neighbourhood=mailing.neighbourhood_id)
        return cells.filter(pk__in=inside.values("cell"))
    return cells_covered(mailing.area)
