"""What an event adds to a listing, and the dates on which it takes place."""

from __future__ import annotations

from datetime import datetime

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone


class EventColumns(models.Model):
    """Columns of an event (RFC 5545, https://www.rfc-editor.org/rfc/rfc5545): when, how often, where and by whom."""

    starts_at = models.DateTimeField()
    #: Empty where nobody said when it ends (`directory.dating.LASTS`).
    ends_at = models.DateTimeField(null=True, blank=True)
    #: Whole days: from the first midnight to the one after the last, by the clock of `time_zone`.
    all_day = models.BooleanField(default=False)
    #: IANA name of the clock it keeps through summer and winter: the town's, or its calendar's own.
    time_zone = models.CharField(max_length=40)
    #: What comes again, as lines of RFC 5545 (`directory.recurring`); empty for what happens once.
    recurrence = models.TextField(blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    #: Address of its public place; empty where that may be a home.
    address = models.CharField(max_length=200, blank=True)
    #: Who holds it, in the words of its source; `Listing.organisation` where it speaks for itself here.
    organiser = models.CharField(max_length=160, blank=True)
    price = models.CharField(max_length=300, blank=True)
    website = models.URLField(blank=True)
    accessibility = models.CharField(max_length=300, blank=True)
    #: How often it was changed since it was told: calendars that keep it then take the change over.
    sequence = models.PositiveIntegerField(default=0)
    revised_at = models.DateTimeField(default=timezone.now)
    #: It does not take place, and says so until its date.
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Abstract: `directory.models.Event` has them."""

        abstract = True


class EventDateQuerySet(models.QuerySet):
    """Dates by when they are."""

    def between(self, start: datetime, end: datetime) -> EventDateQuerySet:
        """Keep what takes place at some moment from `start` up to `end`, the first to begin first."""
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "event_id")


class EventDate(models.Model):
    """One date on which an event takes place; laid down at each write, and anew every night (`directory.dating`)."""

    event = models.ForeignKey("directory.Event", on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = EventDateQuerySet.as_manager()

    class Meta:
        """In the order of time; an agenda reads a few days of all there is."""

        ordering = ["starts_at", "event_id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "starts_at"], name="event_date_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_date_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="event_date_by_time")]

    def __str__(self) -> str:
        return self.starts_at.isoformat()
