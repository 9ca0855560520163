"""Identity of places whose source has no identifier: the same footprint, give or take, is the same place."""

from __future__ import annotations

from hashlib import sha1

import numpy as np
import shapely
from django.db import connection
from shapely import STRtree

from geo.settling import TOLD_BY

#: Two footprints are one place when their common area is at least this share of their union.
SAME_PLACE = 0.8


class GeometricIdentity:
    """Keys by geometry, for one dataset and source: a known place's key, else a new one from the geometry."""

    def __init__(self, dataset: str, source: str):
        self.dataset = dataset
        self.source = source
        self._known: tuple[list[str], STRtree] | None = None
        self._taken: set[str] = set()

    def key_of(self, geometry: shapely.Geometry) -> str:
        """Return the key of the known place it coincides with (each is given once), else a hash of the geometry."""
        key = self._known_key(geometry) if geometry.area else None
        if key is None:
            digest = sha1(shapely.normalize(geometry).wkb, usedforsecurity=False).hexdigest()
            key = f"{self.source}:{digest[:20]}"
        self._taken.add(key)
        return key

    def _known_key(self, geometry: shapely.Geometry) -> str | None:
        keys, tree = self._known or self._load()
        near = tree.query(geometry)
        if not len(near):
            return None
        others = tree.geometries[near]
        common = shapely.area(shapely.intersection(geometry, others))
        likeness = common / (geometry.area + shapely.area(others) - common)
        for rank in np.argsort(-likeness, kind="stable"):
            if likeness[rank] < SAME_PLACE:
                return None
            if keys[near[rank]] not in self._taken:
                return keys[near[rank]]
        return None

    def _load(self) -> tuple[list[str], STRtree]:
        """Read the places of this source whose key came from a geometry, open ones first."""
        table, column = TOLD_BY[self.dataset].model._meta.db_table, TOLD_BY[self.dataset].geometry_column
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, ST_AsBinary({column}) FROM {table} WHERE source = %s AND {column} IS NOT NULL"  # noqa: S608
                " ORDER BY closed_on IS NOT NULL, key",
                [self.source],
            )
            rows = cursor.fetchall()
        geometries = shapely.from_wkb([bytes(wkb) for _, wkb in rows])
        self._known = [key for key, _ in rows], STRtree(geometries)
        return self._known
