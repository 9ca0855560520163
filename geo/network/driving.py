"""The network for cars: which streets, how fast, which way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.network.graph import Network
from geo.network.noding import cut_at_junctions

#: Kilometres per hour, crossings included, by OSM `highway` and BD TOPO `nature`; on other classes no car fits.
SPEEDS = {
    "motorway": 110, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 45, "primary_link": 40,
    "secondary": 40, "secondary_link": 35, "tertiary": 35, "tertiary_link": 30, "unclassified": 35, "road": 30,
    "residential": 25, "living_street": 15, "service": 15,
    "Type autoroutier": 110, "Bretelle": 60, "Route à 2 chaussées": 50, "Route à 1 chaussée": 30, "Rond-point": 30,
    "Route empierrée": 15,
    "": 30,
}  # fmt: skip
#: Seconds for a metre between the car and the door, at 5 km/h.
ON_FOOT = 3.6 / 5


def by_car(lines: np.ndarray, classes: Sequence[str], one_ways: Sequence[str]) -> Network:
    """Make the network of LineStrings (degrees) with their classes and directions; costs are seconds."""
    speeds = np.array([SPEEDS.get(one, 0) for one in classes], dtype=float)
    fits = np.flatnonzero(speeds)
    pieces = cut_at_junctions(lines[fits])
    one_way = np.array(one_ways, dtype=object)[fits][pieces.streets]
    seconds = pieces.metres * 3.6 / speeds[fits][pieces.streets]
    return Network.of(
        pieces,
        there=np.where(one_way == "backward", np.inf, seconds),
        back=np.where(one_way == "forward", np.inf, seconds),
        beside=ON_FOOT,
    )
