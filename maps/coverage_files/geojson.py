"""GeoJSON (RFC 7946): the neighbourhoods with their figures, the gaps and the sites; a property says which is which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely

from directory.coverage import Covered
from directory.findings import Findings
from maps.coverage_files.about import About
from maps.coverage_files.columns import TOWN, figures, gaps, sites

#: Digits of a degree: a decimetre (RFC 7946, 11.2).
DIGITS = 6


def document(findings: Findings, about: About) -> bytes:
    """The whole as one FeatureCollection; what is told of a whole has no geometry of its own."""
    told = {
        "type": "FeatureCollection",
        "title": about.title,
        "made_on": about.made_on.isoformat(),
        "source": about.address,
        "notes": list(about.notes),
        "licences": list(about.sources),
        "features": list(_features(findings)),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _features(findings: Findings) -> Iterator[dict[str, Any]]:
    for kind, row, values in figures(findings):
        layer = TOWN if kind == TOWN else "quartier"
        yield _feature(layer, together(findings, row), values)
    for gap, values in zip(findings.gaps, gaps(findings), strict=True):
        yield _feature("zone_trop_loin", gap.area, values)
    for place, values in zip(*sites(findings), strict=True):
        yield _feature("lieu", shapely.Point(place), values)


def together(findings: Findings, row: Covered) -> shapely.Geometry | None:
    """The outline of all that a row tells of, so that each home is in one of them; nothing of what is elsewhere."""
    outlines = [findings.outlines[area.key] for area in row.areas]
    return shapely.union_all(outlines) if outlines else None


def _feature(layer: str, shape: shapely.Geometry | None, values: dict[str, Any]) -> dict[str, Any]:
    geometry = None
    if shape is not None:
        rounded = shapely.transform(shape, lambda degrees: degrees.round(DIGITS))
        # The outer ring counter-clockwise (3.1.6).
        geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(rounded)))
    return {"type": "Feature", "properties": {"couche": layer, **values}, "geometry": geometry}
