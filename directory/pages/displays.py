"""Pages about sheets at entrances: what one sent and where it hangs, and the short page behind a sheet's code."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.attesting import attest
from directory.audience_words import audience_in_words
from directory.display_clock import Clock, Stand, tally
from directory.displaying import (
    found_by,
    put_all_up,
    put_up,
    say_it_never_hung,
    sheets_kept_by,
    sheets_of,
    take_down,
)
from directory.errors import TooMany
from directory.handling_asks import answers_to
from directory.models import Display, DisplayRole, Hand, Mailing, Notice
from directory.notice_templates import TEMPLATES, sentences_of
from directory.notifying import decides_about, own_mailing, title_in_words
from directory.pages.sending import MOST_POSTERS
from directory.telling_reads import explained
from geo.errors import AlentourError, InvalidParameter, NotFound
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.home_pages.keeping import keepers_only
from scopes.moments import moment
from scopes.organisations.delegating import within_delegation
from scopes.organisations.proposing import acting_as

#: Entrances shown at once, what is left to do first.
MOST_SHOWN = 100
_FIRST = [Stand.MISSING, Stand.DUE, Stand.EARLY, Stand.UP, Stand.DOWN]
DEEDS = {"up": put_up, "down": take_down}


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def mailing(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show something one's organisation sent and where its sheets hang; say which were put up and taken down."""
    own = own_mailing(request.user, handle)
    if request.method == "POST":
        _told(request, own)
        return redirect("mailing", handle)
    acting = acting_as(request.user, own.mandate.organisation)
    there = set(within_delegation(acting, own.residences.all()).values_list("pk", flat=True))
    with sheets_of(own) as sheets:
        hands = dict(_hands(own))
        told = [_shown(sheet, own, hands, hangs_it=sheet.residence_id in there) for sheet in sheets]
        counted = tally(sheets, template=own.template)
    told.sort(key=lambda one: (_FIRST.index(one["stand"]), one["entrance"]))
    standing = own.withdrawn_at is None and own.sent_at is not None and not own.mandate.is_over
    context = {
        "mailing": own,
        "organisation": own.mandate.organisation.name,
        "title": title_in_words(own),
        "sentences": [] if own.restores_id else sentences_of(own.template, own.fields),
        "audience": audience_in_words(own),
        "homes": number_format(own.homes, use_l10n=True, force_grouping=True),
        "reading": explained(own) if own.sent_at else None,
        "answers": answers_to(request.user, own),
        "sent": own.sent_at and moment(own.sent_at),
        "withdrawn": own.withdrawn_at and moment(own.withdrawn_at),
        "is_stopped": own.mandate.is_over,
        "sheets": told[:MOST_SHOWN],
        "more": max(0, len(told) - MOST_SHOWN),
        "counted": {"all": len(told), "hung": len(told) - counted[Stand.MISSING], "missing": counted[Stand.MISSING]},
        "is_clocked": TEMPLATES[own.template].displayed is not None,
        "may_hang": standing and own.restores_id is None and any(one["may_go_up"] for one in told),
        "may_attest": own.sent_at and decides_about(acting, own),
        "poster_pages": range(1, 1 + -(-len(told) // MOST_POSTERS)) if standing and not own.restores_id else [],
        "evidence": [(one, moment(one.made_at)) for one in own.evidence.all()[:5]],
        "today": timezone.localdate(),
    }
    return render(request, "directory/mailing.html", context)


@require_POST
@second_factor
def make_evidence(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Attest something sent as it stands now, and hand the sheet over."""
    try:
        evidence = attest(account=request.user, mailing=own_mailing(request.user, handle))
    except (Refused, TooMany) as error:
        messages.warning(request, str(error))
        return redirect("mailing", handle)
    return redirect("evidence-sheet", evidence.digest)


@require_safe
@keepers_only
def to_hang(request: HttpRequest) -> HttpResponse:
    """Show keepers the sheets to hang in their residences, and those that still hang."""
    with sheets_kept_by(request.user) as sheets:
        told = [_shown(sheet, sheet.mailing, {}) for sheet in sheets]
    return render(request, "directory/sheets.html", {"sheets": told, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Answer the code on a sheet: one action for who hangs it, the notice for who lives there, one page for the rest.

    The rest learn nothing of the sheet, not even whether there is one.
    """
    if request.viewer.account_id is not None:
        try:
            with found_by(request.user, handle) as (found, role):
                told = _shown(found, found.mailing, {})
        except NotFound:
            return _to_read(request, handle)
        answer = _hang if role in (DisplayRole.CARETAKER, DisplayRole.COUNCIL) else second_factor(_hang)
        return answer(request, told)
    return _to_read(request, handle)


def _hang(request: HttpRequest, told: dict) -> HttpResponse:
    """Say in one action that the sheet hangs."""
    if request.method == "POST":
        _deed(request, told["handle"])
        return redirect(request.POST["next"] if request.POST.get("next") == _KEPT else request.path)
    return render(request, "directory/sheet.html", {"sheet": told, "today": timezone.localdate()})


#: Where keepers come from who do not stand before the sheet.
_KEPT = "/gerer/affiches/"


def _to_read(request: HttpRequest, handle: UUID) -> HttpResponse:
    if request.method == "POST":
        raise Http404
    hanging = Display.objects.filter(handle=handle, residence__in=request.viewer.residence_ids).first()
    if hanging:
        there = Notice.objects.live().visible_to(request.viewer).filter(residence=hanging.residence_id)
        notice = there.filter(mailing=hanging.mailing_id).first()
        return redirect("notice", notice.public_id) if notice else redirect("residence")
    return render(request, "directory/sheet_of_others.html", {"path": request.path})


def _told(request: HttpRequest, own: Mailing) -> None:
    """Do what a button says about one sheet or all."""
    if "all" not in request.POST:
        _deed(request, _uuid(request.POST.get("sheet", "")))
        return
    try:
        number = put_all_up(account=request.user, mailing=own, on=_day(request))
    except AlentourError as error:
        messages.warning(request, str(error))
        return
    said = ngettext("%(number)d affiche est notée.", "%(number)d affiches sont notées.", number)
    messages.success(request, said % {"number": number})


def _deed(request: HttpRequest, handle: UUID) -> None:
    deed = request.POST.get("deed", "")
    try:
        if deed == "mistake":
            say_it_never_hung(account=request.user, handle=handle)
        elif deed in DEEDS:
            DEEDS[deed](account=request.user, handle=handle, on=_day(request))
        else:
            raise Http404
    except (Refused, InvalidParameter) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("C’est noté."))


def _day(request: HttpRequest) -> date | None:
    text = request.POST.get("on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidParameter("on", _("Écrivez le jour, comme 2026-12-24.")) from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _hands(own: Mailing) -> list[tuple[tuple[int, bool], str]]:
    """Who of the organisation put each sheet up and took it down."""
    hands = Hand.objects.filter(sheet__mailing=own).select_related("account")
    return [((hand.sheet_id, hand.took_down), hand.account.get_full_name()) for hand in hands]


def _shown(sheet: Display, own: Mailing, hands: dict[tuple[int, bool], str], *, hangs_it: bool = True) -> dict:
    clock = Clock.of(sheet, template=own.template)
    goes_up = own.withdrawn_at is None and own.sent_at is not None and not own.mandate.is_over
    return {
        "handle": sheet.handle,
        "entrance": sheet.entrance,
        "title": title_in_words(own),
        "organisation": own.mandate.organisation.name,
        "stand": clock.stand,
        "in_words": clock.stand.label,
        "until": clock.until,
        "hung_on": sheet.hung_on,
        "hung_by": hands.get((sheet.pk, False)) or (sheet.hung_on and sheet.get_hung_as_display()),
        "down_on": sheet.down_on,
        "down_by": hands.get((sheet.pk, True)) or (sheet.down_on and sheet.get_down_as_display()),
        "may_go_up": hangs_it and goes_up and sheet.hung_on is None,
        "may_come_down": hangs_it and sheet.hung_on is not None and sheet.down_on is None,
        "earliest": sheet.hung_on or (own.sent_at and min(timezone.localdate(own.sent_at), timezone.localdate())),
    }
