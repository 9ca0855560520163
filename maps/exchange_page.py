"""The page of something that neighbours exchange, and about where it is: an area, never a point."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.kinds import KINDS, exchange_of, kind_of
from directory.models import Carpool, Listing, Recommendation
from directory.own_exchanges import exchanges_of
from directory.pages.conversation import space_of
from directory.pages.decisions import instead_of
from directory.promises import outcome_of
from directory.querysets import ListingQuerySet
from directory.recommending import subject_of
from directory.shown import shown_exchange
from directory.shown_seats import seats_of
from directory.writing_to_authors import way_to_write
from maps.listing_page import listing_map, recommendations
from maps.ride_map import rides_map
from maps.sources import attributions


@require_safe
def exchange(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer an exchange that the viewer may see, an own one that has ended too; absent and forbidden answer alike."""
    visible = Listing.objects.live().visible_to(request.viewer).filter(kind__in=KINDS)
    found = _found(visible, public_id) or _found(exchanges_of(request.viewer), public_id)
    if found is None:
        return instead_of(request, public_id)
    # What is said inside a residence is drawn nowhere, nor what does not tell where it was said.
    is_drawn = found.residence_id is None and kind_of(found).tells_where_and_when
    own = exchange_of(found)
    context = {
        "exchange": shown_exchange(found, request.viewer),
        "own": own,
        "outcome": outcome_of(own, request.viewer),
        "town": found.municipality,
        "way_to_write": way_to_write(request.viewer, found),
        "space": space_of(found.level, request.viewer),
        "subject": _subject(found),
        **recommendations(request, found),
        "sources": attributions([]),
        "seats": seats_of(own, request.viewer) if isinstance(own, Carpool) else None,
        # The way of a ride goes from one public place to another, and is drawn to whoever reads it.
        "is_ride": isinstance(own, Carpool),
        "map": rides_map(request, [own])
        if isinstance(own, Carpool)
        else listing_map(request, found, None)
        if is_drawn
        else None,
    }
    response = render(request, "maps/exchange.html", context)
    # Whatever a person wrote stays out of search engines, opened to everyone or not (privacy.md, 3.6).
    response["X-Robots-Tag"] = "noindex"
    return response


def _subject(found: Listing) -> Listing | None:
    """What is recommended, where it is listed and everyone may read it."""
    one = exchange_of(found)
    return subject_of(one) if isinstance(one, Recommendation) else None


def _found(exchanges: ListingQuerySet, public_id: UUID) -> Listing | None:
    found = exchanges.filter(public_id=public_id)
    return found.select_related("author__account", "category", "municipality", "cell").first()
