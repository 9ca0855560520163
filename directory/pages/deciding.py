"""Pages of those who decide whose a place is: the staff for all, a town hall for its commune."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import claiming
from directory.claimed_places import doors_of
from directory.models import Claim
from scopes.access import second_factor, staff_only
from scopes.errors import Refused
from scopes.home_pages.organisations import shown_together
from scopes.organisation_models import Organisation
from scopes.organisations.acting import acts_for, town_halls_of
from scopes.organisations.mandating import asked_in, grant, refuse
from scopes.organisations.wording import facts_of

MOST_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def decide_claims(request: HttpRequest) -> HttpResponse:
    """Show the places that are claimed, and decide; who asked is named to nobody."""
    if request.method == "POST":
        decide(request, Claim.objects.standing())
        return redirect("decide-claims")
    return render(request, "operating/claims.html", claims_to_decide(request, Claim.objects.standing()))


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def town_decisions(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show a town hall what waits in its commune, places and mandates; who is responsible for it decides.

    It decides nothing of its own.
    """
    town = town_halls_of(request.user).filter(handle=handle).first()
    if town is None:
        raise Http404
    claims = Claim.objects.standing().filter(listing__municipality=town.municipality_id)
    if request.method == "POST":
        if request.POST.get("deed", "").startswith(("grant ", "refuse ")):
            _decide_mandate(request, town)
        else:
            decide(request, claims)
        return redirect("town-decisions", handle)
    asked = asked_in(town).asked().select_related("organisation__municipality").order_by("asked_at")
    asked = list(asked[:MOST_SHOWN])
    mandates = [
        told | {"is_admitted": one.organisation.admitted_at is not None, "facts": facts_of(one.organisation)}
        for one, told in zip(asked, shown_together(asked), strict=True)
    ]
    decides = acts_for(request.user, town, responsible=True)
    context = {"organisation": town, "mandates": mandates, "only_reads": not decides}
    context |= claims_to_decide(request, claims)
    return render(request, "places/town.html", context)


def _decide_mandate(request: HttpRequest, town: Organisation) -> None:
    deed, _space, handle = request.POST["deed"].partition(" ")
    try:
        mandate = asked_in(town).filter(handle=UUID(handle)).first()
    except ValueError:
        mandate = None
    if mandate is None:
        raise Http404
    try:
        if deed == "grant":
            grant(staff=request.user, mandate=mandate)
            messages.success(request, _("Le mandat est accordé ; les habitants sont prévenus."))
        else:
            refuse(account=request.user, mandate=mandate, why=request.POST.get("why", ""))
            messages.success(request, _("Le mandat est refusé."))
    except Refused as error:
        messages.warning(request, str(error))


def claims_to_decide(request: HttpRequest, claims: QuerySet[Claim]) -> dict:
    """What waits among these claims, what was proved twice first, and what is held."""
    related = claims.select_related("listing__category", "listing__municipality", "organisation__municipality")
    waiting = related.filter(held_at__isnull=True).order_by("proved_at", "asked_at")
    held = related.filter(held_at__isnull=False).order_by("-held_at")
    return {
        "waiting": _described_together(list(waiting[:MOST_SHOWN]), request),
        "held": _described_together(list(held[:MOST_SHOWN]), request),
    }


def _described_together(claims: list[Claim], request: HttpRequest) -> list[dict]:
    """Put claims in words, with as many questions to the database for one as for many."""
    listings = [one.listing for one in claims]
    keepers, doors = claiming.keepers_of(listings), doors_of(listings)
    decided = claiming.decided_by(request.user, claims)
    return [
        _described(one, keepers.get(one.listing_id) if one.held_at is None else None, doors[one.listing_id])
        | {"may_decide": one.pk in decided}
        for one in claims
    ]


def _described(one: Claim, keeper: Claim | None, door: str) -> dict:
    return {
        "handle": one.handle,
        "title": one.listing.title,
        "url": one.listing.public_id,
        "is_shown": one.listing.withdrawn_at is None,
        "where": door.replace("\n", ", ") or one.listing.municipality.name,
        "category": one.listing.category.name,
        "organisation": one.organisation.name,
        "facts": facts_of(one.organisation),
        "asked": one.asked_at,
        "is_proved": one.proved_at is not None,
        "keeper": " · ".join([keeper.organisation.name, *facts_of(keeper.organisation)]) if keeper else "",
    }


def decide(request: HttpRequest, claims: QuerySet[Claim]) -> None:
    """Say yes or no to one of these claims, as the pressed button says."""
    deed, _space, handle = request.POST.get("deed", "").partition(" ")
    try:
        found = claims.filter(handle=UUID(handle)).first()
    except ValueError:
        found = None
    if found is None or deed not in ("yes", "no"):
        raise Http404
    try:
        if deed == "yes":
            claiming.say_yes(by=request.user, claim=found)
            messages.success(request, _("La fiche est confiée à %(name)s.") % {"name": found.organisation.name})
        else:
            claiming.say_no(by=request.user, claim=found, why=request.POST.get("why", ""))
            messages.success(request, _("C’est refusé."))
    except Refused as error:
        messages.warning(request, str(error))
