"""Where the homes of a town stand, and how many people live in them: public data alone, as columns.

How many people live there is what INSEE counts around, shared out (`geo.inhabitants`); where that is not known it is
said to be so: never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from geo.inhabitants import Inhabitants, inhabitants_of
from geo.kept import Kept
from geo.models import Building, Containment, Municipality, Neighbourhood
from geo.plane import Plane

#: In the place of a neighbourhood's id: the building lies in none of that kind.
NOWHERE = 0
#: Outlines that are kept in each process of the server, of 0.6 kB each.
KEPT: Kept[np.ndarray] = Kept(most=100_000)


@dataclass(frozen=True, slots=True, eq=False)
class Housing:
    """The inhabited buildings of a town that are loaded: place `i` of each column is of one building."""

    #: Ids of buildings, shape (n,).
    buildings: np.ndarray
    #: Outlines in metres on the plane, shape (n,).
    footprints: np.ndarray
    plane: Plane
    #: Homes in each building, and whether that is an estimate.
    homes: np.ndarray
    estimated: np.ndarray
    inhabitants: Inhabitants
    #: Kind of neighbourhood -> the id of that which each building lies in, `NOWHERE` for none.
    within: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.buildings)

    @property
    def corners(self) -> np.ndarray:
        """South-west and north-east of all buildings, in degrees, of shape (2, 2); there must be one."""
        return self.plane.degrees(shapely.total_bounds(self.footprints).reshape(2, 2))


def housing_of(town: Municipality) -> Housing:
    """Read the inhabited buildings of a town: in Nantes-centre 4,736 of 8,639."""
    rows = list(
        Building.objects.filter(municipality=town, closed_on__isnull=True, dwellings__gt=0)
        .order_by("pk")
        .values_list("pk", "residence", "dwellings", "dwellings_estimated")
    )
    numbers, residences, homes, estimated = zip(*rows, strict=True) if rows else ((),) * 4
    buildings = np.array(numbers, dtype=int)
    footprints = KEPT.get(buildings, lambda: _outlines(buildings))
    plane = Plane.around(shapely.bounds(footprints).reshape(-1, 2)) if rows else Plane(0.0, 0.0)
    within = _within(residences)
    counts = np.array(homes, dtype=int)
    return Housing(
        buildings=buildings,
        footprints=shapely.transform(footprints, plane.metres),
        plane=plane,
        homes=counts,
        estimated=np.array(estimated, dtype=bool),
        inhabitants=inhabitants_of(
            town, buildings, footprints, counts, iris=within.get(Neighbourhood.Kind.IRIS, np.full(len(rows), NOWHERE))
        ),
        within=within,
    )


def _outlines(buildings: np.ndarray) -> np.ndarray:
    """The outlines (degrees) of buildings, whose ids stand in order."""
    told = Building.objects.filter(pk__in=buildings.tolist()).order_by("pk")
    return shapely.from_wkb([bytes(outline) for outline in told.values_list(AsWKB("footprint"), flat=True)])


def _within(residences: Iterable[int | None]) -> dict[str, np.ndarray]:
    """The neighbourhoods of each kind that the residences of buildings lie in, by the largest overlap of each."""
    ids = np.array([residence or NOWHERE for residence in residences], dtype=int)
    told = Containment.objects.filter(residence__in=np.unique(ids).tolist())
    found: dict[str, dict[int, int]] = {}
    for residence, kind, neighbourhood in told.values_list("residence", "kind", "neighbourhood"):
        found.setdefault(kind, {})[residence] = neighbourhood
    return {kind: np.array([of.get(one, NOWHERE) for one in ids.tolist()]) for kind, of in found.items()}
