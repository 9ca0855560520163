"""What people follow: a place and what is looked for in it, told by letters, or at an address without account."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84
from scopes.levels import Level
from scopes.outgoing_mail import MessageCopy


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


class FollowQuerySet(models.QuerySet):
    """Follows by when they are told of."""

    def due(self, at: datetime) -> FollowQuerySet:
        """Keep those to be told of now: not paused, and the letter before was handed over or has lost its use."""
        letter = MessageCopy.objects.filter(message=OuterRef("message"), account=OuterRef("account")).waiting()
        standing = letter.filter(message__too_late_at__gt=at)
        return self.filter(~Exists(standing), due_at__lte=at, paused_at=None)


class Follow(Followed):
    """What one person is told of what is new (*suivi*): the circle of a home, or a place; how often, and by what."""

    class Rhythm(models.TextChoices):
        """How often there is a letter, if there is anything new."""

        AT_ONCE = "at_once", _("dès que ça paraît")
        DAILY = "daily", _("une fois par jour")
        WEEKLY = "weekly", _("la lettre du vendredi")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="follows")
    #: The home whose circle it is, as others see it: no table here points to a home.
    alias = models.ForeignKey("scopes.Alias", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=16, choices=Level.choices, blank=True)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    #: Of the place's clock.
    hour = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=40)
    means = models.CharField(max_length=4, choices=MessageCopy.Means.choices)
    begun_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    #: What appeared between the two is what its letter in hand tells; the next one goes on from the second.
    told_from = models.DateTimeField(default=timezone.now)
    told_until = models.DateTimeField(default=timezone.now)
    #: Its last letter, with those of others who were due at the same time.
    message = models.ForeignKey(
        "scopes.MassMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="follows"
    )

    objects = FollowQuerySet.as_manager()

    class Meta:
        """Of one place or one circle; oldest first; those that are due are found by their moment."""

        ordering = ["begun_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(alias__isnull=False, area__isnull=True, neighbourhood=None, municipality=None)
                & ~Q(level="")
                | Q(alias=None, level="")
                & (
                    Q(area__isnull=False, neighbourhood=None, municipality=None)
                    | Q(area__isnull=True, neighbourhood__isnull=False, municipality=None)
                    | Q(area__isnull=True, neighbourhood=None, municipality__isnull=False)
                ),
                name="follow_is_of_one_place",
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="follows_due", condition=Q(paused_at=None))]

    def __str__(self) -> str:
        return f"{self.rhythm} {self.handle}"
