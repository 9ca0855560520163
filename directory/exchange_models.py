"""What neighbours exchange: each kind a table with its own columns, what it is beside them a listing like any other.

What is particular to a kind is said in `directory.kinds`.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from directory.listing_models import Listing


class Exchange(Listing):
    """Something that a person offers to neighbours, or looks for (*échange*)."""

    #: The residence of the listing, again: row-level security guards each table by itself (design.md, 3.10).
    space = models.ForeignKey(
        "geo.Residence", null=True, on_delete=models.PROTECT, related_name="+", db_column="residence_id"
    )

    class Meta:
        """Abstract: each kind has a table."""

        abstract = True


class Service(Exchange):
    """What a neighbour offers or looks for (*service*)."""

    class Direction(models.TextChoices):
        """Offered or looked for."""

        OFFER = "offer", _("je propose")
        REQUEST = "request", _("je cherche")

    direction = models.CharField(max_length=8, choices=Direction.choices)
    #: What its author would take or give for it (*troc*), in words.
    in_exchange_for = models.CharField(max_length=80, blank=True, default="", db_default="")
