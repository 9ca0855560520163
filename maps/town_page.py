"""`/ville/<code>/`: the public page of each town, without account: its town hall, what it tells, and its figures."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.agenda import coming_days, dates_of_town
from directory.categories import tree
from directory.kinds import page_of
from directory.models import Listing, Notice, SearchEntry
from directory.notices import shown_together, with_senders
from directory.organisation_kinds import sign_of
from directory.organisation_publishing import news_in
from directory.telephones import phone
from directory.town_figures import TownFigures, figures_of
from directory.within import Level
from geo.codes import city_of
from geo.loaded import is_in_part, percent_loaded
from geo.models import Municipality, Neighbourhood, Release
from geo.towns import find_municipality
from maps.agenda_rows import AgendaDay, days_of
from maps.area_map import area_map
from maps.cards import pictogram
from maps.doors import door, week
from maps.framing import view_of
from maps.layers import Drawing, circle_features, feature
from maps.printing import Frame, code_of, outline
from maps.sections import SECTIONS, ways_around
from maps.sources import credits_line, publisher, spoken, vintage
from maps.wording import grouped, only_in_part
from scopes.moments import moment
from scopes.viewer import ANONYMOUS

#: Dates of the agenda: the page of the agenda has the others.
MOST_DATES = 8
#: News: older ones are found by search.
MOST_NEWS = 6
#: Notices, quarters and counters that are named; a town has few.
MOST_SHOWN = 20
#: Degrees, about 20 m: an outline is drawn, not measured.
FINE = 0.0002


@require_safe
def town(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the page of a town; a former code, an arrondissement or a postcode leads to today's."""
    found = found_by_code(code)
    if found.insee_code != code:
        return redirect("town-page", found.insee_code)
    page = {"map": _map(request, found), "ways": ways_around(found.as_typed, Level.MUNICIPALITY)}
    return render(request, "maps/town.html", _told(found) | page)


@require_safe
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the same as an A4 sheet, with an outline and a code that opens the page on a phone."""
    found = found_by_code(code)
    address = request.build_absolute_uri(reverse("town-page", args=[found.insee_code]))
    paper = {"outline": _outline(found), "code": code_of(address), "address": address, "today": localdate()}
    context = _told(found) | paper
    return render(request, "maps/town_print.html", context)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer the addresses that search engines may know: the first page, and towns of which buildings are loaded."""
    towns = Municipality.objects.open().exclude(building_source="").order_by("insee_code")
    paths = [reverse(name) for name in ("home", "data", "agenda", *(one.url_name for one in SECTIONS.values()))]
    paths += [reverse("town-page", args=[code]) for code in towns.values_list("insee_code", flat=True)]
    root = settings.SITE_URL.rstrip("/")
    context = {"addresses": [root + path for path in paths]}
    return render(request, "maps/sitemap.xml", context, content_type="application/xml")


def found_by_code(code: str) -> Municipality:
    """Find a town by its code alone: what is a name to people is none here."""
    today = Municipality.objects.open().filter(insee_code=city_of(code)).first()
    if today is None:
        today = Municipality.objects.get(pk=find_municipality(code).pk)
    return today


def _told(found: Municipality) -> dict:
    """What page and sheet say alike, to everyone."""
    hall, counters = _halls(found)
    notices = Notice.objects.live().visible_to(ANONYMOUS).filter(municipality=found)
    newest = notices.order_by("-mailing__urgent", "-published_at", "-pk")
    quarters = Neighbourhood.objects.open().filter(municipality=found, kind=found.circle_kind).order_by("name")
    names = quarters.values_list("name", flat=True) if found.circle_kind else []
    figures = figures_of(found)
    rows = _rows(figures)
    return {
        "town": found,
        "hall": hall and _hall(hall),
        "counters": counters,
        "news": _news(found),
        "notices": shown_together(with_senders(newest)[:MOST_SHOWN]),
        "agenda": _agenda(found),
        "figures": figures,
        "rows": [row for row in rows if not row.get("unloaded")],
        "unloaded": [row["what"] for row in rows if row.get("unloaded")],
        "notes": _notes(found, figures),
        "quarters": sorted(names, key=as_counted),
        "sources": _sources(found),
        "credits": credits_line(),
        "address": settings.SITE_URL.rstrip("/") + reverse("town-page", args=[found.insee_code]),
    }


def _agenda(found: Municipality) -> list[AgendaDay]:
    """What takes place in the town in the coming fortnight, the first of it."""
    days = coming_days("", time_zone=found.time_zone)
    return days_of(dates_of_town(ANONYMOUS, found, days)[:MOST_DATES], first=days.first)


