"""How places are found: by the point they cover, and by the release they come from."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point


class ReleaseQuerySet(models.QuerySet):
    """Releases by state."""

    def active(self) -> ReleaseQuerySet:
        """Keep the releases that are seen."""
        return self.filter(state="active")

    def covering(self, point: Point) -> ReleaseQuerySet:
        """Keep the releases whose extent holds the point: elsewhere their data are not loaded."""
        return self.filter(extent__covers=point)


class PlaceQuerySet(models.QuerySet):
    """Places that still exist."""

    def open(self) -> PlaceQuerySet:
        """Leave out the places that no active release knows any more."""
        return self.filter(closed_on__isnull=True)


class MunicipalityQuerySet(PlaceQuerySet):
    """Municipalities by the point they cover."""

    def covering(self, point: Point) -> MunicipalityQuerySet:
        """Keep those whose boundary covers the point, border included, through the subdivided parts."""
        return self.open().filter(parts__division__covers=point).distinct()


class NeighbourhoodQuerySet(PlaceQuerySet):
    """Neighbourhoods by the point they cover."""

    def covering(self, point: Point) -> NeighbourhoodQuerySet:
        """Keep those whose boundary covers the point, border included, through the subdivided parts."""
        return self.open().filter(parts__division__covers=point).distinct()


class BuildingQuerySet(PlaceQuerySet):
    """Buildings by the point they cover."""

    def covering(self, point: Point) -> BuildingQuerySet:
        """Keep those whose footprint covers the point, walls included."""
        return self.open().filter(footprint__covers=point)
