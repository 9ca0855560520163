"""`/covoiturages/`: who drives along my way, or waits along it: from, to and when on one line; list and map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.core.internal import ratelimit
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from directory.carpool_forms import MOST_SEATS
from directory.commutes import Destination, destination, destinations, rides_towards
from directory.kinds import KINDS
from directory.meeting_points import MeetingPoint, called, meeting_point, nearest_to, understood
from directory.models import Carpool, Kind
from directory.ride_matching import RideWanted, offers_for, requests_for
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality
from maps.framing import welcome_towns
from maps.queries import PageQuery
from maps.ride_map import matches_map, rides_map
from maps.ride_rows import rows_of, rows_of_matches
from maps.ride_ways import ways_of_driver, ways_of_passenger
from maps.sections import ways as other_ways
from maps.sources import attributions, credits_line
from scopes.errors import TooManyTries
from scopes.moments import calendar_day, clock

NAMES = ("from", "to", "start", "end", "day", "time", "direction", "towards")
#: Rides that are listed before anything is asked for, the latest first; and towards one place.
SHOWN, SHOWN_TOWARDS = 20, 60
LONGEST = 200


@dataclass(frozen=True, slots=True)
class End:
    """One end of what is asked for: the meeting point, and others that may be meant."""

    point: MeetingPoint
    others: list[MeetingPoint]
    #: What was typed, and the place that it was taken for, where the meeting point bears another name.
    typed: str = ""
    around: str = ""


@require_safe
def rides(request: HttpRequest) -> HttpResponse:
    """Answer the rides along a way; before one is asked for, the latest that the viewer may see."""
    asked = {name: request.GET.get(name, "").strip()[:LONGEST] for name in NAMES}
    asked["day"] = asked["day"] or (timezone.localdate() + timedelta(days=1)).isoformat()
    asked["time"] = asked["time"] or "08:00"
    asked["direction"] = asked["direction"] if asked["direction"] in Carpool.Direction.values else "request"
    context = {
        "asked": asked,
        "directions": Carpool.Direction.choices,
        "today": timezone.localdate(),
        "credits": credits_line(),
        "sources": attributions([]),
        "publish": _publish(asked),
        "ways": other_ways(PageQuery.read(request.GET), "rides"),
        "start": None,
        "end": None,
        "matches": None,
        "understood": [],
        "towards": None,
        "destinations": [],
        "error": None,
    }
    try:
        if asked["from"] or asked["to"]:
            _count(request)
            context |= _found(request, asked)
        elif asked["towards"]:
            context |= _towards(request, destination(asked["towards"]))
        else:
            context |= _latest(request)
    except InvalidParameter as error:
        context |= _latest(request) | {"error": error}
    response = render(request, "maps/rides.html", context, status=400 if context["error"] else 200)
    # The address may hold where someone leaves from: no cache keeps the page (privacy.md, 3.7).
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _count(request: HttpRequest) -> None:
    """Refuse floods, by account or else by address: each search reads streets, along the way or around its ends."""
    action = "rides" if request.viewer.account_id is None else "rides_signed_in"
    if not ratelimit.consume(request, app="allauth.account", action=action, limit_get=True):
        raise TooManyTries


def _latest(request: HttpRequest) -> dict[str, object]:
    """The latest rides of people of the viewer's towns, of the biggest ones for a passer-by, that the viewer may see.

    By town, since the latest of one are found by an index among a million rides.
    """
    towns = request.viewer.municipality_ids or [town.pk for town in welcome_towns()]
    seen = Carpool.objects.live().visible_to(request.viewer).filter(municipality__in=towns)
    return _listed(request, seen.order_by("-published_at", "-public_id")[:SHOWN])


def _towards(request: HttpRequest, there: Destination) -> dict[str, object]:
    """The rides that the viewer may see which go to one place on working days."""
    return _listed(request, rides_towards(request.viewer, there)[:SHOWN_TOWARDS]) | {"towards": there}


def _listed(request: HttpRequest, found: QuerySet[Carpool]) -> dict[str, object]:
    rides = list(found.select_related("author__account", "category", "municipality"))
    told = {"rows": rows_of(rides, request.viewer), "map": rides_map(request, rides)}
    return told | {"destinations": destinations(request.viewer)}


def _found(request: HttpRequest, asked: dict[str, str]) -> dict[str, object]:
    """The rides that answer, and where one meets them."""
    start, end = _end(request, asked, "start", "from"), _end(request, asked, "end", "to")
    if start.point.key == end.point.key:
        raise InvalidParameter("to", _("Le départ et l’arrivée sont le même endroit."))
    drives = asked["direction"] == Carpool.Direction.OFFER
    # Who drives sees all who wait: each says for how many.
    seats = MOST_SEATS if drives else 1
    wanted = RideWanted(start=start.point, end=end.point, at=_moment(asked, start.point), seats=seats)
    matches = (requests_for if drives else offers_for)(wanted, request.viewer)
    ways = ways_of_driver(matches) if drives else ways_of_passenger(matches, start.point, end.point)
    named = asked | {"start": start.point.key, "from": start.point.name, "end": end.point.key, "to": end.point.name}
    return {
        "summary": ngettext("%(number)d trajet", "%(number)d trajets", len(matches)) % {"number": len(matches)},
        "asked_day": calendar_day(wanted.at.date(), today=timezone.now().astimezone(wanted.at.tzinfo).date()),
        "asked_time": clock(wanted.at),
        "walked": any(way.walk_to or way.walk_from for way in ways),
        "matches": rows_of_matches(matches, ways, request.viewer),
        "start": start,
        "end": end,
        "understood": [one for one in (start, end) if one.around],
        "start_links": _links(named, "start", "from", start),
        "end_links": _links(named, "end", "to", end),
        "publish": _publish(named),
        "map": matches_map(request, matches, ways, [start.point, end.point]),
    }


def _end(request: HttpRequest, asked: Mapping[str, str], key: str, text: str) -> End:
    """The meeting point that is meant: the one that was chosen of a list, while its name stands, else by its name."""
    if not asked[text]:
        raise InvalidParameter(text, _("Dites d’où vous partez.") if text == "from" else _("Dites où vous allez."))
    chosen = meeting_point(asked[key]) if asked[key] else None
    if chosen is not None and chosen.name == asked[text]:
        return End(chosen, [one for one in nearest_to(chosen.point) if one.key != chosen.key])
    home = request.viewer.home
    near = Point(*home.point, srid=WGS84) if home else None
    found = called(asked[text], near=near)
    if not found:
        words = _("Aucun point de rendez-vous public vers « %(text)s » : essayez une place, un arrêt, un quartier.")
        raise InvalidParameter(text, words % {"text": asked[text]})
    around = understood(asked[text], found[0], near=near)
    return End(found[0], found[1:], asked[text], around)


def _moment(asked: Mapping[str, str], start: MeetingPoint) -> datetime:
    """When one would leave, by the clock of the town that one leaves from."""
    try:
        day, hour = date.fromisoformat(asked["day"]), time.fromisoformat(asked["time"])
    except ValueError as error:
        raise InvalidParameter("day", _("Ce jour ou cette heure n’existe pas.")) from error
    zones = Municipality.objects.covering(start.point).values_list("time_zone", flat=True)
    moment = datetime.combine(day, hour.replace(tzinfo=None), ZoneInfo(zones.first() or "Europe/Paris"))
    if not timezone.now() - timedelta(hours=1) <= moment <= timezone.now() + timedelta(days=366):
        raise InvalidParameter("day", _("Un jour entre aujourd’hui et dans un an."))
    return moment


def _links(named: Mapping[str, str], key: str, text: str, end: End) -> list[tuple[str, str]]:
    """Other meeting points that may be meant, each with the address of the same search from there."""
    return [
        (one.name, f"{reverse('rides')}?{urlencode({**named, key: one.key, text: one.name})}") for one in end.others[:6]
    ]


def _publish(asked: Mapping[str, str]) -> str:
    """Where one publishes the same ride."""
    filled = {"direction": asked["direction"], "day": asked["day"], "departure": asked["time"]}
    filled |= {name: asked[name] for name in ("start", "end") if asked[name]}
    return f"{reverse('share', args=[KINDS[Kind.CARPOOL].slug])}?{urlencode(filled)}"
