"""Where a public cell is shown: a point on a public street next to the centre of its homes, an area around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

#: Metres. A named street this close to the centre is preferred to a nearer path without a name.
NAMED_WITHIN = 200.0
#: Metres. The point keeps this far from the limits of its town and circle, which streets often are.
INSIDE = 1.0
#: Metres. A point this close to a street is on it.
ON_STREET = 1.0
#: Metres. Around footprints: what is between them is filled, then some is taken back.
AROUND, BACK = 40.0, 25.0


@dataclass(frozen=True, slots=True)
class Streets:
    """The walkable streets of a town, on a plane, found by place."""

    lines: np.ndarray
    tree: shapely.STRtree

    @classmethod
    def of(cls, lines: np.ndarray) -> Streets:
        """Index these lines."""
        return cls(lines, shapely.STRtree(lines))

    def pass_by(self, point: shapely.Point) -> bool:
        """Whether the point is on one of the streets."""
        return len(self.tree.query(point, predicate="dwithin", distance=ON_STREET)) > 0

    def nearest_point(
        self, centre: shapely.Point, limits: BaseGeometry, *, within: float = np.inf
    ) -> shapely.Point | None:
        """Return the point on a street and in the limits that is nearest to the centre, if one is within metres."""
        reach = min(NAMED_WITHIN, within)
        while True:
            near = self.lines[self.tree.query(centre, predicate="dwithin", distance=reach)]
            # Cutting is slow, and most streets lie within the limits.
            inside = np.where(shapely.covers(limits, near), near, None)
            cut = np.equal(inside, None)
            inside[cut] = shapely.intersection(near[cut], limits)
            distances = shapely.distance(inside, centre)
            if (distances <= reach).any():
                return shapely.Point(shapely.shortest_line(inside[np.nanargmin(distances)], centre).coords[0])
            if reach >= within or len(near) == len(self.lines):
                return None
            reach = min(reach * 4, within)


def placed(
    centre: shapely.Point, limits: BaseGeometry, named: Streets, walkable: Streets, *, now: shapely.Point | None = None
) -> shapely.Point:
    """Return the point of a cell, in metres: where it is `now` as long as that is on a street within the limits.

    Else on a named street near the centre of its homes, else on any street, else the nearest place within the limits.
    """
    if now is not None and limits.dwithin(now, INSIDE / 2) and walkable.pass_by(now):
        return now
    return (
        named.nearest_point(centre, limits, within=NAMED_WITHIN)
        or walkable.nearest_point(centre, limits)
        or shapely.Point(shapely.shortest_line(limits, centre).coords[0])
    )


def drawn(footprints: np.ndarray) -> BaseGeometry:
    """Return the area around footprints, in metres: one piece where they are near each other."""
    around = shapely.union_all(shapely.buffer(shapely.envelope(footprints), AROUND, quad_segs=3))
    return shapely.simplify(shapely.buffer(around, -BACK, quad_segs=3), 1.0)
