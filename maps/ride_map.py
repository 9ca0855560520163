"""The map of rides: their ways, the part that one rides along, walks, and the public meeting points."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from folium.utilities import JsCode

from directory.meeting_points import MeetingPoint
from directory.models import Carpool
from directory.ride_matching import Match, own_ends
from maps.cards import pictogram
from maps.framing import view_of, welcome_view
from maps.layers import Drawing, circle_features, collection, draw, feature, layer
from maps.ride_ways import RideWay, drawn
from maps.tiles import stamp


def rides_map(request: HttpRequest, rides: Sequence[Carpool]) -> Drawing:
    """Draw rides from one meeting point to the other; one alone stands out."""
    stops = [(one, what, ride) for ride in rides for one, what in zip(own_ends(ride), _ends(), strict=True)]
    part = "way" if len(rides) > 1 else "along"
    return _drawing(request, [_way(ride, part) for ride in rides], stops, [])


def matches_map(
    request: HttpRequest, matches: Sequence[Match], ways: Sequence[RideWay], asked: Iterable[MeetingPoint]
) -> Drawing:
    """Draw rides that answer, how one comes along with each, and the ends that were asked for."""
    lines = [_way(match.ride) for match in matches]
    for match, way in zip(matches, ways, strict=True):
        lines.append(_line(match.ride, "along", way.along, straight=match.ride.straight_line))
        walks = filter(None, (way.walk_to, way.walk_from))
        lines += [_line(match.ride, "walk", drawn(walk), straight=walk.straight_line) for walk in walks]
    stops = [
        stop
        for match in matches
        for stop in ((match.pick_up, _("Montée"), match.ride), (match.drop_off, _("Descente"), match.ride))
    ]
    return _drawing(request, lines, stops, asked)


def _ends() -> tuple[str, str]:
    return _("Départ"), _("Arrivée")


def _drawing(
    request: HttpRequest,
    lines: list[dict],
    stops: Iterable[tuple[MeetingPoint, str, Carpool]],
    here: Iterable[MeetingPoint],
) -> Drawing:
    shown = {
        "circle": circle_features(None),
        "here": collection(feature(_position(one), {}) for one in here),
        "results": collection(_pins(stops)),
    }
    # Where others go on to is of no matter to who leaves before.
    ridden = [line for line in lines if line["properties"]["part"] != "way"] or lines
    framed = {**shown, "results": collection([*shown["results"]["features"], *ridden])}
    ways = layer("routes", collection(lines), style=JsCode("alentour.routeStyle"), interactive=False)
    view = view_of(framed) or welcome_view()
    return draw(view=view, stamp=stamp(), nonce=request.csp_nonce, below=[ways], **shown)


def _way(ride: Carpool, part: str = "way") -> dict:
    return _line(ride, part, json.loads(ride.route.geojson), straight=ride.straight_line)


def _line(ride: Carpool, part: str, line: dict, *, straight: bool) -> dict:
    return feature(line, {"ids": [str(ride.public_id)], "part": part, "straight": straight})


def _pins(stops: Iterable[tuple[MeetingPoint, str, Carpool]]) -> list[dict]:
    """One pin for each place, with what happens there and the rides that pass."""
    by_key: dict[str, tuple[MeetingPoint, list[str], list[str]]] = {}
    for one, what, ride in stops:
        _one, deeds, ids = by_key.setdefault(one.key, (one, [], []))
        deeds.append(what)
        ids.append(str(ride.public_id))
    return [
        feature(
            _position(one),
            {
                "id": one.key,
                "ids": list(dict.fromkeys(ids)),
                "kind": "carpool",
                "icon": pictogram("car"),
                "title": one.name,
                "category": " · ".join(dict.fromkeys(deeds)),
                "why": "",
            },
        )
        for one, deeds, ids in by_key.values()
    ]


def _position(one: MeetingPoint) -> dict:
    return {"type": "Point", "coordinates": [one.longitude, one.latitude]}
