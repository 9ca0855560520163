"""`/pro/`: the shops that one keeps, what each offers now, and the way to a new offer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.offering import associations_of, offer_of, offers_of, shop_of, shops_of
from directory.organisation_kinds import PROMOTION, days_of
from directory.organisation_publishing import take_said_back
from directory.paper.window_poster import window_poster, window_poster_pdf
from directory.shown import readers
from directory.telling_interest import told_to
from scopes.access import second_factor


@require_safe
@second_factor
def pro(request: HttpRequest) -> HttpResponse:
    """List the shops that the account may make offers for, each with its offers."""
    shops = [
        {
            "place": shop.place,
            "organisation": shop.organisation,
            "left": shop.left,
            "no_more": shop.no_more,
            "offers": [(one, days_of(one), readers(one)) for one in offers_of(request.user, shop)],
        }
        for shop in shops_of(request.user)
    ]
    context = {
        "shops": shops,
        "associations": associations_of(request.user),
        "own": PROMOTION,
        "interest": told_to(request.user),
    }
    return render(request, "places/pro.html", context)


@require_safe
@second_factor
def poster(request: HttpRequest, place: UUID, public_id: UUID | None = None) -> HttpResponse:
    """Hand over the poster of a shop for its window, with one of its offers or with none."""
    shop = shop_of(request.user, place)
    offer = offer_of(request.user, shop, public_id) if public_id else None
    answer = HttpResponse(window_poster_pdf(window_poster(shop.place, offer)), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="affiche-vitrine.pdf"'
    return answer


@require_POST
@second_factor
def take_offer_back(request: HttpRequest, place: UUID, public_id: UUID) -> HttpResponse:
    """Take an offer back, for good."""
    said = offer_of(request.user, shop_of(request.user, place), public_id)
    take_said_back(account=request.user, said=said)
    messages.success(request, _("Ce n’est plus montré."))
    return redirect("pro")
