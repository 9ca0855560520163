"""Makes geometries storable: two-dimensional, valid, of the right family; says what was mended and what cannot be."""

from __future__ import annotations

from enum import Enum

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely import GeometryType

from geo.importing.reprojection import in_france


class Family(Enum):
    """What a dataset's geometries are."""

    AREA = "area"
    LINE = "line"
    POINT = "point"


#: GEOS's words for an invalid polygon (https://libgeos.org, TopologyValidationError) in ours.
INVALIDITIES = {
    "Self-intersection": _("contour qui se recoupe"),
    "Ring Self-intersection": _("contour qui se touche lui-même"),
    "Hole lies outside shell": _("trou hors du contour"),
    "Nested shells": _("morceaux superposés"),
    "Holes are nested": _("trous superposés"),
    "Duplicate Rings": _("contour en double"),
    "Interior is disconnected": _("intérieur coupé en deux"),
    "Too few points in geometry component": _("trop peu de points"),
}
INVALID = _("contour non valide")
FLAT_PARTS = _("morceaux sans surface écartés")
MISSING = _("géométrie absente ou illisible")
NOT_A_NUMBER = _("coordonnées absentes ou hors du domaine du système de coordonnées")
ABROAD = _("hors de France et de Monaco")
NO_AREA = _("surface nulle")
NO_LENGTH = _("longueur nulle")
NOT_AN_AREA = _("ce n’est pas une surface")
NOT_A_LINE = _("ce n’est pas une ligne d’un seul tenant")
NOT_A_POINT = _("ce n’est pas un point")


def faults_of_position(geometries: np.ndarray) -> np.ndarray:
    """Say for each geometry (degrees) why its position cannot be used; an empty string where it can."""
    missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    undefined = np.zeros(len(geometries), dtype=bool)
    undefined[owners[~np.isfinite(coordinates).all(axis=1)]] = True
    abroad = ~in_france(shapely.bounds(geometries))
    return np.select([missing, undefined, abroad], [str(MISSING), str(NOT_A_NUMBER), str(ABROAD)], default="")


def repaired(geometries: np.ndarray, family: Family) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (geometries, repairs, faults), each of shape (n,): faults and repairs are reasons or empty strings.

    Areas come back as valid `MultiPolygon`s, lines as one `LineString`, points as `Point`; all in two dimensions.
    """
    return {Family.AREA: _areas, Family.LINE: _lines, Family.POINT: _points}[family](shapely.force_2d(geometries))


def _areas(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    repairs = np.full(len(geometries), "", dtype=object)
    invalid = ~shapely.is_valid(geometries) & ~shapely.is_missing(geometries)
    reasons = [reason.split("[")[0] for reason in shapely.is_valid_reason(geometries[invalid])]
    repairs[invalid] = [str(INVALIDITIES.get(reason, INVALID)) for reason in reasons]
    geometries = geometries.copy()
    geometries[invalid] = shapely.make_valid(geometries[invalid], method="structure", keep_collapsed=False)
    # GEOS 3.14 may leave two parts of such a repair side by side along an edge; a buffer of nothing unites them.
    apart = invalid & ~shapely.is_valid(geometries)
    geometries[apart] = shapely.buffer(geometries[apart], 0)
    mixed = shapely.get_type_id(geometries) == GeometryType.GEOMETRYCOLLECTION
    repairs[mixed & ~invalid] = str(FLAT_PARTS)
    geometries[mixed] = [_polygons_of(geometry) for geometry in geometries[mixed]]
    is_area = np.isin(shapely.get_type_id(geometries), (GeometryType.POLYGON, GeometryType.MULTIPOLYGON))
    flat, broken = shapely.area(geometries) == 0, ~shapely.is_valid(geometries)
    faults = np.select([~is_area, flat, broken], [str(NOT_AN_AREA), str(NO_AREA), str(INVALID)], default="")
    single = shapely.get_type_id(geometries) == GeometryType.POLYGON
    geometries[single] = [shapely.MultiPolygon([polygon]) for polygon in geometries[single]]
    return geometries, repairs, faults


def _polygons_of(collection: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons of a collection, united so that they do not overlap; the collection itself if it has none."""
    polygons = [part for part in _leaves(collection) if part.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else collection


def _leaves(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the single parts of a geometry, through nested collections."""
    parts = getattr(geometry, "geoms", None)
    return [geometry] if parts is None else [leaf for part in parts for leaf in _leaves(part)]


def _lines(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    repairs = np.full(len(geometries), "", dtype=object)
    is_multi = shapely.get_type_id(geometries) == GeometryType.MULTILINESTRING
    # Directed: house numbers and one-way streets run along the line.
    geometries = np.where(is_multi, shapely.line_merge(geometries, directed=True), geometries)
    is_line = shapely.get_type_id(geometries) == GeometryType.LINESTRING
    faults = np.select([~is_line, shapely.length(geometries) == 0], [str(NOT_A_LINE), str(NO_LENGTH)], default="")
    return geometries, repairs, faults


def _points(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    repairs = np.full(len(geometries), "", dtype=object)
    alone = (shapely.get_type_id(geometries) == GeometryType.MULTIPOINT) & (shapely.get_num_geometries(geometries) == 1)
    geometries = np.where(alone, shapely.get_geometry(geometries, 0), geometries)
    is_point = shapely.get_type_id(geometries) == GeometryType.POINT
    return geometries, repairs, np.where(is_point, "", str(NOT_A_POINT))
