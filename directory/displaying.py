"""Sheets at entrances: prepared when a mailing is written, said to be put up and taken down by who hangs them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.display_models import Display, DisplayRole, Hand
from directory.display_sql import PREPARE_SHEETS
from directory.models import Mailing, Notice
from directory.notice_readers import residences_told
from geo.errors import InvalidParameter, NotFound
from geo.models import Residence
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Account, Mandate, Membership
from scopes.organisations.delegating import within_delegation
from scopes.organisations.proposing import acting_as, acting_for
from scopes.powers import management_of, membership_keeping, residences_kept_by

#: Sheets that a keeper is shown at once.
MOST_SHOWN = 100
KEEPERS = (Membership.Role.CARETAKER, Membership.Role.COUNCIL)


def prepare(mailing: Mailing, residences: Collection[int], *, only: Mapping[int, Collection[str]]) -> None:
    """Prepare a sheet for each entrance of these residences; of some, `only` those with these keys are told."""
    doors = json.dumps({str(number): list(keys) for number, keys in only.items()})
    with second_lock.opened(residences), connection.cursor() as cursor:
        cursor.execute(PREPARE_SHEETS, {"mailing": mailing.pk, "residences": list(residences), "only": doors})


@contextmanager
def sheets_of(mailing: Mailing) -> Iterator[list[Display]]:
    """Open the sheets of something that an organisation of the reader's sent, by entrance."""
    with second_lock.opened(mailing.residences.values_list("pk", flat=True)):
        yield list(Display.objects.filter(mailing=mailing).select_related("residence__municipality"))


@contextmanager
def sheets_kept_by(account: Account) -> Iterator[list[Display]]:
    """Open the sheets of the residences that an account keeps: of what can be read there now, or hangs there still."""
    kept = [one.pk for one in residences_kept_by(account, *KEEPERS)]
    with second_lock.opened(kept):
        told = Notice.objects.live().filter(residence__in=kept).values("mailing")
        sheets = Display.objects.filter(residence__in=kept)
        waiting = sheets.filter(hung_on__isnull=True, mailing__in=told)
        waiting = waiting.filter(mailing__mandate__in=Mandate.objects.announced())
        hanging = sheets.filter(hung_on__isnull=False, down_on__isnull=True)
        found = (waiting | hanging).select_related("mailing__mandate__organisation", "residence")
        yield list(found.order_by("-mailing__sent_at", "entrance", "pk")[:MOST_SHOWN])


@contextmanager
def found_by(account: Account, handle: UUID) -> Iterator[tuple[Display, DisplayRole]]:
    """Open one sheet to someone who may hang it, with their role; raise `NotFound` for everyone else.

    Only the residences where they may hang something are opened: PostgreSQL has no other sheet for them.
    """
    kept = {one.pk for one in residences_kept_by(account, *KEEPERS)}
    told = Mailing.residences.through.objects.filter(mailing__mandate__organisation__in=acting_for(account))
    with second_lock.opened(kept | set(told.values_list("residence", flat=True).distinct())):
        sheets = Display.objects.select_for_update(of=["self"]).select_related("mailing__mandate__organisation")
        sheet = sheets.filter(handle=handle).first()
        role = sheet and role_of(account, sheet)
        if not role:
            raise NotFound
        yield sheet, role


def role_of(account: Account, sheet: Display) -> DisplayRole | None:
    """As what an account may hang a sheet and take it down; nothing for who may not.

    Who writes for the organisation within quarters hangs there alone.
    """
    acting = acting_as(account, sheet.mailing.mandate.organisation)
    if within_delegation(acting, Residence.objects.filter(pk=sheet.residence_id)).exists():
        return DisplayRole.ORGANISATION
    if management_of(account, sheet.residence_id):
        return DisplayRole.MANAGER
    keeper = membership_keeping(account, sheet.residence_id, *KEEPERS)
    return DisplayRole(keeper.role) if keeper else None


