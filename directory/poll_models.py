"""Votes of polls: one a household, known by a keyed hash, and gone once they are counted."""

from __future__ import annotations

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
