"""The coarse places at which others see people, fixed for life by public data alone, and what lies around each."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models.functions import Cast

from geo.querysets import PublicCellQuerySet
from geo.releases import WGS84


class ReachCell(models.Model):
    """A union of public cells that holds at least 300 dwellings: what counts of homes connected are sums of."""

    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="reach_cells")
    #: The centre: the point of one of its public cells. A shape counts the reach cells whose centre it covers.
    location = models.PointField(srid=WGS84, geography=True)
    dwellings = models.PositiveIntegerField()
    #: The reach cell this one was united with; empty while it stands.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")


class PublicCell(models.Model):
    """The place others see a person at: a group of buildings that no one joins or leaves, united only as a whole.

    It obeys `geo.public_cells.RULE` (docs/adr/0007). One that stopped obeying it, and found no other to unite with, is
    no residence's cell any more.
    """

    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="public_cells")
    #: On a public street next to the centre of its homes, in its municipality.
    location = models.PointField(srid=WGS84, geography=True)
    #: What is drawn: around its inhabited buildings, never the point.
    area = models.MultiPolygonField(srid=WGS84)
    dwellings = models.PositiveIntegerField()
    #: Dwellings times the census's share of main residences.
    main_residences = models.FloatField()
    #: Of its main residences, the share that its largest residence holds.
    largest_share = models.FloatField()
    #: Some dwellings, or the share of main residences, are estimated.
    estimated = models.BooleanField(default=False)
    #: The cell this one was united with; empty while it stands.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    reach_cell = models.ForeignKey(
        ReachCell, null=True, blank=True, on_delete=models.PROTECT, related_name="public_cells"
    )
    neighbourhoods = models.ManyToManyField("geo.Neighbourhood", through="geo.CellContainment", related_name="cells")
    #: Those of the town's circle kind across a limit that passes within 150 m of the point.
    bordering = models.ManyToManyField("geo.Neighbourhood", through="geo.CellBorder", related_name="bordering_cells")
    #: Itself, and the cells of which either is among the other's 300 nearest homes.
    voisinage = models.ManyToManyField(
        "self", through="geo.VoisinagePair", through_fields=("cell", "other"), symmetrical=False, related_name="+"
    )

    objects = PublicCellQuerySet.as_manager()

    class Meta:
        """Found by its point also where a zone is a drawing: as geometry (`geo.catchments.cells_covered`)."""

        indexes = [GistIndex(Cast("location", models.PointField(srid=WGS84)), name="cell_by_point")]


class HomeSum(models.Model):
    """The homes of the cells of one town whose points lie in one square of the ground, as `geo.home_sums` keeps it."""

    municipality = models.ForeignKey("geo.Municipality", on_delete=models.CASCADE, related_name="+")
    #: Squares of a sixteenth of a degree, counted eastwards from Greenwich and northwards from the equator.
    x = models.SmallIntegerField()
    y = models.SmallIntegerField()
    #: Of the 64 parts of the square, which one; `geo.home_sums.WHOLE` for all of it.
    part = models.SmallIntegerField()
    homes = models.PositiveIntegerField()
    #: Some of these are estimated.
    estimated = models.BooleanField()

    class Meta:
        """Found by the square."""

        constraints = [
            models.UniqueConstraint(fields=["x", "y", "part", "municipality"], name="one_sum_of_a_square_and_town")
        ]

    def __str__(self) -> str:
        return f"{self.x}/{self.y}/{self.part}"


class CellContainment(models.Model):
    """The neighbourhood of a kind that a cell's point lies in, found once per release."""

    cell = models.ForeignKey(PublicCell, on_delete=models.CASCADE, related_name="containments", db_index=False)
    neighbourhood = models.ForeignKey("geo.Neighbourhood", on_delete=models.CASCADE, related_name="cell_containments")
    kind = models.CharField(max_length=16)

    class Meta:
        """At most one neighbourhood of each kind."""

        constraints = [models.UniqueConstraint(fields=["cell", "kind"], name="one_neighbourhood_of_a_cell_and_kind")]


class CellBorder(models.Model):
    """A neighbourhood that a cell does not lie in, and whose limit is near: it also receives what is public there."""

    cell = models.ForeignKey(PublicCell, on_delete=models.CASCADE, related_name="borders", db_index=False)
    neighbourhood = models.ForeignKey("geo.Neighbourhood", on_delete=models.CASCADE, related_name="cell_borders")

    class Meta:
        """Told once."""

        constraints = [models.UniqueConstraint(fields=["cell", "neighbourhood"], name="one_border_of_a_cell")]


class VoisinagePair(models.Model):
    """Two cells of one voisinage: either is among the other's 300 nearest homes. Both ways are stored, and itself."""

    cell = models.ForeignKey(PublicCell, on_delete=models.CASCADE, related_name="pairs", db_index=False)
    other = models.ForeignKey(PublicCell, on_delete=models.CASCADE, related_name="+")

    class Meta:
        """Told once each way."""

        constraints = [models.UniqueConstraint(fields=["cell", "other"], name="one_pair_of_cells")]
