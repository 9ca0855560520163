"""The analysis as one HTML file: map, tables and words, opened from a disk without a network; it asks nobody anything.

Its scripts, styles and typeface are our own files, written into it; buildings and quarters are its base map. A policy
in its head forbids every request, so that what it asked for by mistake would be refused by the reader's browser.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import folium
import numpy as np
import shapely
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from folium.utilities import JsCode

from directory.findings import Findings
from maps.browser_files import SOURCE_MAP
from maps.coverage_files.about import About
from maps.coverage_files.outlines import outlines_of
from maps.coverage_map import add_layers, view_around
from maps.coverage_told import figures_told
from maps.layers import assembled, collection, feature, layer, zoom_buttons

SCRIPTS = ("leaflet/leaflet.js", "maps/coverage_map.js")
STYLES = (
    "leaflet/leaflet.css",
    "maps/palette.css",
    "maps/map.css",
    "maps/coverage.css",
    "maps/coverage_standalone.css",
)
URL = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")
#: Beyond so many, buildings would make the file heavy.
MOST_BUILDINGS = 30_000
#: Degrees, about half a metre; digits that go with it.
FINE, DIGITS = 0.000005, 6


def page(findings: Findings, about: About) -> bytes:
    """The file; Nantes-centre takes 1.3 MB."""
    drawn = _map(findings)
    context = figures_told(findings) | {
        "about": about,
        "language": get_language(),
        "styles": _inlined(_style(name) for name in STYLES),
        "scripts": _inlined(_text(name) for name in SCRIPTS),
        "map": drawn.body,
        # Without a server there is no nonce.
        "drawing": mark_safe(drawn.script.replace(' nonce=""', "")),  # noqa: S308 - escaped by `feature`
        "has_buildings": len(findings.buildings.ids) <= MOST_BUILDINGS and not findings.gone,
    }
    return render_to_string("maps/coverage_standalone.html", context).encode()


def _map(findings: Findings):
    """The map without tiles: what it stands on is in the file."""
    shown = folium.Map(tiles=None, zoom_control=False, font_size="1rem", control_scale=True)
    shown._id = "alentour"
    shown.add_child(zoom_buttons())
    shown.options.update(max_zoom=19, zoom_snap=0.5, attribution_control=False)
    shown.fit_bounds(view_around(findings.corners).corners, padding=(16, 16))
    add_layers(shown, findings, next(iter(findings.by.values()), []))
    if len(findings.buildings.ids) <= MOST_BUILDINGS:
        style = JsCode("alentour.buildingStyle")
        shown.add_child(layer("buildings", _buildings(findings), style=style, interactive=False, smooth_factor=0.3))
    return assembled(shown, nonce="")


def _buildings(findings: Findings) -> dict:
    """Those that are served, and the others: two shapes, which a browser draws at once."""
    known = outlines_of(findings)
    served = findings.buildings.served[known.places]
    return collection(
        feature(_together(known.footprints[here]), {"is_served": bool(is_served)})
        for is_served, here in ((True, served), (False, ~served))
        if here.any()
    )


def _together(footprints: np.ndarray) -> dict:
    parts = shapely.get_parts(shapely.simplify(footprints, FINE))
    rounded = shapely.transform(shapely.multipolygons(parts), lambda degrees: degrees.round(DIGITS))
    return json.loads(shapely.to_geojson(rounded))


def _text(name: str) -> str:
    """One of our own files, without the address of its source map."""
    return SOURCE_MAP.sub(b"", Path(finders.find(name)).read_bytes()).decode()


def _style(name: str) -> str:
    """A stylesheet that loads nothing: the typeface is in it, Leaflet's pictures, which we do not use, are left out."""
    return URL.sub(_in_it, _text(name))


def _in_it(found: re.Match) -> str:
    address = found[1]
    if address.startswith("data:"):
        return found[0]
    if not address.endswith(".woff2"):
        return "none"
    content = Path(finders.find(f"type/{Path(address).name}")).read_bytes()
    return f'url("data:font/woff2;base64,{base64.b64encode(content).decode()}")'


def _inlined(texts) -> SafeString:
    """Texts of our own as one; one that would end its element early is none of ours."""
    together = "\n".join(texts)
    if re.search(r"</(script|style)", together, flags=re.IGNORECASE):
        raise ValueError("a file that closes the element that it stands in")
    return mark_safe(together)  # noqa: S308 - our own files
