"""Who may write to someone: each person chooses, for each home, the widest circle whose members may."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter, NotFound
from geo.models import CellContainment, PublicCell
from scopes import audiences
from scopes.homes import Membership
from scopes.levels import Level
from scopes.people import Alias
from scopes.viewer import Home, Viewer

#: What a person may choose, narrowest first; nobody when empty. The quarter is the voisinage where a town has none.
CHOICES = ("", Level.RESIDENCE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)


@transaction.atomic
def choose_who_writes(*, viewer: Viewer, public_id: UUID, level: str) -> Alias:
    """Set the widest circle that may write to one of the viewer's homes; return its alias.

    Raises `NotFound` for a home that is not the viewer's, `InvalidParameter` for a circle that is none of `CHOICES`.
    """
    if level not in CHOICES:
        raise InvalidParameter("level", _("Choisissez qui peut vous écrire."))
    current = [home.alias_id for home in viewer.homes]
    alias = Alias.objects.select_for_update().filter(pk__in=current, public_id=public_id).first()
    if alias is None:
        raise NotFound
    alias.written_by = level
    alias.save(update_fields=["written_by"])
    return alias


def may_write(viewer: Viewer, alias: Alias) -> bool:
    """Whether the viewer is in the circle that may write to an alias; muted or not, so that nobody learns of a mute."""
    membership = Membership.objects.current().filter(alias=alias).select_related("alias__cell__merged_into").first()
    if membership is None or not alias.written_by or alias.pk in viewer.alias_ids:
        return False
    words = _words(membership.alias)
    return any(_neighbours(home, membership) or not words.isdisjoint(home.audiences) for home in viewer.homes)


def _neighbours(home: Home, membership: Membership) -> bool:
    """Whether both live in one residence: the narrowest circle, in every other."""
    return home.lives_there and membership.lives_there and home.residence_id == membership.residence_id


def _words(alias: Alias) -> set[str]:
    """The circles around the alias's cell, as `scopes.audiences` names them, up to the chosen one."""
    cell = alias.cell.merged_into or alias.cell
    if alias.written_by == Level.RESIDENCE:
        return set()
    if alias.written_by == Level.MUNICIPALITY:
        return {audiences.of_municipality(cell.municipality_id)}
    quarter = _quarter(cell)
    near = {audiences.of_voisinage(cell.pk)}
    return near if quarter is None else near | {audiences.of_neighbourhood(quarter)}


def _quarter(cell: PublicCell) -> int | None:
    containments = CellContainment.objects.filter(cell=cell, kind=cell.municipality.circle_kind)
    return containments.values_list("neighbourhood", flat=True).first()
