"""Where data are loaded: elsewhere the answer is "données non chargées", never 0."""

from __future__ import annotations

from django.contrib.gis.geos import MultiPolygon

from geo.models import Release

#: Percent of an area from which what is counted there is told as that of the whole: nobody builds up to every limit.
MOST_OF_IT = 90


def percent_loaded(area: MultiPolygon | None) -> int:
    """Return of how many percent of an area buildings are loaded: all of one whose limits are not known."""
    return 100 if area is None else round(100 * (1 - share_not_loaded(area)))


def share_not_loaded(area: MultiPolygon, *, dataset: str = Release.Dataset.BUILDINGS) -> float:
    """Return the share of an area, from 0 to 1, in which no release of the dataset speaks."""
    extents = Release.objects.active().filter(dataset=dataset, extent__intersects=area)
    rest = area
    for extent in extents.order_by("pk").values_list("extent", flat=True):
        rest = rest.difference(extent)
    # In square degrees: metres per degree are the same across a zone, and a share is all that is told.
    return rest.area / area.area if area.area else 0.0
