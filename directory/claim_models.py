"""Claims: that an organisation keeps the page of a place, because it is its own."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scopes.models import Account, Letter, Organisation


class ClaimQuerySet(models.QuerySet):
    """Claims by where they stand."""

    def standing(self) -> ClaimQuerySet:
        """Keep those that are asked or held, and not over."""
        return self.filter(ended_at__isnull=True)

    def held(self) -> ClaimQuerySet:
        """Keep those by which an organisation keeps the page of its place."""
        return self.standing().filter(held_at__isnull=False)

    def waiting(self) -> ClaimQuerySet:
        """Keep those that are asked, and neither proved enough nor decided."""
        return self.standing().filter(held_at__isnull=True)


class Claim(models.Model):
    """That a place is an organisation's own (*revendication*): asked, proved by post or by word, held by one, ended."""

    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    listing = models.ForeignKey("directory.Listing", on_delete=models.CASCADE, related_name="claims")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claims")
    asked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    #: The one on its way, or the last; none where the place has no public address, or where post proves nothing.
    letter = models.OneToOneField(Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="claim")
    letters = models.PositiveSmallIntegerField(default=0)
    #: Wrong codes typed for this letter.
    failures = models.PositiveSmallIntegerField(default=0)
    #: When the code of the letter was entered; where another keeps the place already, someone then decides.
    proved_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    #: Who gave the word for it, where the post did not decide; and the town hall they spoke for.
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_for = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        """A place is kept by one at a time, and asked for once by each."""

        constraints = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(held_at__isnull=False, ended_at__isnull=True),
                name="one_keeper_of_a_place",
            ),
            models.UniqueConstraint(
                fields=["listing", "organisation"], condition=Q(ended_at__isnull=True), name="claimed_once_by_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} -> {self.listing_id}"
