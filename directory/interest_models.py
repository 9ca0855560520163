"""What a reader does on purpose with an offer ("Intéressé", a voucher to show), and the one thing its shop is told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from scopes.reach import LEAST


class Interest(models.Model):
    """That someone keeps an offer, for their own eyes, with its voucher (*bon*): no home, no day."""

    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="interests")
    promotion = models.ForeignKey("directory.Promotion", on_delete=models.CASCADE, related_name="interests")
    #: The first day of the quarter of the year it was kept in: with that quarter it is counted, once.
    quarter = models.DateField()

    class Meta:
        """Once a person; counted by their quarter."""

        constraints = [models.UniqueConstraint(fields=["account", "promotion"], name="kept_once_a_person")]
        indexes = [models.Index(fields=["quarter"], name="interests_by_quarter")]

    def __str__(self) -> str:
        return str(self.promotion_id)


class InterestFigure(models.Model):
    """What was published of all offers of one shop for one quarter of the year: stored, and never counted again."""

    organisation = models.ForeignKey("scopes.Organisation", on_delete=models.CASCADE, related_name="+")
    #: The first day of the quarter on which it was counted; what was done was done in the one before.
    quarter = models.DateField()
    #: In tens, from 20 on; 0 reads "moins de 20".
    homes = models.PositiveIntegerField()

    class Meta:
        """Small numbers are not even stored."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "quarter"], name="one_interest_figure_a_quarter"),
            models.CheckConstraint(condition=Q(homes=0) | Q(homes__gte=LEAST), name="no_small_interest_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.quarter}"