def _news(found: Municipality) -> list[dict]:
    """The news of the town that everyone may read, the newest of it: of its town hall and of its associations."""
    return [
        {
            "title": one.title,
            "text": one.description,
            "url": page_of(one),
            "sign": sign_of(one),
            "when": moment(one.published_at, time_zone=found.time_zone),
            "demonstration": one.demonstration,
        }
        for one in news_in(found, ANONYMOUS)[:MOST_NEWS]
    ]


def _rows(figures: TownFigures) -> list[dict]:
    """The figures in their order: what is counted, how many or nothing loaded, and a word beside."""
    estimated = figures.dwellings_estimated
    about = _("dont %(homes)s estimés") % {"homes": grouped(estimated)} if estimated else ""
    told = [
        (_("immeubles de trois logements ou plus"), figures.residences, ""),
        (_("logements"), figures.dwellings, about),
        (_("commerces et artisans"), figures.merchants, ""),
        (_("associations"), figures.associations, ""),
        (_("lieux publics"), figures.places, _("sans compter la mairie")),
    ]
    rows = [
        {"what": what, "number": number, "beside": beside if number else "", "unloaded": number is None}
        for what, number, beside in told
    ]
    own = [
        (_("événements à venir"), figures.events),
        (_("services entre voisins ouverts à tous"), figures.services),
        (_("mots et annonces ouverts à tous"), figures.exchanges),
    ]
    rows += [{"what": what, "number": number, "is_none": not number} for what, number in own]
    people = str(figures.connected) if figures.connected else None
    what = _("au dernier trimestre compté") if people else _("foyers connectés")
    return [*rows, {"what": what, "words": people, "unloaded": people is None}]


def _notes(found: Municipality, figures: TownFigures) -> list[str]:
    """What must be said beside figures that are true of a part of the town only, or invented."""
    told = []
    if found.building_source and is_in_part(loaded := percent_loaded(found.boundary)):
        told.append(only_in_part(loaded))
    if figures.invented:
        told.append(_("Démonstration : commerces, lieux et services comptés ici sont inventés."))
    return told


def as_counted(name: str) -> list:
    """Order names as people count: "2e" before "10e"."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _halls(found: Municipality) -> tuple[Listing | None, list[Listing]]:
    """The town hall, whose record has the commune's own code, or the only one; and the counters of its parts."""
    branch = tree()["town_hall"]
    halls = (
        Listing.objects.live()
        .visible_to(ANONYMOUS)
        .filter(municipality=found, category__number__range=(branch.number, branch.last))
    )
    own = halls.filter(records__key=found.insee_code).first()
    others = halls.exclude(pk=own.pk) if own else halls
    counters = sorted(others.order_by("title", "pk")[: MOST_SHOWN + 1], key=lambda one: as_counted(one.title))
    if own is None and len(counters) == 1:
        return counters[0], []
    return own, counters[:MOST_SHOWN]


def _hall(listing: Listing) -> dict:
    card = SearchEntry.objects.get(listing=listing).card
    point = listing.location and (listing.location.x, listing.location.y)
    place = {"department": listing.department, "time_zone": listing.municipality.time_zone, "point": point}
    return {
        "listing": listing,
        "card": card,
        "phone": phone(card.get("phone", "")),
        "door": door(card, **place),
        "week": week(card, **place),
    }


def _sources(found: Municipality) -> list[dict]:
    """What the figures are made from, and of which day."""
    own = Release.objects.active().filter(territory__in=["FR", found.insee_code])
    told = own.order_by("dataset", "source").defer("extent")
    return [
        {
            "what": one.get_dataset_display(),
            "publisher": publisher(one.source),
            "vintage": vintage(one.vintage),
            "licence": spoken(one.licence),
        }
        for one in told
    ]


def _map(request: HttpRequest, found: Municipality) -> Drawing:
    """The town around its town hall, with its quarters as the base map has them."""
    at = found.location and (found.location.x, found.location.y)
    pins = []
    if at:
        properties = {
            "id": found.insee_code,
            "kind": "place",
            "icon": pictogram("town-hall"),
            "category": "",
            "why": "",
        }
        pins = [feature({"type": "Point", "coordinates": list(at)}, properties | {"title": found.name})]
    return area_map(request, found.boundary, pins, fine=FINE)


def _outline(found: Municipality) -> dict | None:
    """The outline of the town and of its quarters for paper."""
    if not found.boundary:
        return None
    boundary = found.boundary.simplify(FINE, preserve_topology=True)
    quarters = (
        Neighbourhood.objects.open().filter(municipality=found, kind=found.circle_kind) if found.circle_kind else []
    )
    frame = Frame.around(view_of({"circle": circle_features(json.loads(boundary.geojson))}))
    inner = [one.boundary.simplify(FINE, preserve_topology=True) for one in quarters]
    return {"town": outline(boundary, frame), "quarters": [outline(one, frame) for one in inner]}
