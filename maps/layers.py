"""Draws maps with folium from our own files and tiles; user text reaches them as escaped properties only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import branca.element
import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from folium.features import Control
from folium.plugins import VectorGridProtobuf
from folium.utilities import JsCode

from maps.tiles import MAX_ZOOM, MIN_ZOOM

#: folium's names of its libraries -> our own files; the others draw nothing that we use.
OWN_LIBRARIES = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
    "vectorGrid": "leaflet/vectorgrid.js",
}
UNUSED_LIBRARIES = {
    "jquery", "bootstrap", "awesome_markers", "bootstrap_css", "glyphicons_css", "awesome_markers_font_css",
    "awesome_markers_css", "awesome_rotate_css",
}  # fmt: skip
#: Elements that put text into scripts as it stands: `${…}` in a `Popup` or `Tooltip` runs in spite of the nonce.
REFUSED = (folium.Popup, folium.Tooltip, folium.DivIcon, folium.Marker)

POPUP_FIELDS = ["title", "category", "why"]
WORLD = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]


class UnsafeMap(Exception):
    """This map would load a file that is not ours, or run text as script."""


class Drawn:
    """What folium has drawn is text: branca takes it for a template, and would run `{{ … }}` in a person's title."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, **_names: object) -> str:
        """The text as it stands."""
        return self.text


branca.element.Template = Drawn


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map as three pieces of a page; the scripts carry the nonce of the page's Content-Security-Policy."""

    head: SafeString
    body: SafeString
    script: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a map shows at first: a box as west, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def corners(self) -> list[list[float]]:
        """South-west and north-east, as Leaflet wants them."""
        return [lat_lon((self.west, self.south)), lat_lon((self.east, self.north))]


def lat_lon(position: Sequence[float]) -> list[float]:
    """Turn longitude, latitude into the order of folium and Leaflet: the only place where it is turned."""
    longitude, latitude = position[:2]
    return [latitude, longitude]


def escaped(value: Any) -> Any:
    """Escape every text in a structure of properties; the only way in which user text reaches a map."""
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(item) for item in value]
    return str(escape(value)) if isinstance(value, str) else value


def feature(geometry: dict | None, properties: dict) -> dict:
    """One GeoJSON feature with escaped properties."""
    return {"type": "Feature", "geometry": geometry, "properties": escaped(properties)}


def collection(features: Iterable[dict]) -> dict:
    """The features as one GeoJSON document."""
    return {"type": "FeatureCollection", "features": list(features)}


