"""Draws the place of a row on our own tiles: no page of the administration asks anything of anyone else."""

from __future__ import annotations

import json

from django.contrib.gis.geos import GEOSGeometry

from maps.framing import view_of
from maps.layers import Drawing, circle_features, collection, draw, feature
from maps.tiles import stamp

#: Degrees, about 10 m: a region's boundary is drawn, not surveyed.
DRAWN_TO = 0.0001


def drawn(geometry: GEOSGeometry, *, nonce: str) -> Drawing:
    """Draw a point as *here*, anything wider as the circle."""
    is_point = geometry.geom_type == "Point"
    shape = json.loads((geometry if is_point else geometry.simplify(DRAWN_TO, preserve_topology=True)).geojson)
    features = {
        "results": collection([]),
        "circle": circle_features(None if is_point else shape),
        "here": collection([feature(shape, {"label": ""})] if is_point else []),
    }
    return draw(view=view_of(features), stamp=stamp(), nonce=nonce, **features)
