"""How far a request that spreads by itself has come: for the letters of what is new, and shown to nobody."""

from __future__ import annotations

from django.contrib.gis.db import models

from directory.listing_models import Listing
from geo.models import WGS84


class Ring(models.Model):
    """What a request covers from a moment on (*anneau*): the zone of that day, which holds those of the days before.

    It is made of public cells alone. Who sees the request is decided by its own zone, which is that of its last ring.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="rings")
    number = models.PositiveSmallIntegerField()
    area = models.MultiPolygonField(srid=WGS84, spatial_index=False)
    reached_at = models.DateTimeField()
    #: The town of the listing, by which letters look for what came.
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One of each number; those of a span of time in a town are found by it."""

        constraints = [models.UniqueConstraint(fields=["listing", "number"], name="one_ring_of_a_number")]
        indexes = [models.Index(fields=["municipality", "reached_at"], name="rings_by_town")]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.number}"
