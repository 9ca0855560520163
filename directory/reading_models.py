"""What a home presses under a notice ("J'ai lu"), for a week, and the one thing that the sender is told of it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReadMark(models.Model):
    """That a home pressed "J'ai lu" under a notice: no name, no moment, and gone once it is counted."""

    notice = models.ForeignKey("directory.Notice", on_delete=models.CASCADE, related_name="read_marks")
    #: The residence of the notice, again: row-level security guards each table by itself.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Keyed hash of the household for this notice alone (`directory.household_keys`).
    reader = models.CharField(max_length=64)
    #: The household's coin, tossed for life (`scopes.reach_table`): one in five is left out of every count.
    is_counted = models.BooleanField()

    class Meta:
        """Once a home and notice."""

        constraints = [models.UniqueConstraint(fields=["notice", "reader"], name="read_once_a_home")]

    def __str__(self) -> str:
        return str(self.notice_id)


class ReadFigure(models.Model):
    """What the sender of a mailing is told, once, over all of it (docs/adr/0016): stored, and never counted again."""

    class Said(models.TextChoices):
        """A share of the homes by public data, in fifths, or why nothing is told."""

        WITHDRAWN = "withdrawn", _("repris : rien n’est compté")
        SMALL = "small", _("moins de 20 logements : rien n’est dit")
        OVERLAP = "overlap", _("recouvre un envoi compté ces trois derniers mois : rien n’est dit")
        FEW = "few", _("moins de 20 : rien n’est dit")
        FIRST = "0", _("moins de 20 % des logements")
        SECOND = "20", _("de 20 à 40 % des logements")
        THIRD = "40", _("de 40 à 60 % des logements")
        FOURTH = "60", _("de 60 à 80 % des logements")
        FIFTH = "80", _("80 % des logements ou plus")

    mailing = models.OneToOneField("directory.Mailing", on_delete=models.CASCADE, related_name="read_figure")
    said = models.CharField(max_length=10, choices=Said.choices)
    counted_on = models.DateField(default=timezone.localdate)

    class Meta:
        """Found by their day."""

        indexes = [models.Index(fields=["counted_on"], name="read_figures_by_day")]

    def __str__(self) -> str:
        return f"{self.mailing_id}: {self.said}"
