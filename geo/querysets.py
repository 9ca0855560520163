"""How places are found: by the point they cover, and by the release they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce


class ReleaseQuerySet(models.QuerySet):
    """Releases by state."""

    def active(self) -> ReleaseQuerySet:
        """Keep the releases that are seen."""
        return self.filter(state="active")

    def covering(self, point: Point) -> ReleaseQuerySet:
        """Keep the releases whose extent holds the point: elsewhere their data are not loaded."""
        return self.filter(extent__covers=point)

    def stamp(self) -> str:
        """A short digest of which releases these are and since when: that of the active ones changes as places do."""
        told = self.order_by("pk").values_list("pk", "activated_at")
        return hashlib.sha256(repr(list(told)).encode()).hexdigest()[:12]


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


class ResidenceQuerySet(PlaceQuerySet):
    """Residences by what they are as circles of people."""

    def of_buildings(self) -> ResidenceQuerySet:
        """Keep those made of footprints, not those that stand for the houses of a cell."""
        return self.filter(houses_of__isnull=True)

    def circles(self) -> ResidenceQuerySet:
        """Keep those that people belong to: three dwellings or more, or the houses of a cell."""
        return self.open().filter(Q(dwellings__gte=self.model.SMALLEST_CIRCLE) | Q(houses_of__isnull=False))

    def mandatable(self) -> ResidenceQuerySet:
        """Keep those that a mandate may name: circles of people in buildings, never the houses of a cell."""
        return self.circles().filter(houses_of__isnull=True)


class PublicCellQuerySet(models.QuerySet):
    """Public cells by what becomes of them."""

    def standing(self) -> PublicCellQuerySet:
        """Leave out those that were united with another."""
        return self.filter(merged_into__isnull=True)

    def sound(self) -> PublicCellQuerySet:
        """Keep those that obey the rule: the others are the cell of no open residence."""
        residences = self.model._meta.get_field("residences").related_model.objects.open().of_buildings()
        return self.standing().filter(Exists(residences.filter(public_cell=OuterRef("pk"))))

    def standing_for(self, cell_ids: Iterable[int]) -> PublicCellQuerySet:
        """Return the cells that stand today for these, which may have been united since."""
        these = self.model.objects.filter(pk__in=list(cell_ids))
        return self.filter(pk__in=these.values(standing=Coalesce("merged_into", "pk")))

    def in_voisinage_of(self, cell_ids: Iterable[int]) -> PublicCellQuerySet:
        """Keep the cells that are in one voisinage with any of these, themselves included."""
        pairs = self.model.voisinage.through.objects.filter(cell__in=list(cell_ids))
        return self.filter(pk__in=pairs.values("other"))
