"""The outlines of the buildings that findings tell of, as they stand today: findings know their ids alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from directory.findings import Findings
from geo.models import Building


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Buildings that are still known, place `i` of each column for one; `places` are theirs among those of findings."""

    keys: np.ndarray
    footprints: np.ndarray
    places: np.ndarray


def outlines_of(findings: Findings) -> Outlines:
    """Read the outlines, in degrees; 5,000 take 40 ms."""
    ids = findings.buildings.ids
    place_of = dict(zip(ids.tolist(), range(len(ids)), strict=True))
    rows = Building.objects.filter(pk__in=list(place_of)).order_by("pk").values_list("pk", "key", AsWKB("footprint"))
    told = list(rows)
    return Outlines(
        keys=np.array([key for _pk, key, _footprint in told], dtype=object),
        footprints=shapely.from_wkb([bytes(footprint) for _pk, _key, footprint in told]),
        places=np.array([place_of[pk] for pk, _key, _footprint in told], dtype=int),
    )
