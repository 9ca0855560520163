"""Finds out who is looking: an account becomes a `Viewer`, in three short look-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from geo.models import CellBorder, CellContainment, PublicCell, VoisinagePair
from scopes.homes import Membership
from scopes.people import Alias, Mute
from scopes.viewer import ANONYMOUS, Home, Viewer

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def viewer_of(account_id: int | None) -> Viewer:
    """Gather what an account may look at now: its current homes, its aliases, and whom it does not read."""
    if account_id is None:
        return ANONYMOUS
    aliases = Alias.objects.filter(Q(account=account_id) | Q(account__in=_muted_by(account_id)))
    own, muted = [], []
    for alias_id, owner_id in aliases.values_list("pk", "account_id"):
        (own if owner_id == account_id else muted).append(alias_id)
    return Viewer(
        account_id=account_id,
        homes=tuple(_homes(account_id)) if own else (),
        alias_ids=tuple(sorted(own)),
        muted_ids=tuple(sorted(muted)),
    )


def _muted_by(account_id: int):
    """Accounts that this one does not want to read."""
    return Mute.objects.filter(account=account_id).values("muted")


def _homes(account_id: int) -> Iterator[Home]:
    """Current memberships, the chosen one first."""
    now = timezone.now()
    memberships = (
        Membership.objects.current(now)
        .filter(account=account_id)
        .annotate(cell_id=Coalesce("alias__cell__merged_into", "alias__cell"))
        .order_by("-chosen", "pk")
    )
    cells = _cells({membership.cell_id for membership in memberships})
    for membership in memberships:
        provisional = membership.provisional_until > now
        cell = cells[membership.cell_id]
        yield Home(
            membership_id=membership.pk,
            alias_id=membership.alias_id,
            residence_id=membership.residence_id,
            lives_there=membership.lives_there,
            reads_since=membership.entered_at if provisional else ALWAYS,
            provisional=provisional,
            moderates=membership.moderates,
            cell_id=cell.pk,
            point=cell.location.coords,
            municipality_id=cell.municipality_id,
            neighbourhood_id=cell.quarter_id,
            voisinage=tuple(sorted(cell.near)),
            bordering=tuple(sorted(cell.across)),
        )


def _cells(cell_ids: Collection[int]) -> dict[int, PublicCell]:
    """The cells with their quarter, voisinage and borders, in one statement by primary and foreign keys."""
    pairs = VoisinagePair.objects.filter(cell=OuterRef(OuterRef("pk"))).values("other")
    circle = CellContainment.objects.filter(cell=OuterRef("pk"), kind=OuterRef("municipality__circle_kind"))
    cells = PublicCell.objects.filter(pk__in=cell_ids).annotate(
        quarter_id=Subquery(circle.values("neighbourhood")[:1]),
        near=ArraySubquery(PublicCell.objects.filter(Q(pk__in=pairs) | Q(merged_into__in=pairs)).values("pk")),
        across=ArraySubquery(CellBorder.objects.filter(cell=OuterRef("pk")).values("neighbourhood")),
    )
    return {cell.pk: cell for cell in cells}
