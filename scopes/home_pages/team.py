"""The pages of an organisation's own people: who acts for it, who is invited, who comes by a code."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from geo.errors import InvalidParameter
from geo.forms import Form
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.home_pages.forms import CONTROL, CodeForm
from scopes.home_pages.organisations import own_organisation
from scopes.organisation_models import Acting, Organisation
from scopes.organisations import people
from scopes.organisations.acting import acts_for
from scopes.organisations.wording import delegation_in_words
from scopes.printing import code_page
from scopes.signing import second_factor as factor


class InviteForm(Form):
    """Whom to write to; nobody, for a code to hand over."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse e-mail, pour envoyer le code"),
        help_text=gettext_lazy("Vide : le code s’affiche ici, une fois, à remettre de la main à la main."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={**CONTROL, "autocomplete": "off"}),
    )


class JoinForm(Form):
    """The code of an invitation."""

    code = CodeForm.base_fields["code"]


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def team(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show who acts for an organisation, to its own people alone; invite, remove, hand over, leave."""
    own = own_organisation(request, handle)
    form, code = InviteForm(), ""
    if request.POST.get("deed") == "invite":
        form = InviteForm(request.POST)
        code, done = _invited(request, own, form)
        if done and not code:
            return redirect("team", handle)
    elif request.method == "POST":
        return _deed(request, own)
    context = {
        "organisation": own,
        "is_responsible": acts_for(request.user, own, responsible=True),
        "people": [_named(one, request) for one in people.people_of(own)],
        "form": form,
        "code": code,
        "code_page": code_page("join-organisation"),
        "delegates": own.municipality_id is not None,
    }
    return render(request, "organisations/team.html", context, status=400 if form.errors else 200)


def _named(one: Acting, request: HttpRequest) -> dict:
    return {
        "handle": one.handle,
        "name": one.account.get_full_name(),
        "role": one.get_role_display(),
        "since": one.since,
        "is_oneself": one.account_id == request.user.pk,
        "is_responsible": one.role == Acting.Role.RESPONSIBLE,
        "where": delegation_in_words(one),
    }


def _invited(request: HttpRequest, own: Organisation, form: InviteForm) -> tuple[str, bool]:
    """Make the invitation; return the code to hand over, if any, and whether it was made."""
    if not form.is_valid():
        return "", False
    try:
        code = people.invite(account=request.user, organisation=own, email=form.cleaned_data["email"])
    except InvalidParameter as error:
        form.add_error("email", str(error))
        return "", False
    except Refused as error:
        form.add_error(None, str(error))
        return "", False
    if not code:
        messages.success(request, _("L’invitation est partie."))
    return code, True


def _deed(request: HttpRequest, own: Organisation) -> HttpResponse:
    deed, _space, handle = request.POST.get("deed", "").partition(" ")
    try:
        if deed == "leave":
            people.leave(account=request.user, organisation=own)
            messages.success(request, _("Vous n’agissez plus pour cet organisme."))
            return redirect("organisations")
        if deed == "close":
            people.close(account=request.user, organisation=own)
            messages.success(request, _("C’est fini : ses mandats et ses fiches sont terminés."))
            return redirect("organisations")
        if deed == "remove":
            people.remove(account=request.user, acting=_acting(own, handle))
            messages.success(request, _("Cette personne n’écrit plus en son nom."))
        elif deed == "hand-over":
            people.hand_over(account=request.user, acting=_acting(own, handle))
            messages.success(request, _("C’est confié. Vous continuez à écrire en son nom."))
        else:
            raise Http404
    except Refused as error:
        messages.warning(request, str(error))
    return redirect("team", own.handle)


def _acting(own: Organisation, handle: str) -> Acting:
    try:
        found = people.people_of(own).filter(handle=UUID(handle)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take the code of an invitation; the browser keeps the one of a link until its reader has come in."""
    if request.method == "POST":
        return second_factor(_joined)(request)
    shown = request.viewer.account_id is not None and factor.was_shown(request)
    return render(request, "organisations/join.html", {"form": JoinForm() if shown else None})


def _joined(request: HttpRequest) -> HttpResponse:
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            own = people.join(account=request.user, text=form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("Vous écrivez maintenant pour %(name)s.") % {"name": own.name})
            return redirect("organisation", own.handle)
    return render(request, "organisations/join.html", {"form": form}, status=400)
