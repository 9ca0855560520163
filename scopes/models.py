"""What it means to be addressed to someone: the columns every listing shares with the visibility rule."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84


class Openness(models.TextChoices):
    """Who may see a thing that is addressed to a circle."""

    PUBLIC = "public", _("tout le monde, sans compte")
    MEMBERS = "members", _("les membres vérifiés du cercle")


class Addressed(models.Model):
    """Something addressed to people around a place: where it is, and who may see it."""

    openness = models.CharField(max_length=8, choices=Openness.choices, default=Openness.MEMBERS)
    #: A public place of its own; empty for what is known at its commune only. Never a home.
    location = models.PointField(srid=WGS84, geography=True, null=True, blank=True, spatial_index=False)
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")
    #: Written beside the key so that tables can later be spread by department.
    insee_code = models.CharField(max_length=5)
    department = models.CharField(max_length=3)

    class Meta:
        """Abstract: `directory.Listing` inherits it."""

        abstract = True
