"""How listings are read: live, visible to someone, near a point."""

from __future__ import annotations

from datetime import datetime

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.listing_kinds import BY_ORGANISATIONS, NOT_SAID
from scopes.querysets import AddressedQuerySet
from scopes.viewer import Viewer


class ListingQuerySet(AddressedQuerySet):
    """Listings by time and place."""

    def live(self) -> ListingQuerySet:
        """Keep what is published now: begun, not ended, neither withdrawn nor hidden nor paused."""
        return self.standing().filter(Q(opens_at__isnull=True) | Q(opens_at__lte=timezone.now()))

    def standing(self) -> ListingQuerySet:
        """Keep what is live or is to be: not ended, neither withdrawn nor hidden nor paused."""
        return self.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gt=timezone.now()),
            withdrawn_at__isnull=True,
            hidden_at__isnull=True,
            paused_at__isnull=True,
        )

    def over(self) -> ListingQuerySet:
        """Keep what was live and ended by itself: what its readers may still be told of, and nothing taken back."""
        return self.filter(
            closes_at__lte=timezone.now(), withdrawn_at__isnull=True, hidden_at__isnull=True, paused_at__isnull=True
        )

    def said(self) -> ListingQuerySet:
        """Keep what is said in spaces: words and exchanges of people, news and offers of organisations."""
        return self.filter(~Q(kind__in=NOT_SAID), Q(author__isnull=False) | Q(kind__in=BY_ORGANISATIONS))

    def appeared(self, *, since: datetime, until: datetime) -> ListingQuerySet:
        """Keep what could first be read after one moment, and no later than another."""
        published = Q(published_at__gt=since, published_at__lte=until) & (
            Q(opens_at__isnull=True) | Q(opens_at__lte=until)
        )
        return self.filter(published | Q(opens_at__gt=since, opens_at__lte=until))

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

    def seen_by(self, viewer: Viewer, *, is_member: bool) -> AnswerQuerySet:
        """Keep what someone who sees the listing may read: all of it for those it is addressed to.

        Where the author opened it, anyone else reads no answer but one's own: who answered opened nothing.
        """
        return (self if is_member else self.filter(author__in=viewer.alias_ids)).exclude(author__in=viewer.muted_ids)
