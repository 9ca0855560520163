"""Pages of subscriptions: the staff's price list and quotes, and what an organisation finds of its own."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import AlentourError, InvalidParameter
from geo.forms import Form
from geo.towns import find_municipality
from scopes.access import second_factor, staff_only
from scopes.home_pages.keeping import pdf_response
from scopes.home_pages.organisations import own_organisation
from scopes.organisation_models import Organisation
from scopes.organisations.proposing import acting_for
from scopes.paper.quote import quote_pdf, statement_pdf
from scopes.subscription_models import PAYING, Price, Subscription
from scopes.subscriptions.pricing import set_price
from scopes.subscriptions.quoting import accept, end, quote
from scopes.subscriptions.requiring import free_until, may_send

MOST_SHOWN = 100
_PRICE = ("kind", "per_dwelling", "yearly")


class QuoteForm(Form):
    """For whom, where, from when."""

    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisme"), widget=forms.Select(attrs={"class": "form-select"})
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune"),
        help_text=gettext_lazy("Nom ou code INSEE ; vide : les immeubles de ses mandats."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse du client"),
        max_length=600,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Premier jour"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        paying = Organisation.objects.filter(kind__in=PAYING, admitted_at__isnull=False, ended_at__isnull=True)
        self.fields["organisation"].choices = [(str(one.handle), one.name) for one in paying.order_by("name", "pk")]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show the price list and all subscriptions; set a price, make a quote, accept it, end it."""
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    form = QuoteForm(request.POST if deed == "quote" else None, initial={"starts_on": timezone.localdate()})
    if deed and deed != "quote":
        _decide(request, deed)
        return redirect("subscriptions")
    if form.is_valid():
        try:
            made = _quoted(request, form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        else:
            messages.success(request, _("Le devis n° %(number)s est fait.") % {"number": made.number})
            return redirect("subscriptions")
    prices = {kind: (per_dwelling, yearly) for kind, per_dwelling, yearly in Price.objects.values_list(*_PRICE)}
    shown = Subscription.objects.select_related("organisation", "municipality")[:MOST_SHOWN]
    context = {
        "form": form,
        "prices": [(kind, *prices.get(kind, (None, None))) for kind in PAYING],
        "subscriptions": [_shown(one) for one in shown],
    }
    return render(request, "subscriptions/operating.html", context, status=400 if form.errors else 200)


@require_safe
@second_factor
def own(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show an organisation one acts for where its subscription stands."""
    organisation = own_organisation(request, handle)
    context = {
        "organisation": organisation,
        "subscriptions": [_shown(one) for one in organisation.subscriptions.all()[:MOST_SHOWN]],
        "free_until": free_until(organisation),
        "may_send": may_send(organisation),
        "today": timezone.localdate(),
    }
    return render(request, "subscriptions/own.html", context)


@require_safe
@second_factor
def quote_sheet(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Answer a quote as a PDF, to the staff and to those who act for the customer."""
    found = Subscription.objects.select_related("organisation").filter(handle=handle).first()
    if found is None or not (request.user.is_staff or found.organisation in acting_for(request.user)):
        raise Http404
    return pdf_response(quote_pdf(found), f"devis-{found.number}.pdf")


@require_safe
@second_factor
def statement_sheet(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Answer the statement of an organisation as a PDF, to the staff and to those who act for it."""
    theirs = Organisation.objects.filter(handle=handle).first()
    if theirs is None or not (request.user.is_staff or theirs in acting_for(request.user)):
        raise Http404
    accepted = theirs.subscriptions.filter(accepted_at__isnull=False).order_by("starts_on", "pk")
    return pdf_response(statement_pdf(theirs, accepted), "releve-d-abonnement.pdf")


def _quoted(request: HttpRequest, filled: dict) -> Subscription:
    try:
        town = find_municipality(filled["commune"]) if filled["commune"] else None
    except AlentourError as error:
        raise InvalidParameter("commune", str(error)) from error
    return quote(
        staff=request.user,
        organisation=Organisation.objects.get(handle=filled["organisation"]),
        address=filled["address"],
        starts_on=filled["starts_on"],
        municipality=town,
    )


def _decide(request: HttpRequest, deed: str) -> None:
    """Do what a button says: "price agent", "accept <handle>", "end <handle>"."""
    verb, _space, what = deed.partition(" ")
    try:
        if verb == "price":
            told = {name: request.POST.get(name, "")[:20] for name in ("per_dwelling", "yearly")}
            set_price(staff=request.user, kind=what, **told)
        else:
            deeds = {"accept": accept, "end": end}
            found = Subscription.objects.filter(handle=_uuid(what)).first()
            if verb not in deeds or found is None:
                raise Http404
            deeds[verb](staff=request.user, subscription=found)
    except AlentourError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("C’est noté."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _shown(one: Subscription) -> dict:
    return {
        "handle": one.handle,
        "number": one.number,
        "organisation": one.organisation.name,
        "organisation_handle": one.organisation.handle,
        "place": one.municipality.name if one.municipality else _("les immeubles de ses mandats"),
        "dwellings": one.dwellings,
        "estimated": one.estimated,
        "total": one.total,
        "state": one.state,
        "in_words": one.state.label,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "valid_until": one.valid_until,
        "may_accept": one.state == Subscription.State.QUOTED,
        "may_end": one.state not in (Subscription.State.ENDED, Subscription.State.LAPSED, Subscription.State.EXPIRED),
    }