def veil(shape: dict) -> dict:
    """Everything but the circle, so that the map recedes around it (a GeoJSON polygon with the circle as its holes)."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    islands = [[ring] for rings in polygons for ring in rings[1:]]
    return {"type": "MultiPolygon", "coordinates": [[WORLD, *(rings[0] for rings in polygons)], *islands]}


def circle_features(shape: dict | None) -> dict:
    """The circle as it draws itself: the veil around it, and its outline."""
    drawn = [("veil", veil(shape)), ("circle", shape)] if shape else []
    return collection(feature(geometry, {"part": part}) for part, geometry in drawn)


def base_map(*, view: View, stamp: str) -> folium.Map:
    """Begin a map: land, buildings and streets, and their names above whatever is added."""
    page = folium.Map(tiles=None, zoom_control=False, font_size="1rem", control_scale=False)
    page._id = "alentour"
    page.add_child(zoom_buttons())
    page.options.update(min_zoom=MIN_ZOOM, max_zoom=MAX_ZOOM, zoom_snap=0.5, attribution_control=False)
    # Before any layer: folium's own view is the Gulf of Guinea, whose tiles the browser would ask for first.
    page.fit_bounds(view.corners, padding=(24, 24))
    page.add_child(tiles("base", stamp, renderer="L.svg.tile", pane="tilePane"))
    page.add_child(folium.map.CustomPane("names", z_index=450))
    page.add_child(tiles("names", stamp, renderer="alentour.nameTile", pane="names"))
    return page


def zoom_buttons() -> Control:
    """The two buttons that zoom, named in the reader's language: Leaflet's own are English everywhere."""
    buttons = Control("Zoom", zoomInTitle=_("Agrandir la carte"), zoomOutTitle=_("Réduire la carte"))
    buttons.options["position"] = "topright"  # folium 0.20 would hand Leaflet all the positions there are
    return buttons


def draw(
    *,
    view: View,
    stamp: str,
    results: dict,
    circle: dict,
    here: dict,
    nonce: str,
    below: Iterable[folium.GeoJson] = (),
) -> Drawing:
    """Draw the base map, the circle, where one is, and the results, each in its own layer that scripts can refill.

    What is `below` is drawn under all of these.
    """
    page = base_map(view=view, stamp=stamp)
    for under in below:
        page.add_child(under)
    page.add_child(layer("circle", circle, smooth_factor=0.2, style=JsCode("alentour.circleStyle"), interactive=False))
    page.add_child(layer("here", here, point_to_layer=JsCode("alentour.hereMarker")))
    # folium looks for the fields in the first feature; one without geometry draws nothing, and lets results be none.
    model = feature(None, dict.fromkeys(POPUP_FIELDS, ""))
    found = layer(
        "results",
        collection([model, *results["features"]]),
        point_to_layer=JsCode("alentour.resultMarker"),
        style=JsCode("alentour.areaStyle"),
    )
    found.add_child(folium.GeoJsonTooltip(["title"], labels=False, sticky=False, class_name="map-tip", direction="top"))
    found.add_child(folium.GeoJsonPopup(POPUP_FIELDS, labels=False, localize=False, class_name="map-popup"))
    page.add_child(found)
    return assembled(page, nonce=nonce)


def tiles(layers: str, stamp: str, *, renderer: str, pane: str) -> VectorGridProtobuf:
    """A layer of our own vector tiles, styled by class names in `maps/static/maps/map.css`."""
    options = {
        "renderer_factory": JsCode(renderer),
        "vector_tile_layer_styles": JsCode(f"alentour.styles.{layers}"),
        "pane": pane,
        "min_zoom": MIN_ZOOM,
        "max_zoom": MAX_ZOOM,
    }
    grid = VectorGridProtobuf(f"/tiles/{layers}/{{z}}/{{x}}/{{y}}.mvt?v={stamp}", layers, options)
    grid._id = layers
    return grid


def layer(name: str, data: dict, **options: Any) -> folium.GeoJson:
    """A layer of features that scripts know as `geo_json_<name>`."""
    drawn = folium.GeoJson(data, name=name, **options)
    drawn._id = name
    return drawn


def assembled(page: folium.Map, *, nonce: str) -> Drawing:
    """Render a map's parts for our own template, after making sure that they load and run nothing but ours."""
    figure: Figure = page.get_root()
    for element in elements(page):
        own_libraries(element)
    figure.render()
    # The map's own header forbids zooming and sets sizes: the template and the stylesheet do that better.
    figure.header._children.pop(page.get_name(), None)
    figure.header._children.pop("meta_http", None)
    links = [child for child in figure.header._children.values() if isinstance(child, JavascriptLink | CssLink)]
    styles = [child for child in figure.header._children.values() if type(child) is Element]
    head = "\n".join(child.render() for child in [*links, *styles])
    if re.search(r"https?:|[\"'(]//", head):
        raise UnsafeMap
    with_nonce = re.sub(r"<(script|style)\b", rf'<\1 nonce="{nonce}"', head)
    script = figure.script.render()
    return Drawing(
        head=mark_safe(with_nonce),  # noqa: S308 - our own file names
        body=mark_safe(figure.html.render()),  # noqa: S308 - the map's empty frame
        script=mark_safe(f'<script nonce="{nonce}">{script}</script>'),  # noqa: S308 - escaped by `feature`
    )


def elements(element: Element) -> Iterable[Element]:
    """The element and everything in it; refuses what would run user text."""
    if isinstance(element, REFUSED):
        raise UnsafeMap(f"{type(element).__name__} does not escape its text")
    yield element
    for child in element._children.values():
        yield from elements(child)


def own_libraries(element: Element) -> None:
    """Point an element's scripts and styles at our own files; a library that we do not know is refused."""
    for attribute in ("default_js", "default_css"):
        names = [name for name, _path in getattr(element, attribute, []) if name not in UNUSED_LIBRARIES]
        unknown = set(names) - OWN_LIBRARIES.keys()
        if unknown:
            raise UnsafeMap(f"{type(element).__name__} wants {', '.join(sorted(unknown))}")
        setattr(element, attribute, [(name, static(OWN_LIBRARIES[name])) for name in names])
