"""Volunteers: the list of a town hall and what waits for it, what a circle asks for, and a volunteer's own page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory import introducing, volunteering
from directory.introducing import week_of
from directory.models import Trusted, Volunteer
from directory.volunteer_forms import InviteVolunteerForm, OfferForm, VolunteerForm, WantedForm
from geo.errors import InvalidParameter, NotFound
from scopes.access import second_factor, signed_in
from scopes.errors import Refused
from scopes.organisation_models import Organisation
from scopes.printing import code_page

#: Requests on a page, those of the earliest weeks first.
MOST_SHOWN = 100

_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
@second_factor
def volunteers(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show the one responsible for a town hall its volunteers and what waits; invite, remove, propose."""
    town = volunteering.town_hall(request.user, handle)
    form, code = InviteVolunteerForm(), ""
    if request.POST.get("deed") == "invite":
        form = InviteVolunteerForm(request.POST)
        code = _invited(request, town, form)
    elif request.method == "POST":
        return _town_deed(request, town)
    listed = list(Volunteer.objects.listed().filter(town=town))
    standing = [one for one in listed if one.agreed_at]
    context = {
        "organisation": town,
        "may_introduce": volunteering.may_introduce(town),
        "volunteers": standing,
        "invitations": [one for one in listed if not one.agreed_at],
        "wanted": [
            {
                "id": one.public_id,
                "kind": one.get_kind_display(),
                "week": week_of(one),
                "volunteers": [other for other in standing if one.kind in other.offers],
            }
            for one in introducing.seen_by(town)[:MOST_SHOWN]
        ],
        "form": form,
        "code": code,
        "invited": form.cleaned_data.get("called", "") if code else "",
        "code_page": code_page("volunteer"),
    }
    return render(request, "directory/volunteers.html", context, status=400 if form.errors else 200)


def _invited(request: HttpRequest, town: Organisation, form: InviteVolunteerForm) -> str:
    """Make the invitation; return the code to hand over, or nothing."""
    if not form.is_valid():
        return ""
    try:
        return volunteering.invite(account=request.user, handle=town.handle, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
    except Refused as error:
        form.add_error(None, str(error))
    return ""


def _town_deed(request: HttpRequest, town: Organisation) -> HttpResponse:
    deed, _space, named = request.POST.get("deed", "").partition(" ")
    by = {"account": request.user, "handle": town.handle}
    try:
        if deed == "remove":
            volunteering.remove(**by, volunteer=_id(named))
            messages.success(request, _("C’est fait."))
        elif deed == "propose":
            introducing.propose(**by, wanted=_id(named), volunteer=_id(request.POST.get("volunteer", "")))
            said = _("C’est transmis. La demande quitte cette page, et ce qui en advient ne vous est pas dit.")
            messages.success(request, said)
        else:
            raise NotFound
    except (Refused, InvalidParameter) as error:
        messages.warning(request, str(error))
    return redirect("volunteers", town.handle)


def introduction_of(own: Trusted) -> dict:
    """What the page of a circle says of its town hall's volunteers: to whoever keeps it what it waits for."""
    over = {"introduction_is_over": introducing.told_that_it_is_over(own.help)}
    if not own.keeps:
        return over
    return over | {
        "wanted": introducing.wanted_by(own.help),
        "introducing_town": introducing.town_that_introduces(own.help.municipality),
        "wanted_form": WantedForm(),
    }


@require_POST
@signed_in
def want(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the town hall for someone, as who keeps a circle."""
    form = WantedForm(request.POST)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    try:
        introducing.ask(viewer=request.viewer, public_id=public_id, kind=kind)
    except InvalidParameter as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("C’est demandé, sans votre nom ni votre adresse."))
    return redirect("help", public_id)


@require_POST
@signed_in
def settle(request: HttpRequest, public_id: UUID, wanted: UUID) -> HttpResponse:
    """Say yes to whom the town hall proposes, or want nobody."""
    asked = {"viewer": request.viewer, "public_id": public_id, "wanted": wanted}
    deed = request.POST.get("deed", "")
    try:
        if deed == "accept":
            introducing.accept(**asked)
            messages.success(request, _("C’est noté. Cette personne l’apprend maintenant, et répond."))
        elif deed == "withdraw":
            introducing.withdraw(**asked)
            messages.success(request, _("C’est fait. La mairie ne l’apprend pas."))
        else:
            raise Http404
    except (Refused, InvalidParameter) as error:
        messages.warning(request, str(error))
    return redirect("help", public_id)


@_form
@signed_in
def volunteer(request: HttpRequest) -> HttpResponse:
    """Show the lists one is on, and who asks for oneself; come onto a list by a code, change or leave one."""
    form = VolunteerForm(initial={"called": request.user.first_name})
    if "deed" in request.POST:
        _own_deed(request)
        return redirect("volunteer")
    if request.method == "POST":
        form = VolunteerForm(request.POST)
        if form.is_valid() and _joined(request, form):
            messages.success(request, _("Vous êtes sur la liste. Merci !"))
            return redirect("volunteer")
    places = list(Volunteer.objects.standing().filter(account=request.user).select_related("town"))
    for place in places:
        said = {"called": place.called, "offers": place.offers}
        place.form = OfferForm(initial=said, auto_id=f"id_{place.public_id}_%s")
    context = {"places": places, "invitations": introducing.invitations_of(request.viewer), "form": form}
    return render(request, "directory/volunteer.html", context, status=400 if form.errors else 200)


def _own_deed(request: HttpRequest) -> None:
    """Leave a list, or say otherwise what one offers there."""
    deed, _space, named = request.POST["deed"].partition(" ")
    own = {"viewer": request.viewer, "volunteer": _id(named)}
    if deed == "leave":
        volunteering.leave(**own)
        messages.success(request, _("C’est fait : vous n’êtes plus sur cette liste."))
    elif deed == "change":
        form = OfferForm(request.POST)
        try:
            told = form.cleaned_data if form.is_valid() else {"called": "", "offers": []}
            volunteering.change(**own, **told)
            messages.success(request, _("C’est noté."))
        except InvalidParameter as error:
            messages.warning(request, str(error))
    else:
        raise NotFound


def _joined(request: HttpRequest, form: VolunteerForm) -> bool:
    told = dict(form.cleaned_data)
    try:
        volunteering.join(viewer=request.viewer, text=told.pop("code"), **told)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
    except Refused as error:
        form.add_error("code", str(error))
    return not form.errors


@require_POST
@signed_in
def answer(request: HttpRequest, wanted: UUID) -> HttpResponse:
    """Say yes to who asks for oneself, or no."""
    deed = request.POST.get("deed", "")
    if deed not in ("yes", "no"):
        raise Http404
    joined = introducing.answer(viewer=request.viewer, wanted=wanted, comes=deed == "yes")
    if joined:
        messages.success(request, _("Vous êtes du cercle. Merci !"))
        return redirect("help", joined.public_id)
    messages.success(request, _("C’est noté, et personne ne vous demande pourquoi."))
    return redirect("volunteer")


def _id(text: str) -> UUID:
    """Read the id that a button carries; raise `NotFound` for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
