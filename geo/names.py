"""The names people type to say where they are."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.releases import WGS84


class Toponym(models.Model):
    """A name people type: a town, a former town, a postcode, a quarter, a street, a place; follows activations."""

    class Kind(models.TextChoices):
        """What the name names."""

        MUNICIPALITY = "municipality", _("commune")
        POSTCODE = "postcode", _("code postal")
        NEIGHBOURHOOD = "neighbourhood", _("quartier")
        STREET = "street", _("voie")
        PLACE = "place", _("lieu")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    #: What is shown: "Rue Crébillon, 44000 Nantes".
    label = models.CharField(max_length=200)
    #: The name alone, without its town: "Rue Crébillon"; addresses carry it in `street_name`.
    name = models.CharField(max_length=160)
    #: What is matched: `geo.wording.comparable` of the name, its town and what else is typed with it.
    normalised = models.CharField(max_length=400)
    municipality = models.ForeignKey("geo.Municipality", null=True, on_delete=models.CASCADE, related_name="toponyms")
    neighbourhood = models.ForeignKey("geo.Neighbourhood", null=True, on_delete=models.CASCADE, related_name="toponyms")
    location = models.PointField(srid=WGS84, geography=True)
    #: 0 to 1: how likely it is meant, from population or size.
    importance = models.FloatField(default=0)

    class Meta:
        """Prefix search as one types, trigram search for typos.

        Streets are apart: "rue" begins a million of them, and no town. GIN finds a misspelt name in 1 ms where GiST
        takes 10 to 20 (72,731 names), and is written four times as fast.
        """

        indexes = [
            models.Index(
                OpClass(F("normalised"), name="text_pattern_ops"),
                name="street_by_prefix",
                condition=Q(kind="street"),
            ),
            models.Index(
                OpClass(F("normalised"), name="text_pattern_ops"),
                name="toponym_by_prefix",
                condition=~Q(kind="street"),
            ),
            GinIndex(OpClass(F("normalised"), name="gin_trgm_ops"), name="toponym_by_trigram"),
        ]
