"""The map of a page about an area: its outline, everything around it veiled, and what is told of besides."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest

from maps.framing import view_of, welcome_view
from maps.layers import Drawing, circle_features, collection, draw
from maps.tiles import stamp

#: Degrees: what is smaller than about 10 m is not drawn.
FINE = 0.0001


def area_map(
    request: HttpRequest, area: GEOSGeometry | None, results: Iterable[dict] = (), *, fine: float = FINE
) -> Drawing:
    """Draw an area, if there is one, and features; where there is neither, look at the biggest town."""
    outline = json.loads(area.simplify(fine, preserve_topology=True).geojson) if area else None
    layers = {"circle": circle_features(outline), "here": collection([]), "results": collection(results)}
    view = view_of(layers) or welcome_view()
    return draw(view=view, stamp=stamp(), nonce=request.csp_nonce, **layers)
