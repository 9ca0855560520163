"""Where listings come from: imports with their reports, what each source says, and up to when openings are known."""

from __future__ import annotations

from django.db import models


class ListingImport(models.Model):
    """One import of listings that was kept, with the report that was printed: read, added, changed, gone, rejected."""

    source = models.CharField(max_length=32)
    dataset = models.CharField(max_length=60)
    licence = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest first."""

        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.source}/{self.dataset}"


class SourceRecord(models.Model):
    """What a source says of a listing, as imported; kept apart from what the owner says.

    `attributes` holds columns of the listing as the source gives them, and nothing of a row that has no public place.
    """

    source = models.CharField(max_length=32)
    #: The file or extract it came in: only what was in the same dataset can be gone from it.
    dataset = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="records")
    digest = models.CharField(max_length=32)
    attributes = models.JSONField()
    licence = models.CharField(max_length=64, blank=True)
    imported_at = models.DateTimeField(auto_now=True)
    #: The day the source no longer had it.
    gone_on = models.DateField(null=True, blank=True)

    class Meta:
        """A source knows a thing once."""

        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_record_per_source_and_key")]
        indexes = [models.Index(fields=["source", "dataset"], name="record_by_source_and_dataset")]

    def __str__(self) -> str:
        return f"{self.source}/{self.key}"


class OpeningRenewal(models.Model):
    """One renewal of `SearchEntry.open_periods`; the latest says up to when openings are known."""

    until = models.DateTimeField()
    renewed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest first."""

        ordering = ["-renewed_at"]

    def __str__(self) -> str:
        return self.until.isoformat()
