"""What organisations say beside what neighbours say: the news of an association or a town, the offers of a shop.

What is particular to each is said in `directory.organisation_kinds`.
"""

from __future__ import annotations

from django.contrib.gis.db import models

from directory.listing_models import Listing


class ByOrganisation(Listing):
    """Something that an organisation says to people around it, in its own name."""

    #: The page that it speaks from and is shown on; empty for a town hall that keeps none.
    place = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    #: Who wrote it; no page says who.
    written_by = models.ForeignKey("scopes.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """Abstract: each kind has a table."""

        abstract = True


class News(ByOrganisation):
    """What an association or a town hall has to tell (*actualité*), for ninety days."""

    website = models.URLField(blank=True)


class Promotion(ByOrganisation):
    """What a shop offers from one day to another (*offre*), where people look for it: nothing sends it to anyone."""

    #: "Dans la limite des stocks", in the shop's words.
    conditions = models.CharField(max_length=300, blank=True)
