"""Where data are loaded: elsewhere the answer is "données non chargées", never 0."""

from __future__ import annotations

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.models import WGS84, Release

#: Percent of an area from which what is counted there is told as that of the whole: nobody builds up to every limit.
MOST_OF_IT = 90


def percent_loaded(area: MultiPolygon | None) -> int | None:
    """Return of how many percent of an area buildings are loaded; nothing where its limits are not known."""
    return None if area is None else round(100 * (1 - share_not_loaded(area)))


def is_in_part(loaded: int | None) -> bool:
    """Whether so many percent are less than what is told as the whole."""
    return loaded is not None and loaded < MOST_OF_IT


def share_not_loaded(area: MultiPolygon, *, dataset: str = Release.Dataset.BUILDINGS) -> float:
    """Return the share of an area, from 0 to 1, in which no release of the dataset speaks."""
    return float(shares_not_loaded(np.array([shapely.from_wkb(bytes(area.wkb))]), dataset=dataset)[0])


def shares_not_loaded(areas: np.ndarray, *, dataset: str = Release.Dataset.BUILDINGS) -> np.ndarray:
    """Return the same for each of some areas (degrees); nothing is lacking where there is no area."""
    if not len(areas):
        return np.zeros(0)
    box = Polygon.from_bbox(shapely.total_bounds(areas))
    box.srid = WGS84
    told = Release.objects.active().filter(dataset=dataset, extent__bboverlaps=box).order_by("pk")
    loaded = shapely.union_all(
        [shapely.from_wkb(bytes(extent)) for extent in told.values_list(AsWKB("extent"), flat=True)]
    )
    # In square degrees: metres per degree are the same across a zone, and a share is all that is told.
    sizes = shapely.area(areas)
    rest = shapely.area(shapely.difference(areas, loaded))
    return np.divide(rest, sizes, out=np.zeros(len(areas)), where=sizes > 0)
