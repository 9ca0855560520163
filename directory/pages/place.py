"""The page where an owner changes the page of a place, beside what its sources say."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import keeping_places
from directory.claimed_places import of_its_kind
from directory.importing.settling import told_by_sources
from directory.keeping_places import differences
from directory.models import Category, Claim, Listing
from directory.pages.claims import own_claim
from directory.place_forms import PlaceForm, initial_of
from directory.publishing import EDITABLE, WITHDRAWN
from directory.remarking import remarks_on
from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def keep_place(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show a place that one's organisation keeps, and change it."""
    claim = own_claim(request, handle)
    if claim.held_at is None:
        raise Http404
    if "deed" in request.POST:
        return _other_deed(request, claim)
    listing = of_its_kind(claim.listing)
    form = place_form(request, listing)
    if form.is_valid() and _changed(request, claim, form):
        return redirect("keep-place", handle)
    context = {
        "claim": claim,
        "listing": listing,
        "form": form,
        "differs": _in_words(listing),
        "unread_hours": listing.opening_hours_text,
        "is_closed": WITHDRAWN in listing.edits,
        "remarks": remarks_on([listing]).get(listing.pk, []),
    }
    return render(request, "places/keep.html", context, status=400 if form.errors else 200)


def place_form(request: HttpRequest, listing: Listing) -> PlaceForm:
    """The form of a listing of its kind, as it reads now."""
    return PlaceForm(
        request.POST or None,
        kind=listing.kind,
        placed=listing.location is not None and told_by_sources(listing.pk) is not None,
        expression=listing.opening_hours,
        initial=initial_of(listing),
    )


def _changed(request: HttpRequest, claim: Claim, form: PlaceForm) -> bool:
    try:
        keeping_places.change(account=request.user, claim=claim, **form.columns)
    except InvalidParameter as error:
        refuse_column(form, error)
        return False
    except Refused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("C’est à jour : on le lit dès maintenant."))
    return True


def refuse_column(form: PlaceForm, error: InvalidParameter) -> None:
    """Say at its field what is wrong with a column."""
    form.add_error({"opening_hours": "hours"}.get(error.parameter, error.parameter), str(error))


def _other_deed(request: HttpRequest, claim: Claim) -> HttpResponse:
    deed, _space, column = request.POST["deed"].partition(" ")
    own = {"account": request.user, "claim": claim}
    try:
        if deed == "back":
            keeping_places.go_back(**own, column=column)
            messages.success(request, _("La fiche suit de nouveau la source."))
        elif deed == "close":
            keeping_places.close_for_good(**own)
            messages.success(request, _("La fiche n’est plus montrée."))
        elif deed == "holds":
            keeping_places.confirm(**own)
            messages.success(request, _("C’est noté : la fiche dit qu’elle a été vérifiée ce mois-ci."))
        elif deed == "aside":
            keeping_places.set_remarks_aside(**own)
            messages.success(request, _("C’est classé."))
        elif deed == "open":
            keeping_places.open_again(**own)
            messages.success(request, _("La fiche est de nouveau montrée."))
        else:
            raise Http404
    except Refused as error:
        messages.warning(request, str(error))
    return redirect("keep-place", claim.handle)


def _in_words(listing: Listing) -> dict[str, str]:
    """What the sources say where the owner says something else, by field of the form; empty where they agree."""
    told = {column: one.source for column, one in differences(listing).items()}
    unread = told.pop("opening_hours_text", "")
    if unread and not told.get("opening_hours"):
        told["opening_hours"] = unread
    if "category" in told:
        category = Category.objects.filter(code=told["category"]).first()
        told["category"] = category.name if category else told["category"]
    if "wheelchair" in told:
        told["wheelchair"] = str(dict(PlaceForm.base_fields["wheelchair"].choices).get(told["wheelchair"], ""))
    return dict.fromkeys(EDITABLE, "") | {column: words or _("rien") for column, words in told.items()}
