"""The map of rides: their ways, and the public meeting points at both ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from folium.utilities import JsCode

from directory.meeting_points import MeetingPoint
from directory.models import Carpool
from maps.cards import pictogram
from maps.framing import view_of, welcome_view
from maps.layers import Drawing, circle_features, collection, draw, feature, layer
from maps.tiles import stamp


def rides_map(
    request: HttpRequest,
    rides: Sequence[Carpool],
    points: Iterable[tuple[MeetingPoint, str]],
    here: Iterable[MeetingPoint] = (),
) -> Drawing:
    """Draw rides, meeting points with what happens there, and the ends that were asked for."""
    routes = [feature(json.loads(ride.route.geojson), {"straight": ride.straight_line}) for ride in rides]
    shown = {
        "circle": circle_features(None),
        "here": collection(feature(_position(one), {}) for one in here),
        "results": collection(_pins(points)),
    }
    framed = {**shown, "results": collection([*shown["results"]["features"], *routes])}
    ways = layer("routes", collection(routes), style=JsCode("alentour.routeStyle"), interactive=False)
    view = view_of(framed) or welcome_view()
    return draw(view=view, stamp=stamp(), nonce=request.csp_nonce, below=[ways] if routes else [], **shown)


def ride_map(request: HttpRequest, ride: Carpool, ends: tuple[MeetingPoint, MeetingPoint]) -> Drawing:
    """Draw one ride from one meeting point to the other."""
    return rides_map(request, [ride], zip(ends, (_("Départ"), _("Arrivée")), strict=True))


def _pins(points: Iterable[tuple[MeetingPoint, str]]) -> list[dict]:
    """One pin for each place, with the first thing that happens there."""
    by_key = {one.key: (one, what) for one, what in reversed(list(points))}
    return [
        feature(
            _position(one),
            {
                "id": one.key,
                "kind": "carpool",
                "icon": pictogram("car"),
                "title": one.name,
                "category": what,
                "why": "",
            },
        )
        for one, what in by_key.values()
    ]


def _position(one: MeetingPoint) -> dict:
    return {"type": "Point", "coordinates": [one.longitude, one.latitude]}
