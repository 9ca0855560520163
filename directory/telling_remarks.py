"""Tells who must put a page right that something was said of it: one letter a day at most, of all that waits.

It says how many pages and where they are put right; neither which nor what was said, and of who said it nothing is
known. Whose page it is: `putting_right`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.announcing import awake
from directory.models import Listing, Remark
from directory.notice_kinds import NoticeKind
from directory.putting_right import with_keeper
from directory.reaching import REMARKS, means_to_each
from directory.remarking import ASKED
from scopes import mass_mail
from scopes.models import Account, Acting, MassMessage, Organisation
from scopes.organisations.acting import acting_for_all
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
    waiting = _waiting_for_each(_pages().filter(pk__in={listing for _number, listing in new}))
    means = means_to_each(waiting, NoticeKind.REMARK)
    due = {account: _due(waiting[account]) for account in means}
    if not due:
        return None
    now = timezone.now()
    letter = MassMessage.objects.create(
        template=REMARKS, can_be_stopped=True, queued_at=now, too_late_at=max(due.values()) + USE
    )
    mass_mail.queue(letter, _recipients(due, means))
    return letter


def write(message: MassMessage, accounts: Collection[int]) -> dict[int, Told]:
    """Write the letters of some people: what waits for each now; none for whom all was settled, or who wish none."""
    waiting = _waiting_for_each(_pages(), accounts)
    told = {}
    for account in Account.objects.filter(pk__in=means_to_each(waiting, NoticeKind.REMARK)):
        with translation.override(account.language):
            told[account.pk] = _in_words(waiting[account.pk])
    return told


def _pages() -> QuerySet[Listing]:
    """Pages of which something was said, and that are shown or are to be, with who puts each right."""
    remarked = Listing.objects.filter(pk__in=Remark.objects.values("listing"), kind__in=ASKED)
    halls = _responsible().filter(
        organisation__kind=Organisation.Kind.MUNICIPALITY,
        organisation__admitted_at__isnull=False,
        organisation__municipality=OuterRef("municipality"),
    )
    kept = with_keeper(remarked.standing()).annotate(hall=Subquery(halls.values("organisation")[:1]))
    return kept.select_related("municipality").order_by("pk")


def _waiting_for_each(pages: QuerySet[Listing], accounts: Collection[int] | None = None) -> dict[int, Waiting]:
    """Return, by account, the pages that it must put right; of these accounts alone, where some are named."""
    acting, responsible, staff = acting_for_all(), _responsible(), Account.objects.filter(is_staff=True, is_active=True)
    if accounts is not None:
        acting, responsible = acting.filter(account__in=accounts), responsible.filter(account__in=accounts)
        staff = staff.filter(pk__in=accounts)
    the_staff = list(staff.values_list("pk", flat=True))
    theirs = Q(kept_by__in=acting.values("organisation"))
    theirs |= Q(kept_by=None, hall__in=responsible.values("organisation"))
    theirs |= Q(kept_by=None, hall=None) if the_staff else Q()
    found = list(pages.filter(theirs))
    keepers = _by_organisation(acting, {page.kept_by for page in found})
    halls = _by_organisation(responsible, {page.hall for page in found})
    waiting: dict[int, dict[str, list[Listing]]] = defaultdict(lambda: defaultdict(list))
    for page in found:
        if page.kept_by:
            who = keepers[page.kept_by]
        else:
            who = halls[page.hall] if page.hall else [(account, None) for account in the_staff]
        for account, handle in who:
            waiting[account][_desk(page, handle)].append(page)
    return waiting


def _by_organisation(acting: QuerySet[Acting], organisations: Collection[int | None]) -> dict[int, list]:
    """Who acts for each of these organisations, and the handle of it."""
    found: dict[int, list] = defaultdict(list)
    rows = acting.filter(organisation__in=organisations - {None}).order_by("pk")
    for organisation, *who in rows.values_list("organisation", "account", "organisation__handle"):
        found[organisation].append(who)
    return found


def _responsible() -> QuerySet[Acting]:
    return acting_for_all().filter(role=Acting.Role.RESPONSIBLE)


def _desk(page: Listing, handle: UUID | None) -> str:
    """Where a page is put right by who acts for the organisation of this handle."""
    if not page.kept_by:
        return reverse("pages-to-put-right")
    if page.claimed_by:
        return reverse("places")
    return (
        reverse("own-calendar", args=[handle, page.calendar]) if page.calendar else reverse("own-events", args=[handle])
    )


def _due(waiting: Waiting) -> datetime:
    """When one person is told: now, or in the morning of the place of a page."""
    now, pages = timezone.now(), (page for pages in waiting.values() for page in pages)
    return max(awake(now, time_zone=zone) for zone in {page.municipality.time_zone for page in pages})


def _recipients(due: Mapping[int, datetime], means: Mapping[int, str]) -> QuerySet:
    """Return these people, as `mass_mail.queue` takes them, each by the means they wish."""
    by_means = [When(pk__in=who, then=Value(one)) for one, who in _alike(means).items()]
    by_moment = [When(pk__in=who, then=Value(moment)) for moment, who in _alike(due).items()]
    told = Account.objects.filter(pk__in=due).annotate(
        means=Case(*by_means, default=Value(None), output_field=CharField()),
        due_at=Case(*by_moment, default=Value(None), output_field=DateTimeField()),
    )
    return told.values_list("pk", "means", "due_at")


def _alike(values: Mapping[int, Any]) -> dict[Any, list[int]]:
    """Return the accounts of each value."""
    alike = defaultdict(list)
    for account, value in values.items():
        alike[value].append(account)
    return alike


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
