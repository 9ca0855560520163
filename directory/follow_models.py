"""What people follow: a place and what is looked for in it; by an address that anyone may read, without account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils import timezone

from geo.models import WGS84


class Followed(models.Model):
    """Where something is followed, and which kinds, categories and words: the same for an address and for a person."""

    #: Drawn, or the circle of a search as it stood then.
    area = models.MultiPolygonField(srid=WGS84, null=True, blank=True, spatial_index=False)
    neighbourhood = models.ForeignKey(
        "geo.Neighbourhood", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    municipality = models.ForeignKey(
        "geo.Municipality", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    #: Numbers of the towns that anything of it may be of: what is new there is found by their index.
    towns = ArrayField(models.BigIntegerField())
    #: As a search has them; none means all.
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        """Abstract: a feed and a follow have a table each."""

        abstract = True


class PublicFeed(Followed):
    """An address at which programs read what is public and new somewhere (*fil*); nothing tells who asked for it."""

    #: What it is known by to those who read it (RFC 4287, 4.2.6).
    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Keyed hashes of the random part of its address, and of the one that ends it.
    digest = models.CharField(max_length=64, unique=True)
    stop_digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    #: A day within the last month of its being read; a year later it is forgotten.
    read_on = models.DateField(default=timezone.localdate)

    class Meta:
        """In one place; what nobody reads is found by its day."""

        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, neighbourhood=None, municipality=None)
                | Q(area__isnull=True, neighbourhood__isnull=False, municipality=None)
                | Q(area__isnull=True, neighbourhood=None, municipality__isnull=False),
                name="feed_is_of_one_place",
            )
        ]
        indexes = [models.Index(fields=["read_on"], name="feeds_by_reading")]

    def __str__(self) -> str:
        return str(self.handle)
