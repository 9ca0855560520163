"""Helping hands: asked for, joined by a code, read by their circle, ended. For anyone else none of them exists."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import helping, introducing, trusting
from directory.help_forms import AlertForm, HelpForm, InviteForm, PlanForm
from directory.models import Help
from directory.pages import inviting, volunteers
from directory.rota import rota_of
from directory.telephones import phone
from geo.errors import InvalidParameter
from geo.forms import Form
from scopes.access import signed_in
from scopes.errors import Refused
from scopes.home_pages.forms import CodeForm

_form = require_http_methods(["GET", "HEAD", "POST"])


class JoinForm(Form):
    """The code of an invitation."""

    code = CodeForm.base_fields["code"]


@require_safe
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """List what the viewer is in the circle of."""
    return _list(request, JoinForm())


@_form
@signed_in
def join(request: HttpRequest) -> HttpResponse:
    """Come into a circle by the code that was handed over."""
    if request.method != "POST":
        return redirect("helps")
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            joined = trusting.join(viewer=request.viewer, text=form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("Vous êtes du cercle. Merci !"))
            return redirect("help", joined.public_id)
    return _list(request, form)


@_form
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a helping hand, or offer one."""
    home = request.viewer.home
    if home is None:
        lead = _("Des courses, le courrier, une visite : seules les personnes que vous invitez le lisent.")
        return inviting.invite(request, _("Un coup de main"), lead)
    form = HelpForm(*([request.POST] if request.method == "POST" else []))
    if form.is_bound and form.is_valid():
        try:
            asked = helping.ask(viewer=request.viewer, home=home, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
        else:
            messages.success(request, _("C’est noté. Pour l’instant, personne d’autre ne le lit : invitez quelqu’un."))
            return redirect("help", asked.public_id)
    return render(request, "directory/help_ask.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@signed_in
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a Help to its circle."""
    return page(request, public_id)


@_form
@signed_in
def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Invite someone; the code is in the answer, once."""
    own = helping.own_part(request.viewer, public_id)
    if request.method != "POST":
        return redirect("help", public_id)
    form = InviteForm(request.POST, parts=trusting.parts_to_invite(own))
    if not form.is_valid():
        return page(request, public_id, form=form)
    try:
        code = trusting.invite(viewer=request.viewer, public_id=public_id, **form.cleaned_data)
    except InvalidParameter as error:
        form.add_error(error.parameter, str(error))
        return page(request, public_id, form=form)
    return page(request, public_id, code=code, invited=form.cleaned_data["called"])


@require_POST
@signed_in
def remove(request: HttpRequest, public_id: UUID, trusted: UUID) -> HttpResponse:
    """Take someone out of the circle."""
    trusting.remove(viewer=request.viewer, public_id=public_id, trusted=trusted)
    messages.success(request, _("C’est fait."))
    return redirect("help", public_id)


@require_POST
@signed_in
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave a circle."""
    trusting.leave(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("C’est fait : vous n’êtes plus de ce cercle."))
    return redirect("helps")


@require_POST
@signed_in
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a Help."""
    helping.end(viewer=request.viewer, public_id=public_id)
    messages.success(request, _("C’est terminé. Plus personne ne le lit, et tout sera effacé dans trente jours."))
    return redirect("helps")


def _list(request: HttpRequest, form: JoinForm) -> HttpResponse:
    context = {
        "helps": Help.objects.visible_to(request.viewer),
        "invitations": introducing.invitations_of(request.viewer),
        "proposed": introducing.proposed_to(request.viewer),
        "form": form,
    }
    return render(request, "directory/helps.html", context, status=400 if form.errors else 200)


def page(
    request: HttpRequest, public_id: UUID, *, form: InviteForm | None = None, code: str = "", invited: str = ""
) -> HttpResponse:
    """Show a Help to someone of its circle, with what was filled in wrongly, or a code that was just made."""
    own = helping.own_part(request.viewer, public_id)
    circle = own.help.circle.select_related("account", "alias__account")
    hall = helping.town_hall_of(own.help.municipality)
    parts = trusting.parts_to_invite(own)
    context = {
        "help": own.help,
        "own": own,
        "may_keep": helping.may_keep(own),
        "circle": [trusted for trusted in circle if trusted.account_id],
        "invitations": [trusted for trusted in circle if not trusted.account_id],
        "form": form or (InviteForm(parts=parts) if parts else None),
        "code": code,
        "invited": invited,
        "rota": rota_of(own),
        **volunteers.introduction_of(own),
        "plan": PlanForm(),
        "alert": AlertForm(initial={"is_told": own.is_told, "at_night": own.at_night}),
        "hall": hall,
        "phone": hall and phone(hall.phone),
    }
    return render(request, "directory/help.html", context, status=400 if form and form.errors else 200)
