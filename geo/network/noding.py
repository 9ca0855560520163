"""Cuts the lines of streets where they meet, so that they become the edges of a graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.plane import metres_between

#: To a degree of latitude: what is 1 cm apart is one place. Sources that keep junctions write the same place twice.
GRAIN = 1e7


@dataclass(frozen=True, slots=True)
class Pieces:
    """Parts of streets between two junctions: m of them, which meet in n nodes."""

    #: Longitudes and latitudes of the nodes, of shape (n, 2), in degrees.
    nodes: np.ndarray
    #: Numbers of the nodes where each begins and ends, of shape (m, 2).
    ends: np.ndarray
    #: Lengths on the ellipsoid, of shape (m,).
    metres: np.ndarray
    #: LineStrings in degrees, of shape (m,).
    lines: np.ndarray
    #: Number of the street that each is a part of, of shape (m,).
    streets: np.ndarray


def cut_at_junctions(lines: np.ndarray) -> Pieces:
    """Cut LineStrings (degrees) at every vertex that two of them share, or that one passes twice.

    OpenStreetMap draws a way through its junctions, BD TOPO ends it there; both write the vertex of a junction in each
    line. A bridge shares none with the road under it, and stays apart.

    >>> pieces = cut_at_junctions(shapely.from_wkt(["LINESTRING (0 0, 1 0, 2 0)", "LINESTRING (1 0, 1 1)"]))
    >>> pieces.streets.tolist(), pieces.ends.tolist()
    ([0, 0, 1], [[0, 1], [1, 3], [1, 2]])
    """
    vertices, street = shapely.get_coordinates(lines, return_index=True)
    grains = np.rint(vertices * GRAIN).astype(np.int64)
    _, place = np.unique(grains[:, 0] * 2**31 + grains[:, 1], return_inverse=True)
    moves = _begins(street) | _begins(place)
    vertices, street, place = vertices[moves], street[moves], place[moves]

    first, last = _begins(street), _begins(street[::-1])[::-1]
    junction = first | last | (np.bincount(place)[place] > 1)
    begins, finishes = np.flatnonzero(junction & ~last), np.flatnonzero(junction & ~first)
    walked = np.r_[0.0, np.cumsum(metres_between(vertices[:-1], vertices[1:]))]

    used, ends = np.unique(place[np.column_stack([begins, finishes])], return_inverse=True)
    nodes = np.empty((len(used), 2))
    nodes[ends.reshape(-1, 2)] = vertices[np.column_stack([begins, finishes])]
    return Pieces(
        nodes=nodes,
        ends=ends.reshape(-1, 2),
        metres=walked[finishes] - walked[begins],
        lines=_between(vertices, begins, finishes),
        streets=street[begins],
    )


def _begins(values: np.ndarray) -> np.ndarray:
    """Where a value differs from the one before it; the first does."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _between(vertices: np.ndarray, begins: np.ndarray, finishes: np.ndarray) -> np.ndarray:
    """LineStrings through the vertices from each beginning to its end, both included."""
    sizes = finishes - begins + 1
    piece = np.repeat(np.arange(len(begins)), sizes)
    rank = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return shapely.linestrings(vertices[begins[piece] + rank], indices=piece)
