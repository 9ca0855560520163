"""`/evenement/<uuid>/`: one event: when, where on the map, by whom; and the same as a calendar file."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.calendar_files import calendar_of, page_of
from directory.event_words import MOST_TOLD, coming_dates
from directory.holding_events import may_hold
from directory.models import Event
from directory.pages.decisions import instead_of
from maps.cards import pictogram
from maps.listing_page import listing_map
from maps.sources import attribution, attributions
from scopes.models import Openness, Organisation

RELATED = ("category", "municipality", "entry", "cell", "organisation")


@require_safe
def event(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer an event that the viewer may see; absent and forbidden answer alike."""
    found = _seen(request, public_id)
    if found is None:
        return instead_of(request, public_id)
    card, point = found.entry.card, found.location and (found.location.x, found.location.y)
    organisation = found.organisation
    is_public = found.openness == Openness.PUBLIC
    context = {
        "event": found,
        "card": card,
        "icon": pictogram(found.category.icon),
        "dates": coming_dates(found),
        "has_more": found.dates.count() > MOST_TOLD,
        "organiser": organisation.name if organisation else found.organiser,
        "is_public": is_public,
        "keeps": organisation if organisation and _holds(request, organisation) else None,
        "attribution": attribution(card["source"], card.get("licence", "")) if "source" in card else "",
        "sources": attributions([(card.get("source", ""), card.get("licence", ""))]),
        "around": urlencode({"lat": f"{point[1]:.6f}", "lon": f"{point[0]:.6f}", "within": "500m"}) if point else "",
        "map": listing_map(request, found, point),
        "linked_data": _linked_data(found) if is_public else None,
    }
    return render(request, "maps/event.html", context)


@require_safe
def event_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer an event as a calendar file."""
    found = _seen(request, public_id)
    if found is None:
        raise Http404
    response = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="agenda.ics"'
    return response


def _seen(request: HttpRequest, public_id: UUID) -> Event | None:
    visible = Event.objects.live().visible_to(request.viewer).filter(public_id=public_id, entry__isnull=False)
    return visible.select_related(*RELATED).first()


def _holds(request: HttpRequest, organisation: Organisation) -> bool:
    return request.viewer.account_id is not None and may_hold(request.user, organisation)


def _linked_data(found: Event) -> str:
    """The event as search engines read it (https://schema.org/Event): data, which the page's policy lets through."""
    first = found.dates.first()
    place = {"@type": "Place", "name": found.place_name or found.municipality.name}
    place["address"] = ", ".join(filter(None, (found.address, found.municipality.name)))
    if found.location:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": found.location.y, "longitude": found.location.x}
    told = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": found.title,
        "startDate": first.starts_at.isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if found.cancelled_at else 'Scheduled'}",
        "location": place,
        "url": page_of(found),
    }
    if found.ends_at:
        told["endDate"] = first.ends_at.isoformat()
    # As `json_script` escapes: no text of a title ends the element.
    return json.dumps(told, ensure_ascii=False).translate({ord(c): f"\\u{ord(c):04X}" for c in "<>&"})
