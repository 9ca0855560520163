"""Where data are loaded: elsewhere the answer is "données non chargées", never 0."""

from __future__ import annotations

from django.contrib.gis.geos import MultiPolygon

from geo.models import Release


def share_not_loaded(area: MultiPolygon, *, dataset: str = Release.Dataset.BUILDINGS) -> float:
    """Return the share of an area, from 0 to 1, in which no release of the dataset speaks."""
    extents = Release.objects.active().filter(dataset=dataset, extent__intersects=area)
    rest = area
    for extent in extents.order_by("pk").values_list("extent", flat=True):
        rest = rest.difference(extent)
    # In square degrees: metres per degree are the same across a zone, and a share is all that is told.
    return rest.area / area.area if area.area else 0.0
