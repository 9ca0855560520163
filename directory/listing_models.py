"""A listing with what every kind shares, and the categories that listings are found by."""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.listing_kinds import NOT_SAID, Kind
from directory.querysets import ListingQuerySet
from scopes.models import ADDRESSED_CONSTRAINTS, Addressed, Level, Openness

#: As the feed asks (`ListingQuerySet.said`): a new kind that is said needs no new index.
_SAID = ~Q(kind__in=NOT_SAID)


class Category(models.Model):
    """A node of the category tree, kept in `directory/categories.toml`; numbered in pre-order.

    A branch is `number BETWEEN number AND last`: a range keeps the spatial index that `= ANY(…)` loses.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("rangée sous")
    )
    kind = models.CharField(_("sorte"), max_length=16, choices=Kind.choices)
    name_fr = models.CharField(_("en français"), max_length=80)
    name_en = models.CharField(_("en anglais"), max_length=80)
    number = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    #: Name of its pictogram in Maki (https://labs.mapbox.com/maki-icons/).
    icon = models.CharField(_("pictogramme"), max_length=40, blank=True)
    #: OSM tags (`shop=bakery`, https://wiki.openstreetmap.org/wiki/Map_features) that mean this category.
    osm_tags = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("OpenStreetMap"))
    #: NAF rev. 2 codes (https://www.insee.fr/fr/information/2120875) that mean this category.
    naf_codes = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("NAF"))

    class Meta:
        """In the order of the tree."""

        verbose_name, verbose_name_plural = _("catégorie"), _("catégories")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_fr


class Listing(Addressed):
    """Anything shared (*annonce*): a title, a category, a place, a time to live."""

    #: The only id seen outside: random, so that nobody counts or guesses.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="listings")
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: Hidden by a moderator (`directory.moderating`), who said why.
    hidden_at = models.DateTimeField(null=True, blank=True)
    #: Its author left the home it was published from (`directory.pausing`); it waits to be republished from another.
    paused_at = models.DateTimeField(null=True, blank=True)
    #: Whether it reaches a little farther each day (`directory.spreading`): its zone grows.
    spreads = models.BooleanField(default=False, db_default=False)
    #: Invented for the demonstration, and marked so wherever it is shown.
    demonstration = models.BooleanField(default=False)
    #: What the owner changed, by column; survives every re-import.
    edits = models.JSONField(default=dict, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        """A listing that ends does so after it begins, and is addressed as a circle or a zone can be."""

        constraints = [
            *ADDRESSED_CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="listing_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(spreads=False) | Q(level=Level.CATCHMENT, openness=Openness.MEMBERS),
                name="listing_spreads_among_members_of_a_zone",
            ),
        ]
        # A space is read newest first, rule by rule (`directory.feeds`).
        indexes = [
            models.Index(
                fields=["residence", "published_at"],
                name="said_in_residence",
                condition=Q(residence__isnull=False),
            ),
            models.Index(
                fields=["cell", "published_at"],
                name="said_in_voisinage",
                condition=Q(level=Level.VOISINAGE),
            ),
            models.Index(
                fields=["neighbourhood", "published_at"],
                name="said_in_quarter",
                condition=_SAID & Q(level=Level.NEIGHBOURHOOD),
            ),
            models.Index(
                fields=["neighbourhood", "published_at"],
                name="opened_in_quarter",
                condition=_SAID & Q(level=Level.NEIGHBOURHOOD, openness=Openness.PUBLIC),
            ),
            models.Index(
                fields=["municipality", "published_at"],
                name="said_in_town",
                condition=_SAID & Q(level=Level.MUNICIPALITY),
            ),
            # What is new in a town, for those who follow it (`directory.followed`).
            models.Index(fields=["municipality", "published_at"], name="published_in_town"),
            # What grows is looked for every half hour (`directory.spreading`).
            models.Index(fields=["municipality"], name="spreading_in_town", condition=Q(spreads=True)),
            # What ends soon is looked for every day (`directory.ending`).
            models.Index(fields=["closes_at"], name="listing_ends", condition=Q(closes_at__isnull=False)),
            models.Index(
                fields=["municipality", "opens_at"], name="opened_in_town", condition=Q(opens_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title
