"""Seats of a ride: asked for, agreed, called off. For anyone but the two none of it exists."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import agreeing, days_off
from directory.agreement_forms import AskForRideForm
from directory.agreements import own_rides
from directory.appealing import own_residences
from directory.kinds import facts_of, page_of
from directory.models import Carpool, RideAgreement
from directory.ride_calendar import calendar_of
from directory.shown_seats import published_by
from directory.writing_to_authors import home_to_write_from
from geo.errors import InvalidParameter
from scopes.access import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take what someone asks of the author of a ride; for whoever may not write to its author there is nothing."""
    seen = (
        Carpool.objects.live().visible_to(request.viewer).select_related("municipality", "author__account", "category")
    )
    ride = seen.filter(public_id=public_id).first()
    if ride is None or home_to_write_from(request.viewer, ride) is None:
        raise Http404
    looks = "look" in request.POST
    if request.method == "POST" and not looks:
        form = AskForRideForm(ride, request.POST)
    else:
        form = AskForRideForm(ride, initial=_initial(ride, request.POST if looks else request.GET))
    if form.is_bound and form.is_valid():
        try:
            asked = agreeing.ask(viewer=request.viewer, ride=public_id, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        else:
            messages.success(request, _("C’est demandé. Vous lirez la réponse ici."))
            return redirect("conversation", asked.conversation.public_id)
    context = {"form": form, "ride": ride, "facts": facts_of(ride), "page": page_of(ride)}
    return render(request, "directory/ride_ask.html", context, status=400 if form.errors else 200)


@require_safe
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List what is asked of the viewer and agreed, the next car first; then the rides that they share."""
    with own_residences(request.viewer):
        context = {"rides": own_rides(request.viewer), "published": published_by(request.viewer)}
        return render(request, "directory/own_rides.html", context)


@require_POST
@signed_in
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say yes or no to what is asked, call it off, or one day of it, or say that it did not take place."""
    deed, viewer = request.POST.get("deed", ""), request.viewer
    deeds = {
        "accept": (lambda: agreeing.accept(viewer=viewer, public_id=public_id), _("C’est confirmé.")),
        "cancel": (lambda: agreeing.cancel(viewer=viewer, public_id=public_id), _("C’est annulé.")),
        "skip": (
            lambda: agreeing.skip(viewer=viewer, public_id=public_id, day=_day(request)),
            _("Ce jour est annulé."),
        ),
        "miss": (
            lambda: agreeing.say_missed(viewer=viewer, public_id=public_id, day=_day(request)),
            _("C’est noté."),
        ),
    }
    if deed not in deeds:
        raise Http404
    do, said = deeds[deed]
    agreement = do()
    messages.success(request, said)
    with own_residences(viewer):
        talk = agreement.conversation
    is_read = not {talk.asker_id, talk.author_id} & set(viewer.muted_ids)
    return redirect("conversation", talk.public_id) if is_read and "list" not in request.POST else redirect("own-rides")


@require_POST
@signed_in
def call_off_day(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call off one day of a weekly ride of one's own."""
    days_off.call_off_day(viewer=request.viewer, ride=public_id, day=_day(request))
    messages.success(request, _("Ce jour est annulé. Qui devait venir est prévenu."))
    return redirect("exchange", public_id)


@require_safe
@signed_in
def calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give what was agreed as an entry for a calendar, to one of the two."""
    with own_residences(request.viewer):
        own = RideAgreement.objects.of(request.viewer).confirmed().select_related("ride__municipality")
        agreement = own.filter(public_id=public_id).first()
        if agreement is None:
            raise Http404
        written = calendar_of(agreement)
    answer = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="trajet.ics"'
    return answer


def _initial(ride: Carpool, filled) -> dict[str, object]:
    """What is filled in already: by the search that led here, or before one looked for another place."""
    names = ("rhythm", "day", "seats", "pick_up", "drop_off", "place", "text")
    known = {name: filled[name][:240] for name in names if filled.get(name)}
    if "weekdays" in filled:
        known["weekdays"] = [number for number in filled.getlist("weekdays") if number.isdigit()]
    return {"pick_up": ride.start, "drop_off": ride.end} | known


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise InvalidParameter("day", _("Ce jour n’existe pas.")) from error
