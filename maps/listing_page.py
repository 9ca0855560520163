"""What the page of one listing shows: its facts, its week, its place on the map, and where it comes from."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest

from directory.claiming import CLAIMABLE, keeper_of, ours
from directory.kinds import page_of
from directory.models import Claim, Listing
from directory.organisation_kinds import days_of
from directory.organisation_publishing import told_from
from directory.recommending import recommended, recommends_from
from directory.telephones import phone
from maps.cards import category_name, checked, pictogram
from maps.doors import door, week
from maps.framing import around, view_of, welcome_view
from maps.layers import circle_features, collection, draw, feature
from maps.sources import attribution, attributions
from maps.tiles import stamp
from scopes.organisations.acting import acts_for
from scopes.organisations.proposing import acting_for


def listing_page(request: HttpRequest, listing: Listing) -> dict:
    """Gather the facts of a listing that the viewer may see."""
    card = listing.entry.card
    point = listing.location and (listing.location.x, listing.location.y)
    place = {"department": listing.department, "time_zone": listing.municipality.time_zone, "point": point}
    return {
        "listing": listing,
        "card": card,
        "ours": ours(listing) if listing.kind in CLAIMABLE else "",
        "kept_by_viewer": _kept_by(request, listing),
        "claimed_by_viewer": _claimed_by(request, listing),
        "category": category_name(listing.category.code),
        "icon": pictogram(listing.category.icon),
        "checked": checked(card),
        "phone": phone(card.get("phone", "")),
        "door": door(card, **place),
        "week": week(card, **place),
        "attribution": attribution(card["source"], card.get("licence", "")) if "source" in card else "",
        "sources": attributions([(card.get("source", ""), card.get("licence", ""))]),
        "around": urlencode({"lat": f"{point[1]:.6f}", "lon": f"{point[0]:.6f}", "within": "500m"}) if point else "",
        "map": listing_map(request, listing, point),
        "told": [(one, page_of(one), days_of(one)) for one in told_from(listing, request.viewer)],
        **recommendations(request, listing),
    }


def recommendations(request: HttpRequest, listing: Listing) -> dict:
    """What members read of it, and whence they recommend it; to whoever passes by there is neither."""
    account = request.user if request.viewer.account_id is not None else None
    return {
        "recommended": recommended(listing, request.viewer, account),
        "recommends": recommends_from(listing, request.viewer, account),
    }


def _kept_by(request: HttpRequest, listing: Listing) -> Claim | None:
    """The claim by which the viewer's organisation keeps the listing; to whoever else looks there is none."""
    if request.viewer.account_id is None or not listing.entry.card.get("kept"):
        return None
    kept = keeper_of(listing)
    return kept if kept and acts_for(request.user, kept.organisation) else None


def _claimed_by(request: HttpRequest, listing: Listing) -> bool:
    """Whether an organisation of the viewer asked for the listing and waits; to whoever else looks nobody did."""
    if request.viewer.account_id is None:
        return False
    own = acting_for(request.user)
    return Claim.objects.standing().waiting().filter(listing=listing, organisation__in=own).exists()


def listing_map(request: HttpRequest, listing: Listing, point: tuple[float, float] | None):
    """The surroundings of a listing that has a public place.

    For one without, the public cell of who offers it, or the whole town, and no point of either.
    """
    properties = {
        "id": str(listing.public_id),
        "kind": listing.kind,
        "icon": pictogram(listing.category.icon),
        "title": listing.title,
        "category": listing.category.name,
        "why": "",
    }
    pins = [feature({"type": "Point", "coordinates": list(point)}, properties)] if point else []
    area = None if point else listing.cell.area if listing.cell else listing.municipality.boundary
    features = {
        "results": collection(pins),
        "circle": circle_features(area and json.loads(area.geojson)),
        "here": collection([]),
    }
    return draw(
        view=around(point) if point else view_of(features) or welcome_view(),
        stamp=stamp(),
        nonce=request.csp_nonce,
        **features,
    )
