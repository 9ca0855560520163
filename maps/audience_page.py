"""`/portee/`: what a word would reach, on the map, before it is sent; and the drawing of a zone."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from directory.forms import SayForm
from directory.kinds import KINDS, ExchangeKind
from directory.reach_in_words import how_it_spreads
from directory.spreading import SPREAD
from geo.catchments import Catchment, radius_around
from geo.errors import InvalidParameter
from geo.models import WGS84
from maps.framing import view_of
from maps.layers import circle_features, collection, draw
from maps.sources import credits_line
from maps.tiles import stamp
from scopes.access import signed_in
from scopes.levels import Level
from scopes.preview import Preview, preview_of
from scopes.viewer import Home
from scopes.zone_form import zone_around

#: What is on the map where a zone is still to be drawn.
AROUND = D(m=600)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def audience(request: HttpRequest) -> HttpResponse:
    """Show what was filled in below `/publier/` would reach; nothing is sent, and what was written comes along.

    The page that is being written asks as circles are chosen (htmx), and is told without the map.
    """
    home = request.viewer.home
    if home is None or request.method != "POST":
        return redirect("publish")
    form = SayForm(request.POST, home=home)
    form.is_valid()
    kind = next((one for one in KINDS.values() if one.slug == request.POST.get("slug")), None)
    context = {
        "kept": _kept(request.POST, kind, form),
        "writing": reverse("share", args=[kind.slug]) if kind else reverse("publish-post"),
    }
    if request.POST.get("level") == SPREAD:
        # In words alone: where it goes is told to nobody. The page that is being written says them already.
        told = {} if "HX-Request" in request.headers else {"sentences": how_it_spreads(), "sends": True}
        return render(request, _page(request), context | told)
    level = form.cleaned_data.get("level", Level.CATCHMENT)
    preview, refused = _preview(home, level, form)
    drawing = form.data.get("zone") == "drawing" and level == Level.CATCHMENT
    context |= {
        "sentences": sentences(preview) if preview else [],
        "refused": "" if drawing and not form.data.get("drawing") else refused,
        "sends": preview is not None,
        "drawing": drawing,
    }
    if "HX-Request" in request.headers:
        return render(request, _page(request), context)
    return render(
        request, _page(request), context | _map(request, home, preview), status=400 if context["refused"] else 200
    )


def _page(request: HttpRequest) -> str:
    return "maps/reached.html" if "HX-Request" in request.headers else "maps/audience.html"


def _map(request: HttpRequest, home: Home, preview: Preview | None) -> dict[str, object]:
    """What the page needs to draw what would be reached, or the surroundings where there is nothing to draw yet."""
    shape = preview.drawing if preview else radius_around(_point(home), AROUND).drawing
    layers = {
        "circle": circle_features(preview.as_json()["drawing"] if preview else None),
        "here": collection([]),
        "results": collection([]),
    }
    frame = view_of({**layers, "circle": circle_features({"type": "MultiPolygon", "coordinates": shape.coords})})
    return {"map": draw(view=frame, stamp=stamp(), nonce=request.csp_nonce, **layers), "credits": credits_line()}


def sentences(preview: Preview) -> list[str]:
    """Say what a preview tells."""
    homes = number_format(preview.homes, use_l10n=True, force_grouping=True)
    about = _("environ %(homes)s") % {"homes": homes} if preview.homes_estimated else homes
    told = [ngettext("%(homes)s foyer", "%(homes)s foyers", preview.homes) % {"homes": about}]
    if preview.connected is not None:
        told.append(str(preview.connected))
    return [*told, *caveats(preview)]


def caveats(preview: Preview) -> list[str]:
    """Say what must be known of the figures of a preview."""
    told = []
    if preview.outside_town:
        told.append(_("dont %(share)s dans d’autres communes") % {"share": _percent(preview.outside_town)})
    if preview.not_loaded >= 0.005:
        told.append(_("données non chargées sur %(share)s de la zone") % {"share": _percent(preview.not_loaded)})
    return [*told, *preview.notes]


def _preview(home: Home, level: str, form: SayForm) -> tuple[Preview | None, str]:
    """The preview, or why there is none."""
    try:
        zone: Catchment | None = zone_around(home, form.cleaned_data) if level == Level.CATCHMENT else None
        return preview_of(home=home, level=Level(level), catchment=zone), ""
    except InvalidParameter as error:
        return None, str(error)


def _kept(filled: QueryDict, kind: ExchangeKind | None, form: SayForm) -> list[tuple[str, str]]:
    """What was filled in on the page before, and nothing else."""
    names = [*form.fields, *(["slug", "inside", *kind.form.base_fields] if kind else [])]
    return [(name, value) for name in names for value in filled.getlist(name)]


def _percent(share: float) -> str:
    return _("%(share)d %%") % {"share": max(1, round(100 * share))}


def _point(home: Home) -> Point:
    return Point(*home.point, srid=WGS84)
