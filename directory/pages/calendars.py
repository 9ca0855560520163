"""The pages of calendars and feeds that an organisation keeps elsewhere: given, looked at, kept in step, stopped."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from directory import keeping_in_step
from directory.calendar_forms import CalendarForm
from directory.errors import TooMany
from directory.holding_events import may_hold
from directory.models import SyncedCalendar
from geo.errors import InvalidParameter, NotFound
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.models import Organisation
from scopes.moments import clock, day, full_day


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def calendars(request: HttpRequest, handle: UUID) -> HttpResponse:
    """List the calendars of an organisation, and take another."""
    organisation = _own(request, handle)
    form = CalendarForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        if not ratelimit.consume(request, action="calendar"):
            raise TooMany(_("Vous avez donné beaucoup d’agendas : réessayez dans une heure."))
        try:
            given = keeping_in_step.give_calendar(account=request.user, organisation=organisation, **form.given())
            return redirect("own-calendar", organisation.handle, given.handle)
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
        except TooMany:
            form.add_error(None, _("Dix agendas et fils au plus : arrêtez-en un d’abord."))
    own = keeping_in_step.own_calendars(request.user, organisation)
    context = {"organisation": organisation, "form": form, "rows": own}
    return render(request, "places/calendars.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def calendar(request: HttpRequest, handle: UUID, calendar: UUID) -> HttpResponse:
    """Show what was found in a calendar and what became of it; keep it, read it again, stop it."""
    organisation = _own(request, handle)
    try:
        own = keeping_in_step.own_calendar(request.user, organisation, calendar)
    except NotFound as error:
        raise Http404 from error
    if request.method == "POST":
        return _done(request, organisation, own)
    report = own.report
    found = report.get(own.tells, 0)
    context = {
        "organisation": organisation,
        "calendar": own,
        "first": [{**one, "when": _when(one)} for one in report.get("first", ())],
        "found": found,
        # An address may tell something tomorrow; a file holds what it holds.
        "may_keep": own.paused_at or (report and not own.kept_at and (own.address or found)),
        "more": found - len(report.get("first", ())),
        "remarked": keeping_in_step.remarks_of(own),
        "audiences": SyncedCalendar.To.choices,
        "refused": _reasons(report.get("rejected", {}) | report.get("ignored", {})),
        "dropped": _reasons(report.get("dropped", {})),
    }
    return render(request, "places/calendar.html", context)


def _own(request: HttpRequest, handle: UUID) -> Organisation:
    organisation = Organisation.objects.filter(handle=handle).first()
    if organisation is None or not may_hold(request.user, organisation):
        raise Http404
    return organisation


def _done(request: HttpRequest, organisation: Organisation, own: SyncedCalendar) -> HttpResponse:
    deed, whose = request.POST.get("deed"), {"account": request.user, "calendar": own}
    if deed == "keep":
        try:
            keeping_in_step.keep_in_step(**whose, to=request.POST.get("to", SyncedCalendar.To.TOWN))
            messages.success(request, _("C’est suivi : nous le lisons."))
        except (InvalidParameter, Refused) as error:
            messages.warning(request, str(error))
    elif deed == "again":
        try:
            keeping_in_step.read_again(**whose)
        except TooMany as error:
            messages.warning(request, str(error))
    elif deed == "aside":
        keeping_in_step.set_remarks_aside(**whose)
        messages.success(request, _("C’est classé."))
    elif deed in ("stop", "withdraw"):
        number = keeping_in_step.stop_keeping(**whose, withdraw=deed == "withdraw")
        messages.success(request, _("Ce n’est plus suivi.") + (f" {_withdrawn(own, number)}" if number else ""))
        return redirect("own-calendars", organisation.handle)
    else:
        raise Http404
    return redirect("own-calendar", organisation.handle, own.handle)


def _withdrawn(own: SyncedCalendar, number: int) -> str:
    """How much went with it."""
    if own.tells == SyncedCalendar.Tells.NEWS:
        words = ngettext("%(number)d nouvelle retirée.", "%(number)d nouvelles retirées.", number)
    else:
        words = ngettext("%(number)d événement retiré.", "%(number)d événements retirés.", number)
    return words % {"number": number}


def _when(one: dict) -> str:
    """When a found event begins: "jeudi 3 décembre 2026 à 18 h 30"; of news, the day it was told."""
    if "published" in one:
        return full_day(datetime.fromisoformat(one["published"]))
    starts = datetime.fromisoformat(one["starts"])
    words = f"{day(starts)} {full_day(starts)}"
    return words if one["all_day"] else _("{day} à {hour}").format(day=words, hour=clock(starts))


def _reasons(told: dict[str, dict]) -> list[dict]:
    """Reasons, in the reader's language, with how many lines, and the first of them."""
    return [{"reason": _said(reason, one), "count": one["count"], "rows": one["rows"]} for reason, one in told.items()]


def _said(reason: str, one: dict) -> str:
    """One reason, filled in again where something was; as it was noted where nothing tells what."""
    words = one.get("words")
    return _(words).format(**one["values"]) if words else _(reason)
