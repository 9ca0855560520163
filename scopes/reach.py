"""The quarterly table of homes connected: the only counts of people that anyone is ever shown."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from django.contrib.gis.db import models
from django.contrib.gis.geos import MultiPolygon
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from geo.models import WGS84

#: Nothing below is published (`privacy.md`, 3.5).
LEAST = 20
#: A number is shown as the range between two of these.
STEPS = tuple(int(step * ten) for ten in (10, 100, 1_000, 10_000, 100_000, 1_000_000) for step in (1, 1.5, 2, 3, 5, 7))[
    2:
]


@dataclass(frozen=True, slots=True)
class Connected:
    """Homes connected, as a range: at least `least` and less than `most`."""

    least: int
    most: int

    @classmethod
    def of(cls, homes: int) -> Connected:
        """Return the range that a sum of published numbers is shown as.

        >>> Connected.of(130)
        Connected(least=100, most=150)
        """
        if homes < LEAST:
            return cls(0, LEAST)
        above = bisect_right(STEPS, homes)
        return cls(STEPS[above - 1], STEPS[above])

    def __str__(self) -> str:
        if not self.least:
            return _("moins de %(most)d foyers connectés") % {"most": self.most}
        return _("de %(least)d à %(most)d foyers connectés") % {"least": self.least, "most": self.most}


class ReachQuerySet(models.QuerySet):
    """Rows of the table."""

    def latest_quarter(self) -> ReachQuerySet:
        """Keep the rows of the last quarter that was counted."""
        return self.filter(quarter=self.model.objects.aggregate(last=Max("quarter"))["last"])

    def connected_in(self, area: MultiPolygon) -> Connected:
        """Answer how many homes are connected in an area: the sum of the whole reach cells whose centre it covers."""
        covered = self.latest_quarter().filter(centre__coveredby=area)
        return Connected.of(covered.aggregate(homes=Sum("homes", default=0))["homes"])


class ReachCount(models.Model):
    """What was published of one reach cell for one quarter of the year: complete in itself, and never changed."""

    #: The first day of the quarter.
    quarter = models.DateField()
    reach_cell = models.ForeignKey("geo.ReachCell", on_delete=models.PROTECT, related_name="+")
    #: Of the reach cell on the day of counting. As geometry: areas drawn on a map have straight edges.
    centre = models.PointField(srid=WGS84, spatial_index=False)
    #: In tens, from 20 on; 0 reads "moins de 20".
    homes = models.PositiveIntegerField()

    objects = ReachQuerySet.as_manager()

    class Meta:
        """Small numbers are not even stored."""

        constraints = [
            models.UniqueConstraint(fields=["quarter", "reach_cell"], name="one_count_a_quarter"),
            models.CheckConstraint(condition=Q(homes=0) | Q(homes__gte=LEAST), name="no_small_count"),
        ]
        indexes = [GistIndex(fields=["quarter", "centre"], name="reach_by_quarter_and_centre")]

    def __str__(self) -> str:
        return f"{self.quarter} {Connected.of(self.homes)}"


def quarter_of(day: date) -> date:
    """Return the first day of the quarter of the year that a day is in.

    >>> quarter_of(date(2026, 11, 22))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
