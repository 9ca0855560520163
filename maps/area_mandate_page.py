"""`/organismes/…/zone/`: a town hall or an operator asks to write to a commune, quarters of it, or a drawn area."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from geo.drawn_areas import LONGEST, read_area
from geo.errors import AlentourError, InvalidParameter, NotFound
from geo.forms import Form
from geo.models import Municipality, Neighbourhood
from geo.towns import find_municipality
from maps.area_map import area_map
from maps.sources import credits_line
from scopes.access import second_factor
from scopes.home_pages.forms import MandateForm
from scopes.home_pages.organisations import own_organisation
from scopes.organisation_models import Mandate, Organisation
from scopes.organisations.mandating import BY_AREA, ask_over_area

Over = Mandate.Over
OVERS = {
    Over.TOWN: gettext_lazy("Toute la commune"),
    Over.QUARTERS: gettext_lazy("Des quartiers"),
    Over.DRAWING: gettext_lazy("Une zone que je dessine"),
}


class AreaMandateForm(Form):
    """What an area is asked for."""

    drawing = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)
    ground = forms.CharField(
        label=MandateForm.base_fields["ground"].label,
        help_text=gettext_lazy("Arrêté du…, contrat de concession du…, police du maire. Les habitants le lisent."),
        max_length=300,
        widget=MandateForm.base_fields["ground"].widget,
    )
    ends_on = MandateForm.base_fields["ends_on"]


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def area_mandate(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Choose an area and ask for it."""
    own = own_organisation(request, handle)
    if own.kind not in BY_AREA:
        raise Http404
    told = request.POST if request.method == "POST" else request.GET
    town, refused = _town(own, told.get("commune", ""))
    form = AreaMandateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and not refused:
        try:
            return _asked(request, own, town, form)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        except AlentourError as error:
            refused = str(error)
    quarters = _quarters(town)
    chosen = set(request.POST.getlist("quarters"))
    may_draw = own.kind == Organisation.Kind.OPERATOR
    over = request.POST.get("over", Over.TOWN if town else Over.DRAWING)
    wrong = bool(form.errors or refused)
    context = {
        "organisation": own,
        "form": form,
        "town": town,
        "asked": told.get("commune", ""),
        "names_town": may_draw,
        "kinds": [
            {"code": code, "label": label, "is_chosen": code == over}
            for code, label in OVERS.items()
            if _offers(code, town, quarters, may_draw=may_draw)
        ],
        "quarters": [{"key": one.key, "label": one.name, "is_chosen": one.key in chosen} for one in quarters],
        "refused": refused or " ".join(form.non_field_errors()),
        "wrong": wrong,
        "map": area_map(request, town and town.boundary),
        "credits": credits_line(),
    }
    return render(request, "maps/area_mandate.html", context, status=400 if wrong else 200)


def _town(own: Organisation, asked: str) -> tuple[Municipality | None, str]:
    """The commune of a town hall, or the one that an operator named; else why there is none."""
    if own.municipality_id:
        return own.municipality, ""
    try:
        return (find_municipality(asked[:120]) if asked.strip() else None), ""
    except NotFound as error:
        return None, str(error)


def _quarters(town: Municipality | None) -> list[Neighbourhood]:
    quarters = Neighbourhood.objects.open().filter(municipality=town, kind__in=Neighbourhood.CIRCLE_KINDS)
    return list(quarters.order_by("name", "key")) if town else []


def _offers(over: str, town: Municipality | None, quarters: list[Neighbourhood], *, may_draw: bool) -> bool:
    return {Over.TOWN: town is not None, Over.QUARTERS: bool(quarters), Over.DRAWING: may_draw}[over]


def _asked(request: HttpRequest, own: Organisation, town: Municipality | None, form: AreaMandateForm) -> HttpResponse:
    over, told = request.POST.get("over"), form.cleaned_data
    area: dict[str, object] = {"municipality": town}
    if over == Over.DRAWING:
        if not told["drawing"]:
            raise InvalidParameter("drawing", _("Dessinez la zone sur la carte : trois coins au moins."))
        area = {"area": read_area(told["drawing"], parameter="drawing")[0]}
    elif over == Over.QUARTERS:
        area["neighbourhoods"] = [one for one in _quarters(town) if one.key in request.POST.getlist("quarters")]
        if not area["neighbourhoods"]:
            raise InvalidParameter("quarters", _("Choisissez un quartier au moins."))
    terms = {name: told[name] for name in ("ground", "ends_on")}
    ask_over_area(account=request.user, organisation=own, **terms, **area)
    messages.success(request, _("C’est demandé. Les habitants seront prévenus sept jours avant le premier avis."))
    return redirect("organisation", own.handle)
