"""The map of an analysis of coverage: quarters by the share of homes served, gaps, and the sites; drawn by folium."""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Sequence

import folium
import numpy as np
import shapely
from django.utils.translation import gettext as _
from folium.utilities import JsCode

from directory.coverage import Covered
from directory.coverage_best import BestSites
from directory.findings import Area, Findings
from directory.proposed_sites import written
from maps.layers import Drawing, View, assembled, base_map, collection, feature, layer
from maps.wording import grouped, percent

#: Percent from which a share has the colour of its class (`maps/coverage.css`), and its words in the legend.
CLASSES = (0, 25, 50, 75, 90)
#: Digits of a degree: a metre.
DIGITS = 5


def shade(share: float | None) -> int | None:
    """Return the number of a share's class, from 0."""
    return None if share is None else sum(share >= least for least in CLASSES) - 1


def coverage_map(
    findings: Findings, rows: Sequence[Covered], best: BestSites | None = None, *, stamp: str, nonce: str
) -> Drawing:
    """Draw the neighbourhoods of these rows, the gaps, the sites, proposed and best ones, on the base map."""
    page = base_map(view=view_around(findings.corners), stamp=stamp)
    add_layers(page, findings, rows)
    if best and len(best.sites):
        page.add_child(layer("best", _best(best), point_to_layer=JsCode("alentour.bestMarker")))
    return assembled(page, nonce=nonce)


def add_layers(page: folium.Map, findings: Findings, rows: Sequence[Covered]) -> None:
    """Add all but the best sites to any map."""
    shares = collection(_shares(findings, rows))
    gaps = collection(feature(_geojson(gap.area), {"title": _homes(gap.homes)}) for gap in findings.gaps if gap.area)
    for name, drawn, style in (("shares", shares, "shareStyle"), ("gaps", gaps, "gapStyle")):
        shown = layer(name, drawn, style=JsCode(f"alentour.{style}"), smooth_factor=0.2)
        if drawn["features"]:
            shown.add_child(folium.GeoJsonTooltip(["title"], labels=False, sticky=True, class_name="map-tip"))
        page.add_child(shown)
    page.add_child(_sites(findings))
    if len(findings.proposed):
        page.add_child(layer("proposed", _proposed(findings), point_to_layer=JsCode("alentour.proposedMarker")))


def _sites(findings: Findings) -> folium.GeoJson:
    """The sites that are counted; those that were given with a name say it."""
    places = findings.sites.round(DIGITS).tolist()
    names = findings.site_names or [""] * len(places)
    drawn = collection(
        feature({"type": "Point", "coordinates": place}, {"title": name or written(tuple(place))} if any(names) else {})
        for place, name in zip(places, names, strict=True)
    )
    if not any(names):
        return layer("sites", drawn, point_to_layer=JsCode("alentour.siteMarker"), interactive=False)
    shown = layer("sites", drawn, point_to_layer=JsCode("alentour.namedSiteMarker"))
    shown.add_child(folium.GeoJsonTooltip(["title"], labels=False, class_name="map-tip", direction="top"))
    return shown


def _proposed(findings: Findings) -> dict:
    """The sites that do not exist, by the letters that the page calls them."""
    return collection(
        feature({"type": "Point", "coordinates": site}, {"proposed": number, "label": letter(number)})
        for number, site in enumerate(findings.proposed.round(DIGITS).tolist())
    )


def _best(best: BestSites) -> dict:
    """The best next sites, by the numbers that the page calls them."""
    return collection(
        feature({"type": "Point", "coordinates": site}, {"label": str(number)})
        for number, site in enumerate(best.sites.round(DIGITS).tolist(), start=1)
    )


def letter(number: int) -> str:
    """What a proposed site is called on the map and beside it."""
    return string.ascii_uppercase[number]


def _shares(findings: Findings, rows: Iterable[Covered]) -> Iterable[dict]:
    """Each neighbourhood with the class of its row; those told of together look alike."""
    for row in rows:
        for area in row.areas:
            title = _("%(name)s : %(share)s") % {"name": area.name, "share": percent(row.homes.percent)}
            properties = {"title": title, "shade": shade(row.homes.percent)}
            yield feature(outline_of(findings, area), properties)


def outline_of(findings: Findings, area: Area) -> dict:
    """The outline of a neighbourhood that findings tell of, as GeoJSON."""
    return _geojson(findings.outlines[area.key])


def view_around(corners: np.ndarray) -> View:
    """What a map shows at first: everything between these corners, shape (2, 2) in degrees."""
    (west, south), (east, north) = corners.tolist()
    return View(west=west, south=south, east=east, north=north)


def _geojson(shape: shapely.Geometry) -> dict:
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda degrees: degrees.round(DIGITS))))


def _homes(number: int) -> str:
    return _("%(number)s logements trop loin") % {"number": grouped(number)}
