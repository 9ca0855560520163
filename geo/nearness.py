"""How far it is, as the crow flies, from the edge of each building to the nearest of some sites, and which they are.

Metres on a plane (`geo.plane`). Sites are looked up around the middle of each building, and measured from its edge;
what was looked up is enough when no other site can be nearer, which is proved for each building before it is answered.
"""

from __future__ import annotations

import numpy as np
import shapely

#: Sites looked up beyond those asked for: for most buildings enough to prove the answer.
SPARE = 2


def nearest_sites(footprints: np.ndarray, sites: np.ndarray, *, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which sites are the `count` nearest to the edge of each footprint, and how far they are.

    Parameters
    ----------
    footprints : array of shapely geometries, shape (n,), in metres
    sites : array of floats, shape (m, 2), in metres east and north
    count : how many, 1 or more

    Returns
    -------
    metres, 0 where a site stands within, and numbers of sites, each of shape (n, count), or (n, m) where there are
    fewer sites; the farthest of a row is its last, the others are in no order

    Examples
    --------
    >>> house = shapely.box(0, 0, 10, 10)
    >>> metres, numbers = nearest_sites(np.array([house]), np.array([[30.0, 5.0], [13.0, 14.0]]), count=1)
    >>> metres.tolist(), numbers.tolist()
    ([[5.0]], [[1]])
    """
    from scipy.spatial import KDTree  # 0.2 s: loaded when first used

    shape = len(footprints), min(count, len(sites))
    metres, numbers = np.empty(shape), np.empty(shape, dtype=int)
    if not metres.size:
        return metres, numbers
    tree, points = KDTree(sites), shapely.points(sites)
    middles, reach = discs_around(footprints)
    left, looked_up = np.arange(len(footprints)), count + SPARE
    while len(left):
        looked_up = min(looked_up, len(sites))
        far, found = tree.query(middles[left], k=np.arange(1, looked_up + 1))
        from_edge = shapely.distance(footprints[left, None], points[found])
        nearest = np.argpartition(from_edge, shape[1] - 1)[:, : shape[1]]
        metres[left] = np.take_along_axis(from_edge, nearest, axis=1)
        numbers[left] = np.take_along_axis(found, nearest, axis=1)
        # No point of a building is farther from its middle than its reach: what was not looked up is at least so far.
        proved = (looked_up == len(sites)) | (far[:, -1] - reach[left] >= metres[left, -1])
        left, looked_up = left[~proved], 2 * looked_up
    return metres, numbers


def sites_within(footprints: np.ndarray, sites: np.ndarray, metres: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of sites and footprints that are no farther apart: numbers of sites, and of footprints.

    Examples
    --------
    >>> house = shapely.box(0, 0, 10, 10)
    >>> sites_within(np.array([house]), np.array([[13.0, 14.0], [30.0, 5.0]]), 5)
    (array([0]), array([0]))
    """
    points = shapely.points(sites)
    site, footprint = shapely.STRtree(footprints).query(points, predicate="dwithin", distance=metres * 1.001)
    # Measured as the nearest is, to the last digit.
    near = shapely.distance(footprints[footprint], points[site]) <= metres
    return site[near], footprint[near]


def discs_around(footprints: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle of each footprint, of shape (n, 2), and how far its farthest corner can be, of shape (n,)."""
    west, south, east, north = shapely.bounds(footprints).T
    return np.column_stack([west + east, south + north]) / 2, np.hypot(east - west, north - south) / 2
