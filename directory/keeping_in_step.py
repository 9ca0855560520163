"""An organisation gives a calendar or a feed, looks at what was found, has it kept in step or read again, stops it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.errors import TooMany
from directory.fetching import MOST_BYTES, checked_address
from directory.holding_events import may_hold
from directory.importing.running import take_back
from directory.importing.settling import believed_source
from directory.models import Listing, SyncedCalendar
from directory.organisation_kinds import NEWS
from directory.organisation_publishing import may_say
from directory.reading_news import take_news_back
from directory.remarking import Remarked, remarks_on, settle_remarks
from geo.errors import InvalidParameter, NotFound
from geo.texts import legible
from scopes.errors import Refused
from scopes.models import Account, Organisation

To = SyncedCalendar.To
#: Calendars of one organisation.
MOST_CALENDARS = 10
#: Between two readings that someone asks for.
PATIENCE = timedelta(minutes=10)
#: Events of one calendar whose remarks are shown at once.
MOST_REMARKED = 50
#: What was looked at and not kept is forgotten after so long.
LOOKED_AT = timedelta(days=1)


def own_calendars(account: Account, organisation: Organisation) -> QuerySet[SyncedCalendar]:
    """The calendars of an organisation that the account may announce for; raise `NotFound` for anyone else."""
    if not may_hold(account, organisation):
        raise NotFound
    return SyncedCalendar.objects.filter(organisation=organisation).defer("content")


def own_calendar(account: Account, organisation: Organisation, handle: UUID) -> SyncedCalendar:
    """One of them; raise `NotFound` for anything else."""
    found = own_calendars(account, organisation).filter(handle=handle).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def give_calendar(
    *, account: Account, organisation: Organisation, address: str = "", file_name: str = "", content: bytes = b""
) -> SyncedCalendar:
    """Give an address or a file to be looked at by a worker; given again it is the same one, read anew.

    Raises `Refused` for who may not, `InvalidParameter` naming the field, `TooMany`.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check(account, organisation)
    if bool(address.strip()) == bool(file_name):
        raise InvalidParameter("address", _("Collez une adresse, ou choisissez un fichier."))
    if len(content) > MOST_BYTES:
        raise InvalidParameter("file", _("Plus de 5 Mo : c’est trop."))
    if file_name and not content:
        raise InvalidParameter("file", _("Ce fichier est vide."))
    named = legible(file_name)[-120:] or _("fichier")
    known = {"address": checked_address(address)} if address.strip() else {"address": "", "file_name": named}
    own = SyncedCalendar.objects.filter(organisation=organisation)
    calendar = own.filter(**known).first()
    if calendar is None:
        if own.count() >= MOST_CALENDARS:
            raise TooMany
        calendar = SyncedCalendar.objects.create(organisation=organisation, **known)
    if content:
        if calendar.is_being_read:
            raise InvalidParameter("file", _("Nous lisons encore ce fichier : patientez un peu."))
        calendar.content = content
        return _ask(calendar)
    return calendar if calendar.is_being_read or _was_asked_lately(calendar) else _ask(calendar)


@transaction.atomic
def keep_in_step(*, account: Account, calendar: SyncedCalendar, to: str = To.TOWN) -> SyncedCalendar:
    """Show what a calendar tells from now on, and read it four times a day where it has an address.

    News of a feed is read by whom `to` says. Raises `Refused` for who may not and before anything was found in it, for
    nobody knows what it tells; `InvalidParameter` for another audience.
    """
    calendar = _held(account, calendar)
    if calendar.kept_at is None and not calendar.report:
        raise Refused(_("Nous ne l’avons pas encore lu : patientez un peu."))
    if calendar.tells == SyncedCalendar.Tells.NEWS:
        if not may_say(account, calendar.organisation, NEWS):
            raise Refused(_("Seul qui agit pour l’organisme, une fois admis, parle en son nom."))
        if to not in To.values:
            raise InvalidParameter("to", _("Choisissez jusqu’où."))
        calendar.to = to if calendar.kept_at is None else calendar.to
    if calendar.kept_at is None or calendar.paused_at is not None:
        calendar.kept_at = calendar.kept_at or timezone.now()
        calendar.paused_at = calendar.failing_since = None
        calendar.etag = calendar.last_modified = ""
        return _ask(calendar)
    return calendar


@transaction.atomic
def read_again(*, account: Account, calendar: SyncedCalendar) -> SyncedCalendar:
    """Have a calendar read now; raise `TooMany` within ten minutes of the last time."""
    calendar = _held(account, calendar)
    if _was_asked_lately(calendar):
        raise TooMany(_("Relu il y a moins de dix minutes : patientez un peu."))
    return _ask(calendar)


@transaction.atomic
def stop_keeping(*, account: Account, calendar: SyncedCalendar, withdraw: bool) -> int:
    """Keep a calendar no longer; what came from it stays, or is withdrawn. Returns how many events or news were."""
    calendar = _held(account, calendar)
    withdrawn = _withdrawn(calendar) if withdraw else 0
    calendar.delete()
    return withdrawn


def _withdrawn(calendar: SyncedCalendar) -> int:
    if calendar.tells == SyncedCalendar.Tells.NEWS:
        return take_news_back(calendar)
    return take_back(source=calendar.source)


def remarks_of(calendar: SyncedCalendar) -> list[tuple[Listing, list[Remarked]]]:
    """What passers-by said of the events of a calendar, which its owner puts right there; the caller found it.

    Not of an event that it only tells of too: another source was there first, or another organisation announced it.
    """
    own = Q(organisation=None) | Q(organisation=calendar.organisation_id)
    told = Listing.objects.filter(own, records__source=calendar.source, remarks__isnull=False).distinct()
    believed = told.alias(believed=believed_source()).filter(believed=calendar.source)
    listings = list(believed.order_by("title", "pk")[:MOST_REMARKED])
    said = remarks_on(listings)
    return [(one, said[one.pk]) for one in listings]


@transaction.atomic
def set_remarks_aside(*, account: Account, calendar: SyncedCalendar) -> None:
    """Say that what was remarked of the events of a calendar is put right, or was not wrong."""
    for listing, _said in remarks_of(_held(account, calendar)):
        settle_remarks(listing)


def forget_what_was_looked_at() -> int:
    """Forget calendars that nobody said to keep; return how many."""
    old = SyncedCalendar.objects.filter(kept_at=None, proposed_at__lt=timezone.now() - LOOKED_AT)
    return old.delete()[0]


def _ask(calendar: SyncedCalendar) -> SyncedCalendar:
    from directory.tasks import read_calendar  # the task calls `reading_calendars`, which is a deed too

    calendar.asked_at = timezone.now()
    calendar.due_at = calendar.next_due(calendar.asked_at)
    calendar.save()
    read_calendar.defer(calendar_id=calendar.pk)
    return calendar


def _was_asked_lately(calendar: SyncedCalendar) -> bool:
    return calendar.asked_at is not None and calendar.asked_at > timezone.now() - PATIENCE


def _held(account: Account, calendar: SyncedCalendar) -> SyncedCalendar:
    held = SyncedCalendar.objects.select_for_update(of=["self"]).select_related("organisation")
    found = held.filter(pk=calendar.pk).first()
    if found is None:
        raise NotFound
    _check(account, found.organisation)
    return found


def _check(account: Account, organisation: Organisation) -> None:
    if not may_hold(account, organisation):
        raise Refused(_("Seuls une association, une mairie ou un commerce admis annoncent un événement."))
