"""What can be reached within so many metres: the parts of streets, and the area around them."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.network.graph import Network, Stops

#: Metres. What stands so far beside a street is still on it: half a block; of a short walk half is on the street.
BESIDE = 50.0
#: Square metres. A block that one can walk all around is in the area, though its middle is farther from any street.
BLOCK = 10_000.0
#: Of the rounded corners: sides to a quarter of a circle, 2 % inside it at the most.
ROUND = 4


def area_reached(network: Network, start: Stops, metres: float) -> BaseGeometry | None:
    """Return the area (degrees) of all that lies within a walk of one stop; None where the stop is off the network.

    A walk may leave the street anywhere, for `BESIDE` metres at most: the area is that far around what is reached so
    much earlier. All that is on a street within the walk is covered, and a longer walk covers what a shorter one did.
    """
    if not start.placed[0]:
        return None
    beside = min(BESIDE, metres / 2)
    walked = _parts_reached(network, start, metres - beside)
    # Each by itself: the buffer of all at once takes a hundred times as long.
    around = shapely.union_all(shapely.buffer(walked, beside, quad_segs=ROUND))
    return shapely.transform(_without_blocks(around), network.plane.degrees)


def _parts_reached(network: Network, start: Stops, metres: float) -> list[BaseGeometry]:
    """The parts of streets within so many metres of a stop, on the plane: lines, or the point where it stands."""
    reached = dijkstra(network.matrix(start), indices=len(network.pieces.nodes), limit=max(metres, 0.0))
    lengths = network.pieces.metres
    left = metres - reached[network.pieces.ends]
    from_begin, from_end = np.clip(left.T, 0, lengths) / lengths
    whole = from_begin + from_end >= 1
    parts = list(network.flat[whole])
    for piece in np.flatnonzero(~whole & (from_begin > 0)):
        parts.append(substring(network.flat[piece], 0, from_begin[piece], normalized=True))
    for piece in np.flatnonzero(~whole & (from_end > 0)):
        parts.append(substring(network.flat[piece], 1 - from_end[piece], 1, normalized=True))
    own, share = start.pieces[0], (metres - start.connectors[0]) / lengths[start.pieces[0]]
    if share >= 0:
        ends = np.clip([start.along[0] - share, start.along[0] + share], 0, 1)
        parts.append(substring(network.flat[own], *ends, normalized=True))
    return parts


def _without_blocks(area: BaseGeometry) -> BaseGeometry:
    """Fill the holes that are no larger than a block of houses."""
    return shapely.MultiPolygon(
        [
            shapely.Polygon(one.exterior, [ring for ring in one.interiors if shapely.Polygon(ring).area > BLOCK])
            for one in shapely.get_parts(area)
            if not one.is_empty
        ]
    )
