"""`/suivre/`: what a search found, a circle of a home or a drawn zone is followed: by letters, or without account."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.gis.geos import MultiPolygon
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import query_string
from directory.errors import TooMany
from directory.feed_writing import WRITERS
from directory.follow_forms import HowForm
from directory.follow_models import PublicFeed
from directory.followed import circle_in_words, in_words, place_around, place_drawn, what_in_words, where_in_words
from directory.follows import circle_of
from directory.follows import follow as begin
from directory.here import HOME, Here
from directory.public_feeds import make_feed
from directory.search import SearchRequest
from directory.within import Level, Within
from geo.drawn_areas import LONGEST
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.parameters import check_names
from maps.area_map import area_map
from maps.queries import PageQuery
from maps.sources import credits_line
from scopes.levels import Level as Circle
from scopes.viewer import Home, Viewer

CIRCLE, DRAWING = "circle", "drawing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a search asks for, and its circle as the columns of what is followed; else why there is none."""

    what: dict[str, object]
    place: dict[str, object] | None = None
    #: The circle of the chosen home that is meant, for its person's letters; a feed is of the place.
    level: str = ""
    refused: str = ""

    @property
    def whole(self) -> PublicFeed:
        """The same unsaved, to be put in words and drawn."""
        return PublicFeed(**self.what, **(self.place or {}))


class FollowForm(Form):
    """Where something is followed."""

    where = forms.ChoiceField(choices=[(CIRCLE, CIRCLE), (DRAWING, DRAWING)], required=False)
    drawing = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Show what would be followed, and where; follow it, or make the address that does."""
    asked = read_asked(PageQuery.read(request.GET, at_home=request.viewer.home is not None), request.viewer)
    sent = request.POST if request.method == "POST" else None
    form, how = FollowForm(sent), None
    if request.viewer.account_id is not None:
        by_letter = sent if sent and sent.get("deed") == "follow" else None
        how = HowForm(by_letter, account=request.user)
    deed = _followed if how and how.is_bound else _made
    if form.is_bound and form.is_valid() and (deed is _made or how.is_valid()):
        try:
            return deed(request, asked, form, how)
        except InvalidParameter as error:
            at_fault = next((one for one in (form, how) if one and error.parameter in one.fields), form)
            at_fault.add_error(error.parameter if error.parameter in at_fault.fields else None, str(error))
    return _page(request, asked, form, how)


def read_asked(query: PageQuery, viewer: Viewer) -> Asked:
    """Read a search as something to follow; one without a place still says what is looked for."""
    check_names(query.search, query_string.KNOWN, repeatable=query_string.REPEATABLE)
    what = {
        "kinds": list(query_string.read_kinds(query.search)),
        "categories": list(query_string.read_categories(query.search)),
        "text": query_string.read_text(query.search),
    }
    if not query.has_place:
        return Asked(what=what)
    try:
        search = query.around(SearchRequest.from_query(query.search, viewer=viewer))
        here, within, level = search.here, search.within, ""
        if here.type == HOME:
            level = str(within.level) if within.level in set(Circle) else ""
            here, within = _at_cell(viewer.home), _of_a_cell(within)
        return Asked(what=what, place=place_around(here, within), level=level)
    except InvalidParameter as error:
        return Asked(what=what, refused=str(error))


def _at_cell(home: Home) -> Here:
    """A home's public cell: whoever is given an address must not learn from it where its maker lives."""
    longitude, latitude = home.point
    return Here(longitude=longitude, latitude=latitude)


def _of_a_cell(within: Within) -> Within:
    """A cell lies in no building: the smallest circle around it is the voisinage."""
    return Within(Level.VOISINAGE) if within.level is Level.RESIDENCE else within


def _place(asked: Asked, form: FollowForm) -> dict[str, object]:
    """The drawing, or the circle of the search."""
    if form.cleaned_data["where"] == DRAWING:
        return place_drawn(form.cleaned_data["drawing"])
    if asked.place is None:
        raise InvalidParameter("where", asked.refused or _("Dites où, ou dessinez une zone sur la carte."))
    return asked.place


def _followed(request: HttpRequest, asked: Asked, form: FollowForm, how: HowForm) -> HttpResponse:
    """Follow by letters: at home, the circle itself, with what is said to its members."""
    at_home = asked.level and form.cleaned_data["where"] != DRAWING
    place = circle_of(request.viewer.home, asked.level) if at_home else _place(asked, form)
    begin(viewer=request.viewer, place=place, what=asked.what, **how.cleaned_data)
    messages.success(request, _("C’est noté : nous vous écrirons s’il y a du nouveau."))
    return redirect("follows")


def _made(request: HttpRequest, asked: Asked, form: FollowForm, _how: HowForm | None) -> HttpResponse:
    """Make the feed and show its addresses, this once."""
    place = _place(asked, form)
    if not ratelimit.consume(request, action="feed"):
        raise TooMany(_("Vous avez demandé beaucoup d’adresses : réessayez un peu plus tard."))
    token, stop, feed = make_feed(place=place, what=asked.what)
    told = {
        "words": in_words(feed),
        "addresses": {
            form: request.build_absolute_uri(reverse("feed", kwargs={"token": token, "form": form})) for form in WRITERS
        },
        "end": request.build_absolute_uri(reverse("end-feed", args=[stop])),
    }
    return render(request, "directory/feed_made.html", told)


def _page(request: HttpRequest, asked: Asked, form: FollowForm, how: HowForm | None) -> HttpResponse:
    drawn = form.data.get("where") == DRAWING or asked.place is None
    kinds = [{"code": DRAWING, "label": _("Une zone que je dessine"), "is_chosen": drawn}]
    if asked.place:
        label = circle_in_words(asked.level) or where_in_words(asked.whole)
        kinds.insert(0, {"code": CIRCLE, "label": label[:1].upper() + label[1:], "is_chosen": not drawn})
    wrong = bool(form.errors or (how and how.errors))
    context = {
        "form": form,
        "how": how,
        "what": what_in_words(asked.whole),
        "is_everything": not any(asked.what.values()),
        "kinds": kinds,
        "search_again": request.GET.urlencode(),
        "refused": asked.refused or " ".join([*form.non_field_errors(), *form.errors.get("where", ())]),
        "wrong": wrong,
        "map": area_map(request, shape_of(asked)),
        "credits": credits_line(),
    }
    return render(request, "maps/follow.html", context, status=400 if wrong else 200)


def shape_of(asked: Asked) -> MultiPolygon | None:
    """The outline of what would be followed, to be drawn."""
    if asked.place is None:
        return None
    whole = asked.whole
    if whole.area:
        return whole.area
    return whole.neighbourhood.boundary if whole.neighbourhood_id else whole.municipality.boundary
