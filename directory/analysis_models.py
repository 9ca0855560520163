"""Analyses of coverage that a town keeps: an address for good, and under it what was found on which day (ADR 37)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.gis.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84


class AnalysisQuerySet(models.QuerySet):
    """Analyses by who may read them."""

    def shown(self) -> AnalysisQuerySet:
        """Keep those that are not taken back: whoever has the address reads them."""
        return self.filter(withdrawn_at=None)

    def with_dates(self) -> AnalysisQuerySet:
        """Say beside each on how many days it was made, and the latest of them."""
        return self.annotate(number_of_dates=Count("results"), last_made_on=Max("results__made_on"))


class Analysis(models.Model):
    """What a town asked of coverage, once and for good (*analyse gardée*)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    town = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+", verbose_name=_("commune"))
    #: The choices as the address of the page says them, in one order (`coverage_choices.as_address`).
    query = models.CharField(_("question"), max_length=1000)
    #: Sites of the town's own, uploaded for this analysis alone: points, and a name for each; none by default.
    sites = models.MultiPointField(srid=WGS84, null=True, blank=True, spatial_index=False)
    site_names = models.JSONField(null=True, blank=True)
    #: Whether it is made again by itself, on the first of each month.
    is_renewed = models.BooleanField(_("refaite chaque mois"), default=False)
    #: When that was tried last, and could not be.
    renewal_failed_on = models.DateField(_("n’a pas pu être refaite le"), null=True, blank=True)
    kept_by = models.ForeignKey(
        "scopes.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("par")
    )
    kept_at = models.DateTimeField(_("gardée le"), default=timezone.now)
    #: When the town took it back: nobody reads it until it is kept again.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        """A town asks the same once; the latest first."""

        verbose_name, verbose_name_plural = _("analyse gardée"), _("analyses gardées")
        constraints = [
            models.UniqueConstraint(fields=["town", "query"], condition=Q(sites=None), name="one_analysis_per_query"),
            models.CheckConstraint(
                condition=Q(sites=None, site_names=None) | Q(sites__isnull=False, site_names__isnull=False),
                name="sites_of_an_analysis_are_named",
            ),
        ]
        ordering = ["-kept_at", "-pk"]

    def __str__(self) -> str:
        return self.query


class AnalysisResult(models.Model):
    """What an analysis found on a day, frozen (*résultat daté*): what changes afterwards does not change it."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="results")
    made_on = models.DateField(_("fait le"))
    #: `frozen_findings.freeze`, and `pack` for its buildings.
    told: dict[str, Any] = models.JSONField()
    buildings = models.BinaryField()

    class Meta:
        """One a day, the latest first."""

        constraints = [models.UniqueConstraint(fields=["analysis", "made_on"], name="one_result_a_day")]
        ordering = ["-made_on"]

    def __str__(self) -> str:
        return f"{self.analysis_id} {self.made_on}"
