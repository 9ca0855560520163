"""Calendars and feeds of news of organisations that are kept in step here."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What the name of the source of each begins with (`SourceRecord.source`).
OF_SYNCED = "agenda-"
#: Between two readings.
EVERY = timedelta(hours=6)


class SyncedCalendar(models.Model):
    """A calendar or a feed of news of an organisation, at an address or as a file (*agenda suivi*, *fil suivi*).

    It is looked at first, then kept in step. Not a `PublicFeed`, which is what programs read here.
    """

    class Tells(models.TextChoices):
        """What it tells of, as it was found when it was read."""

        EVENTS = "events", _("agenda")
        NEWS = "news", _("nouvelles")

    class To(models.TextChoices):
        """Who reads news of it."""

        TOWN = "town", _("les habitants de la ville")
        EVERYONE = "everyone", _("tout le monde, sans compte")

    #: In the addresses of the organisation's own pages.
    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("scopes.Organisation", on_delete=models.CASCADE, related_name="calendars")
    #: Where it is fetched; empty for a file. May hold a secret of its owner's: shown to who acts for the organisation.
    address = models.CharField(max_length=1000, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    #: A file until it is read.
    content = models.BinaryField(null=True, blank=True)
    tells = models.CharField(max_length=8, choices=Tells.choices, default=Tells.EVENTS)
    to = models.CharField(max_length=8, choices=To.choices, default=To.TOWN)
    proposed_at = models.DateTimeField(default=timezone.now)
    #: When someone said "keep it in step"; until then nothing of it is shown.
    kept_at = models.DateTimeField(null=True, blank=True)
    #: When a worker was last asked to read it, and when it had.
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    #: What the address said its answer was, told to it again (RFC 9110, 8.8).
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    #: What was found when it was last read: counts, reasons by line, the first events or news and how many; of news,
    #: whether they are shown since.
    report = models.JSONField(default=dict, blank=True)
    #: Why the last reading failed, and what is filled in there (`why`); empty where it did not.
    problem = models.CharField(max_length=300, blank=True)
    problem_values = models.JSONField(default=dict, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One of an address, one of a name of a file, for an organisation; few rows are due at a time."""

        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address", "file_name"], name="one_synced_calendar_per_address"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="synced_calendar_by_due")]

    def __str__(self) -> str:
        return self.file_name or self.address

    @property
    def source(self) -> str:
        """Name of the source of its records."""
        return f"{OF_SYNCED}{self.pk}"

    @property
    def why(self) -> str:
        """Why the last reading failed, in the reader's language; empty where it did not."""
        if not self.problem_values:
            return self.problem and gettext(self.problem)
        name = self.problem_values.get("path")
        # "votre agenda", not a name that someone gave.
        named = {"path": gettext(name)} if name and not self.file_name else {}
        return gettext(self.problem).format(**self.problem_values | named)

    @property
    def is_being_read(self) -> bool:
        """Whether a worker has yet to read it."""
        return self.asked_at is not None and (self.read_at is None or self.read_at < self.asked_at)

    def next_due(self, now: datetime) -> datetime | None:
        """When it is to be read next: four times a day, each calendar at a minute of its own."""
        if not self.address or self.kept_at is None or self.paused_at is not None:
            return None
        period = int(EVERY.total_seconds() // 60)
        minute = int(now.timestamp() // 60)
        # Knuth's multiplier spreads numbers that follow each other.
        wait = (self.pk * 2_654_435_761 - minute) % period or period
        return now.replace(second=0, microsecond=0) + timedelta(minutes=wait)


class SyncedNews(models.Model):
    """One entry of a feed that was taken, and the news that was made of it."""

    calendar = models.ForeignKey(SyncedCalendar, on_delete=models.CASCADE, related_name="news")
    listing = models.ForeignKey("directory.News", on_delete=models.CASCADE, related_name="+")
    #: Its identity in the feed, for life.
    key = models.CharField(max_length=120)
    #: Of what was read, so that what did not change is not written again.
    digest = models.CharField(max_length=32)

    class Meta:
        """An entry is taken once."""

        constraints = [models.UniqueConstraint(fields=["calendar", "key"], name="one_news_per_entry")]

    def __str__(self) -> str:
        return self.key
