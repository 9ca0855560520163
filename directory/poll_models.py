"""Votes of polls: one a household, known by a keyed hash, and gone once they are counted; what came out of it all."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Vote(models.Model):
    """What one household answers to a poll (*vote*); no column says whose it is, nor when it was given."""

    poll = models.ForeignKey("directory.Poll", on_delete=models.CASCADE, related_name="votes")
    #: The residence of the poll, again: row-level security guards each table by itself.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Keyed hash of the household for this poll alone (`directory.household_keys`).
    voter = models.CharField(max_length=64)
    #: Place of the answer in `Poll.choices`.
    choice = models.PositiveSmallIntegerField()

    class Meta:
        """One a household."""

        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="one_vote_a_household")]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.choice}"


class AskedPoll(models.Model):
    """A poll that an organisation asks under a mandate, over all of its homes: the one thing that it is told.

    The polls in residences hold what their own members read; here is nothing of any one of them (docs/adr/0016).
    """

    mailing = models.OneToOneField("directory.Mailing", on_delete=models.CASCADE, related_name="asked_poll")
    ends_at = models.DateTimeField()
    #: What is told of each answer (`directory.counting_votes`): nothing until it is over, empty where too few voted.
    totals = ArrayField(models.PositiveIntegerField(), null=True, blank=True)

    class Meta:
        """Found by their end."""

        indexes = [models.Index(fields=["ends_at"], name="asked_polls_by_end")]

    def __str__(self) -> str:
        return str(self.mailing_id)
