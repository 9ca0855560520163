"""Plans the visits of a week, takes one, and says that it is done; by people of the circle alone."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.helping import held_part, may_keep
from directory.models import HelpSlot, HelpVisit, Trusted
from directory.rota_models import TimeOfDay, Weekday
from geo.errors import InvalidParameter, NotFound
from scopes.moments import today_at
from scopes.viewer import Viewer

#: A visit is said to be done on its day or the two days after it.
SAID_WITHIN = timedelta(days=2)


@transaction.atomic
def plan(*, viewer: Viewer, public_id: UUID, weekday: int, time_of_day: int) -> HelpSlot:
    """Plan a visit of every week; one that is planned already is that one."""
    own = held_part(viewer, public_id, keeping=True)
    if weekday not in Weekday.values or time_of_day not in TimeOfDay.values:
        raise InvalidParameter("weekday", _("Choisissez un jour et un moment."))
    slot, _made = HelpSlot.objects.get_or_create(help=own.help, weekday=weekday, time_of_day=time_of_day)
    return slot


@transaction.atomic
def drop(*, viewer: Viewer, public_id: UUID, slot: UUID) -> None:
    """Plan a visit no more."""
    _slot(held_part(viewer, public_id, keeping=True), slot).delete()


@transaction.atomic
def take(*, viewer: Viewer, public_id: UUID, slot: UUID) -> HelpSlot:
    """Take a visit, each week until it is let go; raise `InvalidParameter` where somebody else has."""
    own = held_part(viewer, public_id)
    taken = _slot(own, slot)
    if taken.taken_by_id == own.pk:
        return taken
    if taken.taken_by_id:
        raise InvalidParameter("slot", _("Quelqu’un vient de le prendre. Merci à vous aussi !"))
    taken.taken_by, taken.taken_at = own, timezone.now()
    taken.save(update_fields=["taken_by", "taken_at"])
    return taken


@transaction.atomic
def let_go(*, viewer: Viewer, public_id: UUID, slot: UUID) -> HelpSlot:
    """Let go a visit of one's own; who keeps the circle, anyone's."""
    own = held_part(viewer, public_id)
    taken = _slot(own, slot)
    if taken.taken_by_id != own.pk and not may_keep(own):
        raise NotFound
    taken.taken_by = taken.taken_at = None
    taken.save(update_fields=["taken_by", "taken_at"])
    return taken


@transaction.atomic
def say_done(*, viewer: Viewer, public_id: UUID, slot: UUID, done: bool = True) -> HelpVisit:
    """Say that the latest visit of a slot is done, or that it is not; whoever is in the circle may."""
    own = held_part(viewer, public_id)
    visited = _slot(own, slot)
    on = latest_day(visited, own)
    if on is None:
        raise InvalidParameter("slot", _("Ce passage n’est pas encore venu."))
    visit, _made = HelpVisit.objects.get_or_create(slot=visited, on=on)
    visit.done_by, visit.done_at = (own, timezone.now()) if done else (None, None)
    visit.save(update_fields=["done_by", "done_at"])
    return visit


@transaction.atomic
def choose_alert(*, viewer: Viewer, public_id: UUID, is_told: bool, at_night: bool) -> Trusted:
    """Choose whether one is told of a visit that nobody confirms, and whether at night too."""
    own = held_part(viewer, public_id)
    own.is_told, own.at_night = is_told, is_told and at_night
    own.save(update_fields=["is_told", "at_night"])
    return own


def latest_day(slot: HelpSlot, own: Trusted) -> date | None:
    """The latest day of a slot, by the clock of its town, while it can be said to be done."""
    today = today_at(own.help.municipality.time_zone)
    since = timedelta(days=(today.isoweekday() - slot.weekday) % 7)
    return today - since if since <= SAID_WITHIN else None


def _slot(own: Trusted, public_id: UUID) -> HelpSlot:
    found = own.help.slots.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
