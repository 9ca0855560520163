"""What was counted of a big town, so that its public page does not count a hundred thousand rows for each reader."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class TownCount(models.Model):
    """The counts of public data and public listings of one town, on one day; nothing of people."""

    municipality = models.OneToOneField(
        "geo.Municipality", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    counts = models.JSONField()
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.counted_at:%Y-%m-%d}"
