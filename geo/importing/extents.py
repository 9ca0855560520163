"""Where a release speaks: the hulls of what it holds, one for each commune (or department, for communes)."""

from __future__ import annotations

from collections import defaultdict

import shapely

from geo.codes import department_of
from geo.importing.versions import VersionRow

#: About one metre: a release of a single point has an extent too.
MARGIN = 0.00001


class Hulls:
    """Convex hulls, grown batch by batch."""

    def __init__(self, dataset: str):
        self.by_department = dataset == "municipalities"
        self.hulls: dict[str, shapely.Geometry] = {}

    def add(self, versions: list[VersionRow]) -> None:
        """Take in a batch."""
        groups = defaultdict(list)
        for version in versions:
            code = department_of(version.key.removeprefix("insee:")) if self.by_department else version.insee_code
            groups[code].append(version.geometry)
        for code, geometries in groups.items():
            known = [self.hulls[code]] if code in self.hulls else []
            self.hulls[code] = shapely.GeometryCollection([*known, *geometries]).convex_hull

    def union(self) -> shapely.MultiPolygon:
        """Return the union of the hulls, in degrees."""
        areas = shapely.union_all([hull.buffer(MARGIN, quad_segs=1) for hull in self.hulls.values()])
        return areas if areas.geom_type == "MultiPolygon" else shapely.MultiPolygon([areas])
