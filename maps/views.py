"""The pages: search and map, one listing, the printed sheet, and where the data come from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from directory.claiming import CLAIMABLE
from directory.kinds import page_of
from directory.models import Kind, Listing
from directory.notices import ShownNotice, notices_at
from directory.pages.decisions import instead_of
from directory.search import SearchAnswer, SearchRequest, search
from directory.within import Level
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality
from maps.cards import Card, cards, placed, summary
from maps.chips import everyday, of_kind, others
from maps.framing import view_of, welcome_towns, welcome_view
from maps.layers import circle_features, collection, draw, feature
from maps.listing_page import listing_page
from maps.printing import sheet
from maps.queries import CIRCLES, PageQuery
from maps.sections import SECTIONS, Section, heading, ways
from maps.sources import attributions, credits_line, listing_sources, releases
from maps.tiles import stamp
from scopes.viewer import ANONYMOUS, Viewer

#: Scripts ask for the list alone, and for the map's new features inside it, under the page's own address.
FRAGMENT = "X-Alentour-Fragment"
#: Notices above the results.
MOST_NOTICES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a page shows: an answer and its cards, or the error that stands in for them."""

    answer: SearchAnswer | None = None
    cards: list[Card]
    error: InvalidParameter | None = None
    #: What is told to the area that *here* lies in, and is not among the cards.
    notices: list[ShownNotice] = field(default_factory=list)

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return 400 if self.error else 200


@require_safe
def home(request: HttpRequest, kind: Kind | None = None) -> HttpResponse:
    """Answer `/`: where are you, and what is around, or one kind of it; the address holds the whole search."""
    if request.GET.get("lang") in ("fr", "en"):
        translation.activate(request.GET["lang"])
        request.LANGUAGE_CODE = translation.get_language()
    section = SECTIONS[kind] if kind else None
    query = PageQuery.read(request.GET, at_home=request.viewer.home is not None, kind=kind or "")
    found = find(query, viewer=request.viewer)
    if section:  # who looks for a drill is told of what is urgent alone
        found = replace(found, notices=[notice for notice in found.notices if notice.urgent])
    context = {
        "query": query,
        "found": found,
        "section": section,
        "sources": attributions(card.source for card in found.cards),
    } | results_context(query, found, section)
    if request.headers.get(FRAGMENT):
        response = render(request, "maps/results.html", context | {"refill": refill(found)}, status=found.status)
    else:
        response = render(
            request, "maps/home.html", context | page_context(request, query, found, section), status=found.status
        )
    # The address may hold where someone is: no cache keeps the page (privacy.md, 3.7).
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, [FRAGMENT])
    return response


def find(query: PageQuery, *, viewer: Viewer) -> Found:
    """Search when a place is given; a mistake in the form is something to say, not the end of the page."""
    if not query.has_place:
        return Found(cards=[])
    try:
        answer = search(query.around(SearchRequest.from_query(query.search, viewer=viewer)))
    except InvalidParameter as error:
        return Found(cards=[], error=error)
    found = cards(answer.items)
    here, known = Point(answer.here.longitude, answer.here.latitude, srid=WGS84), {card.id for card in found}
    notices = [notice for notice in notices_at(viewer, here) if notice.id not in known]
    return Found(answer=answer, cards=found, notices=notices[:MOST_NOTICES])


def results_context(query: PageQuery, found: Found, section: Section | None) -> dict:
    """What the list needs."""
    following = found.answer.next if found.answer else ""
    refused = found.error.parameter if found.error else ""
    return {
        "heading": heading(section, found.answer.here.label) if found.answer else "",
        "town": _town_of(found.answer),
        "summary": summary(found.answer, found.cards) if found.answer else "",
        "notices": found.notices,
        "next_page": query.address(cursor=following) if following else "",
        "unknown_place": refused in ("place", "address", "lat", "lon"),
        "narrowed": bool(query.categories or query.text),
        "wider": query.address(within="municipality")
        if found.answer and not found.cards and not _in_town(found)
        else "",
        "refill": None,
        "follow_page": query.address(),
        "print_page": query.address(limit="40") if found.answer and query.names_place else "",
    }


def _in_town(found: Found) -> bool:
    """Whether the whole town was searched."""
    return found.answer is not None and found.answer.circle.level is Level.MUNICIPALITY


def _town_of(answer: SearchAnswer | None) -> Municipality | None:
    """The town whose public page the list leads to: that of a search in a whole town."""
    if not answer or answer.circle.level is not Level.MUNICIPALITY:
        return None
    return Municipality.objects.only("insee_code", "name").filter(pk=answer.circle.municipality_id).first()


def page_context(request: HttpRequest, query: PageQuery, found: Found, section: Section | None) -> dict:
    """What the form and the map need besides."""
    features = map_features(found)
    view = view_of(features) or welcome_view()
    chips, behind = of_kind(section.kind, query.categories) if section else (everyday(), others(query.categories))
    return {
        "ways": ways(query, section.url_name if section else "home"),
        "has_hours": section is None or not section.is_said_by_neighbours,
        "credits": credits_line(card.source for card in found.cards),
        "circles": CIRCLES,
        "everyday": chips,
        "others": behind,
        "unfolded": set(query.categories) - {chip.code for chip in chips},
        "corners": view.corners if query.has_place else None,
        "towns": [] if query.has_place else welcome_towns(),
        "map": draw(
            view=view,
            stamp=stamp(),
            nonce=request.csp_nonce,
            **features,
        ),
    }


def map_features(found: Found) -> dict[str, dict]:
    """The three layers of the map above the base map: results, circle and *here*."""
    answer = found.answer
    here = []
    if answer:
        position = {"type": "Point", "coordinates": [answer.here.longitude, answer.here.latitude]}
        here = [feature(position, {"label": answer.here.label})]
    return {
        "results": placed(found.cards),
        "circle": circle_features(answer.shape if answer else None),
        "here": collection(here),
    }


def refill(found: Found) -> dict:
    """What scripts put on the map in place of what it shows."""
    features = map_features(found)
    view = view_of(features)
    return features | {"corners": view.corners if view else None}


@require_safe
def listing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer one listing; absent and forbidden answer alike, but for the author of what was hidden."""
    found = Listing.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    shown = found.select_related("category", "municipality", "entry", "cell").first()
    if shown is not None and shown.kind not in CLAIMABLE:
        return redirect(page_of(shown))
    if shown is None or not hasattr(shown, "entry"):
        return instead_of(request, public_id)
    return render(request, "maps/listing.html", listing_page(request, shown))


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Answer an A4 sheet of the same search: list in large type, numbered map, and a code that opens it on a phone."""
    query = PageQuery.read(request.GET, at_home=request.viewer.home is not None)
    # Paper is pinned up and handed on: it holds what everyone may read, whoever prints it.
    found = find(query, viewer=ANONYMOUS)
    if found.error:
        raise found.error
    if not found.answer:
        raise InvalidParameter("place", _("Dites d’abord où vous êtes : une adresse, un quartier ou une ville."))
    context = {
        "query": query,
        "found": found,
        "summary": summary(found.answer, found.cards),
        "sources": attributions(card.source for card in found.cards),
        "today": localdate(),
    } | sheet(request, query, found.answer, found.cards)
    response = render(request, "maps/print.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Answer where the data come from, under which licences, and what the page learns of its readers."""
    return render(request, "maps/data.html", {"releases": releases(), "listing_sources": listing_sources()})
