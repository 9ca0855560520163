"""The map of an offer: its shape, the homes in it by how densely they stand, and who else does the same trade there."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib.gis.db.models import GeometryField, MultiPolygonField
from django.contrib.gis.db.models.functions import AsGeoJSON, GeometryDistance, Intersection
from django.contrib.gis.geos import MultiPolygon
from django.db.models import FloatField, Func, OuterRef, Subquery, Sum
from django.db.models.functions import Cast
from django.http import HttpRequest
from folium.utilities import JsCode

from directory.models import Kind, Listing
from geo.catchments import cells_covered
from geo.models import WGS84, CellContainment, Municipality, Neighbourhood
from geo.querysets import PublicCellQuerySet
from maps.area_map import FINE
from maps.cards import pictogram
from maps.framing import around, view_of, welcome_view
from maps.layers import Drawing, circle_features, collection, draw, feature, layer
from maps.tiles import stamp
from scopes.viewer import ANONYMOUS

#: Homes to a hectare from which a cell has the colour of its class (`maps/offer.css`), and its words in the legend.
CLASSES = (0, 50, 100, 200, 400)
#: Cells that are drawn one by one, and shops of the same trade that are told: more would be no map.
MOST_CELLS, MOST_RIVALS = 700, 60
#: Square metres of the ground of a cell.
GROUND = Func(
    Cast("area", MultiPolygonField(srid=WGS84, geography=True)), function="ST_Area", output_field=FloatField()
)
#: Degrees: about 3 m, and digits of what is drawn: about a metre.
SMOOTH, DIGITS = 0.00003, 5
HECTARE = 10_000


def cells_drawn(area: MultiPolygon) -> list[dict]:
    """Return the whole public cells that an area covers, each with its class of density; quarters where too many."""
    cells = cells_covered(area)
    told = list(
        cells.annotate(outline=AsGeoJSON(_smoothed("area"), precision=DIGITS))
        .order_by("pk")
        .values_list("outline", GROUND, "dwellings")[: MOST_CELLS + 1]
    )
    if len(told) > MOST_CELLS:
        return _quarters_drawn(cells, area)
    return [_shaded(outline, dwellings, ground) for outline, ground, dwellings in told]


def _quarters_drawn(cells: PublicCellQuerySet, area: MultiPolygon) -> list[dict]:
    """The quarters that cells lie in, or towns that have none, as far as the area goes, by the density of the cells."""
    quarter = CellContainment.objects.filter(cell=OuterRef("pk"), kind=OuterRef("municipality__circle_kind"))
    lying = cells.annotate(quarter=Subquery(quarter.values("neighbourhood")[:1])).order_by()
    summed = lying.values_list("quarter", "municipality").annotate(homes=Sum("dwellings"), ground=Sum(GROUND))
    found = {(Neighbourhood, place) if place else (Municipality, town): told for place, town, *told in summed}
    drawn = []
    for model in (Neighbourhood, Municipality):
        places = model.objects.filter(pk__in=[pk for kind, pk in found if kind is model]).order_by("pk")
        outline = AsGeoJSON(Intersection(_smoothed("boundary"), area), precision=DIGITS)
        drawn += [_shaded(shape, *found[model, pk]) for pk, shape in places.values_list("pk", outline)]
    return drawn


def _smoothed(field: str) -> Func:
    return Func(field, SMOOTH, function="ST_SimplifyPreserveTopology", output_field=GeometryField(srid=WGS84))


def _shaded(outline: str, dwellings: int, ground: float) -> dict:
    return feature(json.loads(outline), {"shade": shade(dwellings, ground)})


def shade(dwellings: int, ground: float) -> int:
    """Return the number of a cell's class, from 0: its homes to the hectare (`ground` is in square metres)."""
    density = dwellings * HECTARE / ground if ground else 0
    return sum(density >= least for least in CLASSES) - 1


def rivals_in(area: MultiPolygon, place: Listing) -> list[Listing]:
    """Return the other shops of the same trade in an area that everyone sees, the nearest first, one above the most.

    One that works at home stands at its public cell: it is told of, and has no point to draw.
    """
    seen = Listing.objects.live().visible_to(ANONYMOUS).filter(kind=Kind.MERCHANT).exclude(pk=place.pk)
    same = seen.filter(
        category=place.category,
        entry__category_number=place.category.number,
        entry__location__intersects=area,
    )
    nearest = [GeometryDistance("entry__location", place.location)] if place.location else ["title"]
    return list(same.select_related("category").order_by(*nearest, "pk")[: MOST_RIVALS + 1])


def layers_of(place: Listing, shape: MultiPolygon | None, rivals: Sequence[Listing]) -> dict[str, dict]:
    """Return what is drawn, by layer, as scripts refill it."""
    outline = json.loads(shape.simplify(FINE / 10, preserve_topology=True).geojson) if shape else None
    here = [feature({"type": "Point", "coordinates": list(place.location.coords)}, {})] if place.location else []
    return {
        "cells": collection(cells_drawn(shape) if shape else []),
        "circle": circle_features(outline),
        "here": collection(here),
        "results": collection(_pin(rival) for rival in rivals[:MOST_RIVALS] if rival.location),
    }


def offer_map(request: HttpRequest, place: Listing, layers: dict[str, dict]) -> Drawing:
    """Draw the layers."""
    shown = {name: layers[name] for name in ("circle", "here", "results")}
    cells = layer("cells", layers["cells"], style=JsCode("alentour.cellStyle"), interactive=False)
    view = view_of(shown) or (around(place.location.coords) if place.location else welcome_view())
    return draw(view=view, stamp=stamp(), nonce=request.csp_nonce, below=[cells], **shown)


def _pin(rival: Listing) -> dict:
    properties = {
        "id": str(rival.public_id),
        "kind": rival.kind,
        "icon": pictogram(rival.category.icon),
        "title": rival.title,
        "category": rival.category.name,
        "why": "",
    }
    return feature({"type": "Point", "coordinates": list(rival.location.coords)}, properties)
