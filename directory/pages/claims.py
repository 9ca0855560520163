"""Pages of those whose place it is: say so, enter the code, see where each stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import claiming
from directory.claimed_places import door_of, takes_post
from directory.models import Claim, Kind, Listing
from directory.place_forms import NEW, ClaimForm, as_dialled
from directory.remarking import remarks_on
from geo.errors import InvalidParameter, NotFound
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.models import Acting, Organisation
from scopes.organisations.acting import acts_for, responsible_for
from scopes.organisations.proposing import acting_for, propose

#: How long a claim that is over is still shown, with why.
SHOWN_ENDED = timedelta(days=60)


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that a place is one's own; what is no place is not there, whoever asks."""
    try:
        listing = claiming.claimable(request.viewer, public_id)
    except NotFound as error:
        raise Http404 from error
    return second_factor(_claim)(request, listing)


def _claim(request: HttpRequest, listing: Listing) -> HttpResponse:
    form = ClaimForm(request.POST or None, account=request.user, initial=_begun(listing))
    if form.is_valid():
        try:
            _claimed(request, listing, form)
        except InvalidParameter as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("C’est noté. Voici la suite."))
            return redirect("places")
    context = {
        "listing": listing,
        "form": form,
        "ours": claiming.ours(listing),
        "door": door_of(listing) if takes_post(listing) else "",
        "new": NEW,
    }
    return render(request, "places/claim.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _claimed(request: HttpRequest, listing: Listing, form: ClaimForm) -> Claim:
    own: Organisation | None = form.own.get(form.cleaned_data["organisation"])
    own = own or propose(account=request.user, **form.proposed)
    return claiming.claim(account=request.user, organisation=own, listing=listing)


@require_safe
def door_code(request: HttpRequest) -> HttpResponse:
    """Where a letter leads: the browser keeps the code of its square until whoever opened it has signed in."""
    return render(request, "places/code.html")


@require_safe
@second_factor
def places(request: HttpRequest) -> HttpResponse:
    """Show the places that the account's organisations keep or claim, and take the codes of their letters."""
    own = Claim.objects.filter(organisation__in=acting_for(request.user))
    over = own.filter(ended_at__gt=timezone.now() - SHOWN_ENDED).exclude(ended_why="")
    related = ("listing__category", "listing__municipality", "organisation", "letter")
    standing = list((own.standing() | over).select_related(*related).order_by("-asked_at", "pk"))
    said = remarks_on([one.listing for one in standing if one.held_at and one.ended_at is None])
    claims = [shown(one, request) | {"remarks": len(said.get(one.listing_id, ()))} for one in standing]
    return render(request, "places/places.html", {"claims": claims, "may_add": responsible_for(request.user).exists()})


def shown(one: Claim, request: HttpRequest) -> dict:
    """A claim in words: where it stands, and what may be done."""
    responsible = acts_for(request.user, one.organisation, responsible=True)
    tried_out = one.failures >= claiming.MOST_FAILURES
    return {
        "handle": one.handle,
        "title": one.listing.title,
        "url": one.listing.public_id,
        "is_shown": one.listing.withdrawn_at is None,
        "town": one.listing.municipality.name,
        "category": one.listing.category.name,
        "organisation": one.organisation.name,
        "is_responsible": responsible,
        "is_held": one.held_at is not None and one.ended_at is None,
        "is_over": one.ended_at is not None,
        "why": one.ended_why,
        "is_disputed": one.proved_at is not None and one.held_at is None,
        "door": door_of(one.listing) if one.letter and one.held_at is None else "",
        "is_posted": bool(one.letter and one.letter.posted_at),
        "takes_code": bool(one.letter and not tried_out and not one.proved_at),
        "tried_out": tried_out,
    }


@require_POST
@second_factor
def answer_claim(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Enter the code of a claim, ask for another letter, or give it up."""
    claim = own_claim(request, handle)
    try:
        messages.success(request, _answer(request, claim))
    except Refused as error:
        messages.warning(request, str(error))
    return redirect("places")


def _answer(request: HttpRequest, claim: Claim) -> str:
    own = {"account": request.user, "claim": claim}
    deed = request.POST.get("deed", "")
    if deed == "prove":
        proved = claiming.prove(**own, text=request.POST.get("code", "")[:40])
        return _("La fiche est à vous : mettez-la à jour.") if proved.held_at else _("Le code est bon.")
    if deed == "letter":
        claiming.ask_for_another_letter(**own)
        return _("Une autre lettre part ; le code de la précédente n’ouvre plus rien.")
    if deed == "give-up":
        claiming.give_up(**own)
        return _("C’est rendu.")
    raise Http404


def own_claim(request: HttpRequest, handle: UUID) -> Claim:
    """Return a claim of an organisation that the account acts for; for any other there is nothing."""
    acting = Acting.objects.filter(account=request.user, ended_at=None, organisation__ended_at=None)
    own = Claim.objects.standing().filter(handle=handle, organisation__in=acting.values("organisation"))
    found = own.select_related("listing__municipality", "organisation", "letter").first()
    if found is None:
        raise Http404
    return found


def _begun(listing: Listing) -> dict[str, str]:
    """What is known of the organisation of a place from its page."""
    card = listing.entry.card if hasattr(listing, "entry") else {}
    kinds = Organisation.Kind
    usual = {Kind.PLACE: kinds.MUNICIPALITY, Kind.ASSOCIATION: kinds.ASSOCIATION}
    return {
        "kind": usual.get(listing.kind, kinds.MERCHANT),
        "name": listing.title[:120],
        "contact": as_dialled(card.get("phone", "")) or card.get("address", ""),
    }
