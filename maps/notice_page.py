"""One notice of an organisation, as those it was sent to read it; one to an area stands on the map beside."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.models import Notice
from directory.notices import shown
from directory.pages.decisions import instead_of
from maps.framing import view_of, welcome_view
from maps.layers import circle_features, collection, draw
from maps.sources import credits_line
from maps.tiles import stamp

#: Degrees: what is smaller than about 10 m is not drawn.
FINE = 0.0001


@require_safe
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a notice that the viewer may see; absent and forbidden answer alike."""
    visible = Notice.objects.live().visible_to(request.viewer).filter(public_id=public_id)
    found = visible.select_related("mailing__mandate__organisation", "municipality").first()
    if found is None:
        return instead_of(request, public_id)
    context = {"notice": shown(found)}
    if found.mailing.area is not None:
        area = found.mailing.area.simplify(FINE, preserve_topology=True)
        layers = {
            "circle": circle_features(json.loads(area.geojson)),
            "here": collection([]),
            "results": collection([]),
        }
        view = view_of(layers) or welcome_view()
        context["map"] = draw(view=view, stamp=stamp(), nonce=request.csp_nonce, **layers)
        context["credits"] = credits_line()
    response = render(request, "maps/notice.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
