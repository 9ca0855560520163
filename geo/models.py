"""The places people live in, and the releases of open data they come from.

Three ideas hold this module together:

- A **place** (municipality, neighbourhood, building, address, street) is one row for life, known by its `key`.
- A **release** is one vintage of one dataset over one territory; it holds a `Version` of every place it knows. Loaded
  inactive, checked, reported, then activated; a place shows the version of the best active release (`geo.activation`).
- **Residence** is what people call *my building*; it is derived from buildings, and edits by people outlive releases.

Boundaries and footprints are `geometry(MultiPolygon, 4326)`, points `geography(Point, 4326)`: metres are right from
Lille to La Réunion. Longitude comes before latitude everywhere.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from geo.cells import CellBorder, CellContainment, HomeSum, PublicCell, ReachCell, VoisinagePair
from geo.names import Toponym
from geo.population import CensusArea, Square
from geo.querysets import (
    BuildingQuerySet,
    MunicipalityQuerySet,
    NeighbourhoodQuerySet,
    PlaceQuerySet,
    ResidenceQuerySet,
)
from geo.releases import WGS84, Activation, Place, Release, Version

__all__ = [
    "WGS84",
    "Activation",
    "Address",
    "BoundaryPart",
    "Building",
    "CellBorder",
    "CellContainment",
    "CensusArea",
    "Containment",
    "FormerMunicipality",
    "HomeSum",
    "Municipality",
    "Neighbourhood",
    "Place",
    "PublicCell",
    "ReachCell",
    "Release",
    "Residence",
    "ResidenceSuccession",
    "Square",
    "Street",
    "Toponym",
    "Version",
    "VoisinagePair",
]


class Municipality(Place):
    """A *commune* of the Code officiel géographique (https://www.insee.fr/fr/information/2560452), Monaco as 99138."""

    insee_code = models.CharField(_("code commune"), max_length=5, unique=True)
    #: Never changes, even when the commune merges: tables can be spread by it.
    department = models.CharField(_("département"), max_length=3)
    name = models.CharField(_("nom"), max_length=120)
    postcodes = ArrayField(models.CharField(max_length=5), default=list, blank=True, verbose_name=_("codes postaux"))
    population = models.PositiveIntegerField(_("habitants"), null=True, blank=True)
    time_zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    boundary = models.MultiPolygonField(srid=WGS84, null=True, blank=True)
    #: The town hall where it is known, else a point inside the boundary.
    location = models.PointField(srid=WGS84, geography=True, null=True, blank=True)
    #: The kind of neighbourhood that is this town's circle; empty where the town has no quarters.
    circle_kind = models.CharField(_("sorte de quartiers"), max_length=16, blank=True)
    #: The one source whose buildings are shown here; other sources only add attributes.
    building_source = models.CharField(_("source des bâtiments"), max_length=32, blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        """Boundaries are valid; names and postcodes are searched."""

        verbose_name, verbose_name_plural = _("commune"), _("communes")
        constraints = [
            models.CheckConstraint(condition=Q(boundary__isvalid=True), name="municipality_boundary_is_valid")
        ]
        indexes = [GinIndex(fields=["postcodes"]), models.Index(Upper("name"), name="municipality_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def as_typed(self) -> str:
        """What is typed to mean this commune and none of the others of its name: 1,439 names are of several."""
        return f"{self.postcodes[0]} {self.name}" if self.postcodes else self.name


class FormerMunicipality(models.Model):
    """A code or name that resolves to today's municipality: of a merged or delegated commune, an arrondissement."""

    insee_code = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    #: COG type: `COMD` delegated, `COMA` associated, `ARM` arrondissement; `succession` for a recorded change.
    kind = models.CharField(max_length=12)
    successor = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="former")

    class Meta:
        """A code of a kind resolves to one municipality."""

        constraints = [models.UniqueConstraint(fields=["insee_code", "kind"], name="one_successor_per_former_code")]


class Neighbourhood(Place):
    """A part of a municipality (*quartier* and its cousins); each town chooses one kind as its circle."""

    class Kind(models.TextChoices):
        """IRIS and QPV are for statistics only, never someone's circle."""

        ARRONDISSEMENT = "arrondissement", _("arrondissement")
        SECTEUR = "secteur", _("secteur")
        QUARTIER = "quartier", _("quartier")
        SOUS_QUARTIER = "sous_quartier", _("sous-quartier")
        DELEGATED = "delegated", _("commune déléguée")
        IRIS = "iris", _("IRIS")
        QPV = "qpv", _("quartier prioritaire")

    CIRCLE_KINDS = (Kind.QUARTIER, Kind.SOUS_QUARTIER, Kind.ARRONDISSEMENT, Kind.SECTEUR, Kind.DELEGATED)

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="neighbourhoods", verbose_name=_("commune")
    )
    kind = models.CharField(_("sorte"), max_length=16, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("nom"), max_length=120)
    population = models.PositiveIntegerField(_("habitants"), null=True, blank=True)
    boundary = models.MultiPolygonField(srid=WGS84)

    objects = NeighbourhoodQuerySet.as_manager()

    class Meta:
        """A code is unique within its town and kind."""

        verbose_name, verbose_name_plural = _("quartier"), _("quartiers")
        constraints = [
            models.CheckConstraint(condition=Q(boundary__isvalid=True), name="neighbourhood_boundary_is_valid"),
            models.UniqueConstraint(fields=["municipality", "kind", "code"], name="one_neighbourhood_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class BoundaryPart(models.Model):
    """A piece of a big boundary (`ST_Subdivide`): a point is looked up here, never in the whole polygon."""

    municipality = models.ForeignKey(Municipality, null=True, on_delete=models.CASCADE, related_name="parts")
    neighbourhood = models.ForeignKey(Neighbourhood, null=True, on_delete=models.CASCADE, related_name="parts")
    division = models.PolygonField(srid=WGS84)

    class Meta:
        """A part belongs to exactly one boundary."""

        constraints = [
            models.CheckConstraint(
                condition=Q(municipality__isnull=False) ^ Q(neighbourhood__isnull=False), name="part_of_one_boundary"
            )
        ]


class Residence(models.Model):
    """What people call *my building*: footprints and entrances shared by one set of residents.

    By default the footprints that share an RNB id (https://rnb.beta.gouv.fr), else one footprint.
    """

    #: Dwellings. With fewer, a circle would tell which home someone lives in.
    SMALLEST_CIRCLE = 3

    #: The smallest key of its buildings when it was made; people may merge, split and name residences afterwards.
    key = models.CharField(max_length=120, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="residences")
    neighbourhoods = models.ManyToManyField(Neighbourhood, through="Containment", related_name="residences")
    name = models.CharField(max_length=120, blank=True)
    #: Number in the Registre national des copropriétés (https://www.registre-coproprietes.gouv.fr).
    copro_number = models.CharField(max_length=9, blank=True)
    dwellings = models.PositiveIntegerField(null=True, blank=True)
    dwellings_estimated = models.BooleanField(default=False)
    #: A point inside the largest footprint.
    location = models.PointField(srid=WGS84, geography=True)
    closed_on = models.DateField(null=True, blank=True)
    #: Where others see those who live here; empty where too few homes are known for a cell that obeys the rule.
    public_cell = models.ForeignKey(
        PublicCell, null=True, blank=True, on_delete=models.PROTECT, related_name="residences"
    )
    #: Set where this row is no building: it stands for the small residences of a cell, which are one circle together.
    houses_of = models.ForeignKey(PublicCell, null=True, blank=True, on_delete=models.PROTECT, related_name="houses")

    #: People decided which buildings it is made of: no release groups them anew.
    decided = models.BooleanField(default=False, db_default=False)

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        """The houses of a cell are one circle; where cells are united theirs close, and a new one starts empty."""

        constraints = [
            models.UniqueConstraint(
                fields=["houses_of"], condition=Q(closed_on__isnull=True), name="one_circle_of_the_houses_of_a_cell"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.key


class ResidenceSuccession(models.Model):
    """Where the homes of a residence went when a release or people merged or split it: its people choose, or stay."""

    before = models.ForeignKey(Residence, on_delete=models.CASCADE, related_name="successions")
    after = models.ForeignKey(Residence, on_delete=models.CASCADE, related_name="+")
    on_day = models.DateField()

    class Meta:
        """Told once."""

        constraints = [models.UniqueConstraint(fields=["before", "after"], name="one_succession_of_residences")]

    def __str__(self) -> str:
        return f"{self.before_id} -> {self.after_id}"


class Containment(models.Model):
    """The one neighbourhood of a kind that a residence lies in: the largest overlap, computed once per release."""

    residence = models.ForeignKey(Residence, on_delete=models.CASCADE, related_name="containments")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="containments")
    kind = models.CharField(max_length=16, choices=Neighbourhood.Kind.choices)

    class Meta:
        """At most one neighbourhood of each kind."""

        constraints = [models.UniqueConstraint(fields=["residence", "kind"], name="one_neighbourhood_of_each_kind")]


class Building(Place):
    """A footprint with its dwellings, uses and numbers in the Référentiel national des bâtiments (many-to-many)."""

    class Use(models.TextChoices):
        """Main use, in the words of BD TOPO's `usage_1`, folded to what Alentour needs."""

        RESIDENTIAL = "residential", _("résidentiel")
        COMMERCIAL = "commercial", _("commercial et services")
        PUBLIC = "public", _("public")
        INDUSTRIAL = "industrial", _("industriel")
        AGRICULTURAL = "agricultural", _("agricole")
        RELIGIOUS = "religious", _("religieux")
        SPORT = "sport", _("sportif")
        ANNEX = "annex", _("annexe")
        UNKNOWN = "unknown", _("non renseigné")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="buildings")
    residence = models.ForeignKey(Residence, null=True, blank=True, on_delete=models.SET_NULL, related_name="buildings")
    footprint = models.MultiPolygonField(srid=WGS84)
    location = models.PointField(srid=WGS84, geography=True)
    rnb_ids = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    name = models.CharField(max_length=160, blank=True)
    use = models.CharField(max_length=16, choices=Use.choices, default=Use.UNKNOWN)
    second_use = models.CharField(max_length=16, choices=Use.choices, blank=True)
    #: Known or estimated (then marked); empty when nothing is known, never silently 0.
    dwellings = models.PositiveIntegerField(null=True, blank=True)
    dwellings_estimated = models.BooleanField(default=False)
    storeys = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.FloatField(null=True, blank=True, help_text="metres")
    #: For life, except that cells are united as wholes; kept when the building is closed.
    public_cell = models.ForeignKey(
        PublicCell, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings"
    )

    objects = BuildingQuerySet.as_manager()

    class Meta:
        """Footprints are valid; RNB ids are looked up."""

        constraints = [models.CheckConstraint(condition=Q(footprint__isvalid=True), name="footprint_is_valid")]
        indexes = [GinIndex(fields=["rnb_ids"])]

    def __str__(self) -> str:
        return self.name or self.key


class Street(Place):
    """A street segment with its name and house-number ranges along its line (BD TOPO *tronçon de route*)."""

    municipality = models.ForeignKey(Municipality, null=True, on_delete=models.PROTECT, related_name="streets")
    name = models.CharField(max_length=160, blank=True)
    line = models.LineStringField(srid=WGS84)
    #: First and last house number on each side; empty where unknown.
    left_from = models.PositiveIntegerField(null=True, blank=True)
    left_to = models.PositiveIntegerField(null=True, blank=True)
    right_from = models.PositiveIntegerField(null=True, blank=True)
    right_to = models.PositiveIntegerField(null=True, blank=True)
    #: OSM `highway` value or BD TOPO `nature`, as given.
    road_class = models.CharField(max_length=60, blank=True)
    #: `forward` or `backward` along the line, `both`, or empty where unknown.
    one_way = models.CharField(max_length=8, blank=True)
    walkable = models.BooleanField(default=True)
    #: Whether its access lets anyone drive there; its class says whether a car fits (`geo.network.driving`).
    drivable = models.BooleanField(default=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        """The segments of a street are read together: its name is written along the whole of it."""

        indexes = [models.Index(fields=["municipality", "name"], name="street_by_name")]

    def __str__(self) -> str:
        return self.name or self.key


class Address(Place):
    """A house number on a street, as in the Base Adresse Nationale (https://adresse.data.gouv.fr), or interpolated."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="addresses")
    #: The building the address opens on: its footprint covers the point, else the nearest within 30 m.
    building = models.ForeignKey(Building, null=True, blank=True, on_delete=models.SET_NULL, related_name="addresses")
    number = models.PositiveIntegerField(null=True, blank=True)
    suffix = models.CharField(max_length=10, blank=True)
    street_name = models.CharField(max_length=160)
    postcode = models.CharField(max_length=5, blank=True)
    location = models.PointField(srid=WGS84, geography=True)
    #: Placed along its street from a range of numbers, not surveyed.
    interpolated = models.BooleanField(default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        """Addresses of a street are found by name and number."""

        indexes = [models.Index(fields=["municipality", "street_name", "number"])]

    def __str__(self) -> str:
        number = f"{self.number or ''} {self.suffix}".strip()
        return f"{number} {self.street_name}".strip()
