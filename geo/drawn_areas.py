"""Areas drawn by hand, as GeoJSON (RFC 7946): read, repaired where they can be, else refused with the reason."""

from __future__ import annotations

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.importing.repair import Family, faults_of_position, repaired
from geo.models import WGS84

#: Characters and corners of one drawing.
LONGEST, MOST_CORNERS = 100_000, 2_000
#: Degrees across: about 200 km from north to south.
WIDEST = 1.8


def read_area(text: str, *, parameter: str) -> tuple[MultiPolygon, tuple[str, ...]]:
    """Return a polygon, several, or the features of a drawing as one area, and what was mended.

    Raises `InvalidParameter` naming `parameter` for what is no area in France, is too large or has too many corners.
    """
    if len(text) > LONGEST:
        raise InvalidParameter(parameter, _("Ce tracé est trop long."))
    try:
        drawn = shapely.from_geojson(text)
    except (shapely.errors.GEOSException, UnicodeError) as error:
        raise InvalidParameter(parameter, _("Ce tracé n’est pas du GeoJSON.")) from error
    parts = shapely.get_parts(drawn)
    if not len(parts) or not all(part.geom_type in ("Polygon", "MultiPolygon") for part in parts):
        raise InvalidParameter(parameter, _("Attendu : une surface, polygone ou ensemble de polygones."))
    if shapely.get_num_coordinates(drawn) > MOST_CORNERS:
        raise InvalidParameter(parameter, _("Au plus %(most)d sommets.") % {"most": MOST_CORNERS})
    return _checked(np.array([_joined(parts)]), parameter)


def _joined(parts: np.ndarray) -> shapely.Geometry:
    """Several areas as one; one alone stays as it was drawn, so that what is wrong with it can be said."""
    if len(parts) == 1:
        return parts[0]
    mended, _repairs, _faults = repaired(parts, Family.AREA)
    return shapely.union_all(mended)


def _checked(areas: np.ndarray, parameter: str) -> tuple[MultiPolygon, tuple[str, ...]]:
    (fault,) = faults_of_position(areas)
    if not fault:
        areas, (repair,), (fault,) = repaired(areas, Family.AREA)
    if fault:
        raise InvalidParameter(parameter, _("Ce tracé ne peut pas servir : %(why)s.") % {"why": fault})
    west, south, east, north = areas[0].bounds
    if east - west > WIDEST or north - south > WIDEST:
        raise InvalidParameter(parameter, _("Ce tracé est trop grand."))
    notes = (_("Votre tracé a été réparé : %(why)s.") % {"why": repair},) if repair else ()
    return GEOSGeometry(memoryview(shapely.to_wkb(areas[0])), srid=WGS84), notes
