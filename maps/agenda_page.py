"""`/agenda/`: what takes place around *here*, without account: today, this week-end, on a day, of a category."""

from __future__ import annotations

import json

from django.contrib.gis.geos import GEOSGeometry, Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from directory.agenda import MOST_SHOWN, coming_days, dates_around
from directory.circles import outline
from directory.here import Here, home_of, place_called
from directory.models import Category, Kind
from directory.query_string import read_coordinates
from directory.within import Within
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality
from maps.agenda_rows import days_of, pins_of
from maps.area_map import area_map
from maps.framing import welcome_towns
from maps.queries import CIRCLE_OF, CIRCLES, PageQuery
from maps.sections import ways
from maps.sources import credits_line

#: How far, in order: what the address says -> what people read.
FAR = {
    "neighbourhood": gettext_lazy("quartier"),
    "municipality": gettext_lazy("ville"),
    "500m": "500\u202fm",
    "2km": "2\u202fkm",
    "5km": "5\u202fkm",
}
USUAL = "municipality"
#: Those, and what a link may bring from a search or a space, in their order; a building alone has no agenda.
EVERY = {circle: name for circle, name in (CIRCLES | FAR).items() if circle != "residence"}
WHEN = {"": gettext_lazy("à venir"), "today": gettext_lazy("aujourd’hui"), "weekend": gettext_lazy("ce week-end")}


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Answer the agenda around a place or one's home; without either, ask where."""
    asked = {name: request.GET.get(name, "").strip() for name in ("place", "lat", "lon", "within", "when", "category")}
    day = request.GET.get("day", "").strip()
    asked["when"] = day or asked["when"]
    asked["within"] = asked["within"] if asked["within"] in EVERY else ""
    context = {
        "asked": asked,
        "day": day,
        "when": WHEN,
        "categories": Category.objects.filter(kind=Kind.EVENT, parent__isnull=False),
        "today": timezone.localdate(),
        "credits": credits_line(),
        "found": None,
        "error": None,
        "ways": ways(PageQuery.read(request.GET), "agenda"),
        "towns": [],
    }
    try:
        here = _here(request, asked)
        context |= _found(request, here, asked) if here else {"towns": welcome_towns(), "map": area_map(request, None)}
    except InvalidParameter as error:
        context |= {"error": error, "map": area_map(request, None)}
    asked["within"] = asked["within"] or USUAL
    context["far"] = {circle: name for circle, name in EVERY.items() if circle in (*FAR, asked["within"])}
    response = render(request, "maps/agenda.html", context, status=400 if context["error"] else 200)
    # The address may hold where someone is: no cache keeps the page (privacy.md, 3.7).
    response["Cache-Control"] = "private, no-store"
    return response


def _here(request: HttpRequest, asked: dict) -> Here | None:
    """Where it is asked from: what was typed, a position, one's home."""
    if asked["place"]:
        return place_called(asked["place"][:200], parameter="place")
    if asked["lat"] or asked["lon"]:
        return read_coordinates(request.GET)
    return home_of(request.viewer.home) if request.viewer.home else None


def _found(request: HttpRequest, here: Here, asked: dict) -> dict:
    """What takes place, day by day, and where on the map."""
    asked["within"] = asked["within"] or CIRCLE_OF.get(here.type, USUAL)
    town = Municipality.objects.covering(Point(here.longitude, here.latitude, srid=WGS84)).first()
    days = coming_days(asked["when"], time_zone=town.time_zone if town else "Europe/Paris")
    within = Within.parse(asked["within"])
    circle, dates = dates_around(request.viewer, here, within, days, category=asked["category"])
    dates = list(dates)
    shape = outline(circle, here)
    return {
        "found": days_of(dates, first=days.first),
        "here": here.label or _("vous"),
        "town": town,
        "notes": circle.notes,
        "is_cut": len(dates) == MOST_SHOWN,
        "map": area_map(request, shape and GEOSGeometry(json.dumps(shape)), pins_of(dates)),
    }