def put_up(*, account: Account, handle: UUID, on: date | None = None) -> Display:
    """Say that a sheet was put up, today or on a day since it was sent; said again, the first day stands.

    Raises `NotFound` for who may not hang it, `Refused` for what is not said any more, `InvalidParameter` for the day.
    """
    with found_by(account, handle) as (sheet, role):
        if sheet.hung_on is None:
            _check_said(sheet.mailing, sheet.residence_id)
            sheet.hung_on = _day(on, since=timezone.localdate(sheet.mailing.sent_at))
            sheet.hung_noted_at, sheet.hung_as = timezone.now(), role
            sheet.save(update_fields=["hung_on", "hung_noted_at", "hung_as"])
            _remember([sheet], account, role)
        return sheet


def take_down(*, account: Account, handle: UUID, on: date | None = None) -> Display:
    """Say that a sheet was taken down, today or on a day since it was put up."""
    with found_by(account, handle) as (sheet, role):
        if sheet.hung_on is None:
            raise Refused(_("Cette affiche n’a pas été posée."))
        if sheet.down_on is None:
            sheet.down_on = _day(on, since=sheet.hung_on)
            sheet.down_noted_at, sheet.down_as = timezone.now(), role
            sheet.save(update_fields=["down_on", "down_noted_at", "down_as"])
            _remember([sheet], account, role, took_down=True)
        return sheet


def say_it_never_hung(*, account: Account, handle: UUID) -> Display:
    """Take back what was said of a sheet by mistake, for as long as no one has taken it down.

    A keeper takes back what keepers of the same role said, the sender anything: it is its own sheet.
    """
    with found_by(account, handle) as (sheet, role):
        if role not in (DisplayRole.ORGANISATION, sheet.hung_as):
            raise Refused(_("Quelqu’un d’autre a dit l’avoir posée : à lui de le corriger."))
        if sheet.down_on:
            raise Refused(_("Cette affiche a été retirée : sa date reste."))
        sheet.hung_on, sheet.hung_noted_at, sheet.hung_as = None, None, ""
        sheet.save(update_fields=["hung_on", "hung_noted_at", "hung_as"])
        sheet.hands.all().delete()
        return sheet


def put_all_up(*, account: Account, mailing: Mailing, on: date | None = None) -> int:
    """Say that every sheet of one's own mailing that was not yet put up was put up; return how many.

    Who writes within quarters says it of the sheets there.
    """
    acting = acting_as(account, mailing.mandate.organisation)
    if acting is None:
        raise NotFound
    _check_said(mailing)
    day = _day(on, since=timezone.localdate(mailing.sent_at))
    with second_lock.opened(mailing.residences.values_list("pk", flat=True)):
        there = within_delegation(acting, residences_told(mailing))
        missing = Display.objects.filter(mailing=mailing, hung_on=None, residence__in=there.values("pk"))
        missing = list(missing.select_for_update(of=["self"]))
        said = {"hung_on": day, "hung_noted_at": timezone.now(), "hung_as": DisplayRole.ORGANISATION}
        Display.objects.filter(pk__in=[sheet.pk for sheet in missing]).update(**said)
        _remember(missing, account, DisplayRole.ORGANISATION)
    return len(missing)


def _remember(sheets: Collection[Display], account: Account, role: DisplayRole, *, took_down: bool = False) -> None:
    """Note who of the organisation did it; of a keeper only the role is kept."""
    if role == DisplayRole.ORGANISATION:
        Hand.objects.bulk_create([Hand(sheet=sheet, account=account, took_down=took_down) for sheet in sheets])


def _check_said(mailing: Mailing, residence_id: int | None = None) -> None:
    if mailing.withdrawn_at:
        raise Refused(_("Cet avis a été repris : n’affichez pas cette feuille."))
    if mailing.sent_at is None:
        raise Refused(_("Cet avis attend encore une seconde lecture."))
    is_named = residence_id is None or residences_told(mailing).filter(pk=residence_id).exists()
    if mailing.mandate.is_over or not is_named:
        raise Refused(_("Ce mandat est terminé : il ne permet plus d’afficher dans l’immeuble."))


def _day(on: date | None, *, since: date) -> date:
    today = max(timezone.localdate(), since)
    on = on or today
    if not since <= on <= today:
        raise InvalidParameter("on", _("Choisissez un jour entre l’envoi de l’avis et aujourd’hui."))
    return on
