"""Pages of those who act for an organisation: propose it, ask for a mandate, see where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import InvalidParameter
from geo.front_doors import addresses_meant, names_of
from geo.models import Residence
from scopes.access import second_factor, signed_in
from scopes.errors import Refused
from scopes.home_pages.forms import MandateForm, OrganisationForm
from scopes.organisation_models import Mandate, Organisation
from scopes.organisations.acting import acts_for
from scopes.organisations.mandating import BY_AREA, ask, dwellings_under, end
from scopes.organisations.proposing import acting_for, propose
from scopes.organisations.wording import extents_in_words, residences_in_words

MOST_SHOWN = 50
#: Residences named by hand; more come in a file.
MOST_LINES = 100


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisations(request: HttpRequest) -> HttpResponse:
    """Show the organisations one acts for, and propose another."""
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        try:
            proposed = propose(account=request.user, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
        else:
            messages.success(request, _("C’est noté. Nous vérifions que l’organisme est bien le vôtre."))
            return redirect("organisation", proposed.handle)
    own = acting_for(request.user)
    context = {"form": form, "organisations": own, "writes": any(one.kind != Organisation.Kind.MERCHANT for one in own)}
    return render(request, "organisations/mine.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def organisation(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show an organisation one acts for with its mandates; ask for one, once the residences found were looked at."""
    own = own_organisation(request, handle)
    form, found, refused = MandateForm(request.POST or None), [], ""
    if form.is_valid():
        try:
            found = residences_named(form.cleaned_data["addresses"])
            if "confirmed" in request.POST:
                _ask(request, own, found, form)
                messages.success(
                    request, _("C’est demandé. Les habitants seront prévenus sept jours avant le premier avis.")
                )
                return redirect("organisation", own.handle)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
            found = []
        except Refused as error:
            refused, found = str(error), []
    names = names_of(found)
    context = {
        "organisation": own,
        "is_responsible": acts_for(request.user, own, responsible=True),
        # A shop speaks of itself on its own page: it has no homes to answer for.
        "may_write": own.kind != Organisation.Kind.MERCHANT,
        "by_area": own.kind in BY_AREA,
        "form": form,
        "found": [{"name": names[one.pk], "dwellings": one.dwellings} for one in found],
        "homes": sum(one.dwellings or 0 for one in found),
        "refused": refused,
        "mandates": shown_together(own.mandates.select_related("organisation").order_by("-asked_at")[:MOST_SHOWN]),
    }
    return render(request, "organisations/one.html", context, status=400 if form.errors or refused else 200)


@require_POST
@second_factor
def end_mandate(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Give a mandate up."""
    mandate = Mandate.objects.filter(handle=handle, organisation__in=acting_for(request.user)).first()
    if mandate is None:
        raise Http404
    try:
        end(by=request.user, mandate=mandate)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Le mandat est terminé."))
    return redirect("organisation", mandate.organisation.handle)


def shown(mandate: Mandate) -> dict:
    """A mandate in words: where it stands, and its residences by public data alone."""
    return shown_together([mandate])[0]


def shown_together(mandates: Iterable[Mandate]) -> list[dict]:
    """Put several in words, with as many questions to the database for one as for many, and one for each area."""
    mandates = list(mandates)
    named = residences_in_words(mandates, most=MOST_SHOWN)
    extents, homes = extents_in_words(mandates), dwellings_under(mandates)
    return [
        _shown(one) | {"residences": named[one.pk], "extent": extents[one.pk], "homes": homes[one.pk]}
        for one in mandates
    ]


def _shown(mandate: Mandate) -> dict:
    return {
        "handle": mandate.handle,
        "organisation": mandate.organisation.name,
        "ground": mandate.ground,
        "asked": mandate.asked_at,
        "is_granted": mandate.granted_at is not None,
        "sends_from": mandate.sends_from,
        "ends_on": mandate.ends_on,
        "is_over": mandate.is_over,
        "ended_why": mandate.ended_why,
    }


def residences_named(text: str) -> list[Residence]:
    """Return the residences that addresses mean, one a line; raise `InvalidParameter` naming a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise InvalidParameter("addresses", _("Cent adresses au plus : faites plusieurs demandes."))
    found: dict[int, Residence] = {}
    for number, line in enumerate(lines, start=1):
        meant = addresses_meant(line[:200])
        residences = {one.building.residence for one in meant if one.building and one.building.residence}
        if len(residences) != 1:
            why = _("cette adresse est inconnue") if not residences else _("plusieurs adresses se ressemblent")
            said = _("Ligne %(number)d, « %(line)s » : %(why)s. Écrivez le numéro, la rue et la ville.")
            raise InvalidParameter("addresses", said % {"number": number, "line": line[:80], "why": why})
        (residence,) = residences
        found[residence.pk] = residence
    return list(found.values())


def entrances_named(text: str) -> dict[int, list[str]]:
    """Map the residences that addresses mean, one a line, to the keys of these addresses."""
    doors: dict[int, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        for one in addresses_meant(line[:200]):
            if one.building and one.building.residence_id:
                doors.setdefault(one.building.residence_id, []).append(one.key)
    return doors


def _ask(request: HttpRequest, own: Organisation, found: list[Residence], form: MandateForm) -> Mandate:
    ends_on: date = form.cleaned_data["ends_on"]
    entrances = entrances_named(form.cleaned_data["addresses"]) if form.cleaned_data["only_entrances"] else None
    terms = {"ground": form.cleaned_data["ground"], "ends_on": ends_on, "entrances": entrances}
    return ask(account=request.user, organisation=own, residences=found, **terms)


def own_organisation(request: HttpRequest, handle: UUID) -> Organisation:
    """Return an organisation that the account acts for; for any other there is nothing."""
    own = next((one for one in acting_for(request.user) if one.handle == handle), None)
    if own is None:
        raise Http404
    return own
