"""Tells who must put a page right that something was said of it: one letter a day at most, of all that waits.

It says how many pages and where they are put right; neither which nor what was said, and of who said it nothing is
known. Whose page it is: its keeper, else the town hall, else the staff.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.announcing import awake
from directory.claiming import keepers_of
from directory.importing.settling import believed_source
from directory.models import Listing, Remark, SyncedCalendar
from directory.notice_kinds import NoticeKind
from directory.reaching import REMARKS, means_to
from directory.remarking import ASKED
from directory.synced_models import OF_SYNCED
from scopes import mass_mail
from scopes.models import Account, Acting, MassMessage, Organisation
from scopes.registries import Told

#: Who was away for so long reads it on the site.
USE = timedelta(days=2)
#: The pages that wait for one person, by the address where they are put right.
Waiting = Mapping[str, Collection[Listing]]


@transaction.atomic
def tell_of_remarks() -> MassMessage | None:
    """Queue a letter to everyone for whom something new waits; done twice, nobody is told twice."""
    new = list(Remark.objects.filter(told=False).select_for_update().values_list("pk", "listing"))
    Remark.objects.filter(pk__in=[number for number, _listing in new]).update(told=True)
    due = _due(_waiting_for_each(_pages().filter(pk__in={listing for _number, listing in new})))
    if not due:
        return None
    now = timezone.now()
    letter = MassMessage.objects.create(
        template=REMARKS, can_be_stopped=True, queued_at=now, too_late_at=max(due.values()) + USE
    )
    mass_mail.queue(letter, _recipients(due))
    return letter


def write(message: MassMessage, accounts: Collection[int]) -> dict[int, Told]:
    """Write the letters of some people: what waits for each now; none for whom all was settled, or who wish none."""
    waiting = _waiting_for_each(_pages())
    told = {}
    for account in Account.objects.filter(pk__in=[number for number in accounts if number in waiting]):
        if means_to(account.pk, NoticeKind.REMARK):
            with translation.override(account.language):
                told[account.pk] = _in_words(waiting[account.pk])
    return told


def _pages() -> QuerySet[Listing]:
    """Pages of which something was said, and that are shown or are to be."""
    remarked = Listing.objects.filter(pk__in=Remark.objects.values("listing"), kind__in=ASKED)
    standing = remarked.standing().annotate(believed=believed_source())
    return standing.select_related("organisation", "municipality").order_by("pk")


def _waiting_for_each(pages: Collection[Listing]) -> dict[int, Waiting]:
    """Return, by account, the pages that it must put right."""
    waiting: dict[int, dict[str, list[Listing]]] = defaultdict(lambda: defaultdict(list))
    keepers, calendars = keepers_of(pages), _calendars_of(pages)
    kept = {page.pk: found for page in pages if (found := _keeper(page, keepers, calendars))}
    acting, halls = _acting_for({one.pk for one, _desk in kept.values()}), _halls_of(pages)
    staff = list(Account.objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True))
    for page in pages:
        organisation, desk = kept.get(page.pk, (None, reverse("pages-to-put-right")))
        theirs = acting[organisation.pk] if organisation else halls.get(page.municipality_id, staff)
        for account in theirs:
            waiting[account][desk].append(page)
    return waiting


def _keeper(page: Listing, keepers: Mapping, calendars: Mapping) -> tuple[Organisation, str] | None:
    """Return whose page it is, and where it is put right; nothing of what nobody keeps."""
    if claim := keepers.get(page.pk):
        return claim.organisation, reverse("places")
    calendar = calendars.get(page.believed)
    if calendar and page.organisation_id in (None, calendar.organisation_id):
        return calendar.organisation, reverse("own-calendar", args=[calendar.organisation.handle, calendar.handle])
    if page.organisation:
        return page.organisation, reverse("own-events", args=[page.organisation.handle])
    return None


def _calendars_of(pages: Collection[Listing]) -> dict[str, SyncedCalendar]:
    """The followed calendars that are believed of some pages, by the name of their source."""
    believed = {page.believed for page in pages if page.believed and page.believed.startswith(OF_SYNCED)}
    numbers = [int(name.removeprefix(OF_SYNCED)) for name in believed]
    return {one.source: one for one in SyncedCalendar.objects.filter(pk__in=numbers).select_related("organisation")}


def _acting_for(organisations: Collection[int]) -> dict[int, list[int]]:
    """The accounts that act for each organisation, for all of it."""
    acting: dict[int, list[int]] = defaultdict(list)
    for organisation, account in (
        _acting().filter(organisation__in=organisations).values_list("organisation", "account")
    ):
        acting[organisation].append(account)
    return acting


def _halls_of(pages: Collection[Listing]) -> dict[int, list[int]]:
    """The accounts that are responsible for the town hall of each commune that has one."""
    admitted = _acting().filter(
        role=Acting.Role.RESPONSIBLE,
        organisation__kind=Organisation.Kind.MUNICIPALITY,
        organisation__admitted_at__isnull=False,
        organisation__municipality__in={page.municipality_id for page in pages},
    )
    halls: dict[int, list[int]] = defaultdict(list)
    for town, account in admitted.values_list("organisation__municipality", "account"):
        halls[town].append(account)
    return dict(halls)


def _acting() -> QuerySet[Acting]:
    standing = {"ended_at": None, "organisation__ended_at": None, "account__is_active": True}
    return Acting.objects.filter(everywhere=True, **standing).order_by("pk")


def _due(waiting: Mapping[int, Waiting]) -> dict[int, datetime]:
    """When each who wishes to be told is: now, or in the morning of the place of a page."""
    now = timezone.now()
    return {
        account: max(awake(now, time_zone=page.municipality.time_zone) for pages in desks.values() for page in pages)
        for account, desks in waiting.items()
        if means_to(account, NoticeKind.REMARK)
    }


def _recipients(due: Mapping[int, datetime]) -> QuerySet:
    """Return these people, as `mass_mail.queue` takes them, each by the means they wish."""
    by_means = [When(pk=account, then=Value(means_to(account, NoticeKind.REMARK))) for account in due]
    by_moment = [When(pk=account, then=Value(moment)) for account, moment in due.items()]
    told = Account.objects.filter(pk__in=due).annotate(
        means=Case(*by_means, default=Value(None), output_field=CharField()),
        due_at=Case(*by_moment, default=Value(None), output_field=DateTimeField()),
    )
    return told.values_list("pk", "means", "due_at")


def _in_words(waiting: Waiting) -> Told:
    """Say to one person how many pages wait, and where."""
    parts = [{"sentence": _sentence(desk, len(pages)), "path": desk} for desk, pages in waiting.items()]
    title = _("Des remarques attendent")
    pushed = {
        "title": title,
        "body": parts[0]["sentence"],
        "url": parts[0]["path"],
        "tag": REMARKS,
        "language": translation.get_language(),
    }
    return {"subject": title, "parts": parts}, pushed


def _sentence(desk: str, number: int) -> str:
    if desk == reverse("pages-to-put-right"):
        words = ngettext(
            "%(number)d fiche que personne ne tient a reçu une remarque.",
            "%(number)d fiches que personne ne tient ont reçu des remarques.",
            number,
        )
    else:
        words = ngettext(
            "%(number)d de vos fiches a reçu une remarque.", "%(number)d de vos fiches ont reçu des remarques.", number
        )
    return words % {"number": number}
