"""Brings coordinates to WGS 84, and notices the files whose numbers are not in the system they claim."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import ImportRefused, InvalidParameter

WGS84 = "EPSG:4326"

#: Where France and Monaco are: west, south, east, north in degrees, rounded outwards from the areas of use that EPSG
#: (https://epsg.org) gives to the legal systems of each territory.
FRANCE = np.array(
    [
        (-9.9, 41.0, 10.4, 51.6),  # mainland, Corsica, Monaco (EPSG:2154)
        (-63.7, 14.0, -57.5, 18.6),  # Antilles (EPSG:5490)
        (-55.0, 2.0, -49.4, 9.0),  # Guyane (EPSG:2972)
        (-57.2, 43.3, -55.9, 47.4),  # Saint-Pierre-et-Miquelon (EPSG:4467)
        (54.9, -21.6, 56.0, -20.6),  # La Réunion (EPSG:2975)
        (43.5, -14.5, 46.7, -11.3),  # Mayotte (EPSG:4471)
        (-158.2, -31.3, -131.9, -4.5),  # Polynésie française
        (156.2, -26.5, 174.3, -14.8),  # Nouvelle-Calédonie
        (-179.5, -15.9, -174.2, -9.8),  # Wallis-et-Futuna
        (39.0, -50.5, 81.0, -11.0),  # Terres australes
        (-109.5, 10.0, -108.9, 10.6),  # Clipperton
    ]
)

#: Systems that French files are delivered in: name, and the range of x and y that mainland or the island occupies.
USUAL_SYSTEMS = {
    "EPSG:4326": ("WGS 84", (-9.9, 41.0, 10.4, 51.6)),
    "EPSG:2154": ("Lambert-93", (50_000, 6_000_000, 1_320_000, 7_200_000)),
    "EPSG:27572": ("Lambert II étendu", (0, 1_600_000, 1_250_000, 2_700_000)),
    "EPSG:3857": ("Mercator du Web", (-1_110_000, 5_000_000, 1_160_000, 6_730_000)),
    "EPSG:2975": ("RGR92 UTM 40S", (310_000, 7_620_000, 390_000, 7_720_000)),
    "EPSG:5490": ("RGAF09 UTM 20N", (480_000, 1_580_000, 740_000, 2_010_000)),
    "EPSG:2972": ("RGFG95 UTM 22N", (90_000, 220_000, 460_000, 650_000)),
    "EPSG:4471": ("RGM04 UTM 38S", (490_000, 8_550_000, 540_000, 8_620_000)),
}


@lru_cache(maxsize=16)
def to_wgs84(crs: str) -> Transformer | None:
    """Transformation from `crs` to longitude and latitude, or None where there is nothing to do."""
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise InvalidParameter("crs", _("Système de coordonnées inconnu : %(crs)s.") % {"crs": crs}) from error
    if source.equals(CRS.from_user_input(WGS84), ignore_axis_order=True):
        return None
    return Transformer.from_crs(source, WGS84, always_xy=True)


def reprojected(geometries: np.ndarray, crs: str) -> np.ndarray:
    """Return the geometries in WGS 84, longitude first; what lies outside the system's domain gets infinite numbers."""
    transformer = to_wgs84(crs)
    if transformer is None:
        return geometries
    return shapely.transform(geometries, lambda points: np.column_stack(transformer.transform(*points.T)))


def in_france(bounds: np.ndarray) -> np.ndarray:
    """Tell for each row of `bounds` (n x 4, degrees) whether it lies in one of France's territories or in Monaco."""
    west, south, east, north = (bounds[:, [side]] for side in range(4))
    return ((west >= FRANCE[:, 0]) & (south >= FRANCE[:, 1]) & (east <= FRANCE[:, 2]) & (north <= FRANCE[:, 3])).any(
        axis=1
    )


def refuse_mislabelled(raw: np.ndarray, degrees: np.ndarray, crs: str) -> None:
    """Refuse a batch when most rows fall outside France: say which system its numbers look like, never guess silently.

    `raw` and `degrees` are the bounds (n x 4) before and after reprojection from `crs`.
    """
    read = ~np.isnan(raw).any(axis=1)
    if not read.any() or in_france(degrees[read]).mean() > 0.5:
        return
    likely = likely_system(raw[read])
    if likely:
        message = _("Le fichier se dit en %(crs)s, mais ses nombres ressemblent à %(likely)s : précisez --crs.")
        raise ImportRefused(message % {"crs": crs, "likely": likely})
    if in_france(raw[read][:, [1, 0, 3, 2]]).mean() > 0.5:
        raise ImportRefused(_("La longitude et la latitude semblent inversées dans ce fichier."))


def likely_system(bounds: np.ndarray) -> str:
    """Name the usual French system that most of these bounds (n x 4) fit, or the empty string."""
    for code, (name, (west, south, east, north)) in USUAL_SYSTEMS.items():
        fits = (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
        if fits.mean() > 0.5:
            return f"{code} ({name})"
    return ""
