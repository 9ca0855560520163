"""How listings are read: live, visible to someone, near a point."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scopes.querysets import AddressedQuerySet


class ListingQuerySet(AddressedQuerySet):
    """Listings by time and place."""

    def live(self) -> ListingQuerySet:
        """Keep what is published now: begun, not ended, not withdrawn."""
        now = timezone.now()
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=now),
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            withdrawn_at__isnull=True,
            hidden_at__isnull=True,
        )

    def near(self, point: Point, *, within: D) -> ListingQuerySet:
        """Keep what lies within a distance of the point, nearest first (by the index of the search entry)."""
        return self.filter(entry__location__dwithin=(point, within)).order_by(
            GeometryDistance("entry__location", point)
        )


class AnswerQuerySet(models.QuerySet):
    """Answers by what became of them."""

    def standing(self) -> AnswerQuerySet:
        """Leave out what was withdrawn or hidden."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)
