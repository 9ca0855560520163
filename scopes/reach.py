"""The quarterly table of homes connected: the only counts of people that anyone is ever shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.gis.db import models
from django.contrib.gis.geos import MultiPolygon
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q, Subquery, Sum
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from geo.models import WGS84

#: Nothing below is published (`privacy.md`, 3.5).
LEAST = 20
#: A number is shown as the range between two of these.
STEPS = tuple(int(step * ten) for ten in (10, 100, 1_000, 10_000, 100_000, 1_000_000) for step in (1, 1.5, 2, 3, 5, 7))[
    2:
]


@dataclass(frozen=True, slots=True)
class Share:
    """Percent, as a range with both its ends: whole ones, and below ten tenths of one."""

    least: float
    most: float

    @classmethod
    def of(cls, connected: Connected, dwellings: int) -> Share:
        """Return the least and the greatest share of so many dwellings that some homes may be.

        >>> Share.of(Connected.of(130), 1_000)
        Share(least=10.0, most=15.0)
        """
        parts = 10 if 10 * connected.most < dwellings else 1
        least, most = 100 * parts * connected.least // dwellings, -(-100 * parts * connected.most // dwellings)
        return cls(min(100, least / parts), min(100, most / parts))

    def __str__(self) -> str:
        words = _("%(least)s à %(most)s %%") if self.least else _("moins de %(most)s %%")
        places = int(self.most < 10)
        return words % {name: number_format(getattr(self, name), decimal_pos=places) for name in ("least", "most")}


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

    @property
    def in_short(self) -> str:
        """The range alone, for a table that says what it is of."""
        words = _("%(least)s à %(most)s") if self.least else _("moins de %(most)s")
        return words % {"least": _grouped(self.least), "most": _grouped(self.most)}

    def __str__(self) -> str:
        if not self.least:
            return _("moins de %(most)d foyers connectés") % {"most": self.most}
        return _("de %(least)d à %(most)d foyers connectés") % {"least": self.least, "most": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What the table says of an area for one quarter of the year: homes connected, of how many dwellings."""

    #: Dwellings of the reach cells that are counted: a share is one of these, and not of the area's own.
    dwellings: int
    connected: Connected
    #: Those that came every week of the quarter before.
    weekly: Connected


class ReachQuerySet(models.QuerySet):
    """Rows of the table."""

    def last_quarters(self, count: int) -> list[date]:
        """Return the first days of the last quarters that were counted, the newest first."""
        return list(self.order_by("-quarter").values_list("quarter", flat=True).distinct()[:count])

    def adoption_in(self, area: MultiPolygon, *, quarters: Collection[date]) -> dict[date, Adoption]:
        """Answer, for each of some quarters of the year, what an area's whole reach cells add up to."""
        sums = {name: Sum(name, default=0) for name in ("homes", "weekly", "dwellings")}
        covered = self.filter(quarter__in=quarters, centre__coveredby=area).order_by()
        found = {row.pop("quarter"): row for row in covered.values("quarter").annotate(**sums)}
        return {quarter: _adoption(**found.get(quarter, dict.fromkeys(sums, 0))) for quarter in quarters}

    def latest_quarter(self) -> ReachQuerySet:
        """Keep the rows of the last quarter that was counted; found by the same statement, at the end of an index."""
        return self.filter(quarter=Subquery(self.model.objects.order_by("-quarter").values("quarter")[:1]))

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
    #: Of these, the homes that came every week of the quarter before (`scopes.presence`), told by the same rules.
    weekly = models.PositiveIntegerField(db_default=0, default=0)
    #: Of the reach cell on the day of counting, by public data: what a share of homes is a share of.
    dwellings = models.PositiveIntegerField(db_default=0, default=0)

    objects = ReachQuerySet.as_manager()

    class Meta:
        """Small numbers are not even stored."""

        constraints = [
            models.UniqueConstraint(fields=["quarter", "reach_cell"], name="one_count_a_quarter"),
            models.CheckConstraint(condition=Q(homes=0) | Q(homes__gte=LEAST), name="no_small_count"),
            models.CheckConstraint(
                condition=Q(weekly=0) | Q(weekly__gte=LEAST, weekly__lte=F("homes")), name="no_small_weekly_count"
            ),
        ]
        indexes = [GistIndex(fields=["quarter", "centre"], name="reach_by_quarter_and_centre")]

    def __str__(self) -> str:
        return f"{self.quarter} {Connected.of(self.homes)}"


def _adoption(*, homes: int, weekly: int, dwellings: int) -> Adoption:
    return Adoption(dwellings=dwellings, connected=Connected.of(homes), weekly=Connected.of(weekly))


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def quarter_of(day: date) -> date:
    """Return the first day of the quarter of the year that a day is in.

    >>> quarter_of(date(2026, 11, 22))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarter_before(day: date) -> date:
    """Return the first day of the quarter of the year before the one that a day is in."""
    return quarter_of(quarter_of(day) - timedelta(days=1))


def quarter_after(day: date) -> date:
    """Return the first day of the quarter of the year after the one that a day is in."""
    return quarter_of(quarter_of(day) + timedelta(days=100))


def months_of(quarter: date) -> str:
    """Write the months of a quarter of the year, by its first day: "juillet à septembre 2026"."""
    last = quarter_after(quarter) - timedelta(days=1)
    return _("%(first)s à %(last)s") % {"first": date_format(quarter, "F"), "last": date_format(last, "F Y")}
