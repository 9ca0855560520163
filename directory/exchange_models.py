"""What neighbours exchange: each kind a table with its own columns, what it is beside them a listing like any other.

What is particular to a kind is said in `directory.kinds`.
"""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.listing_models import Listing


class Exchange(Listing):
    """Something that a person offers to neighbours, or looks for (*échange*)."""

    #: The residence of the listing, again: row-level security guards each table by itself (design.md, 3.10).
    space = models.ForeignKey(
        "geo.Residence", null=True, on_delete=models.PROTECT, related_name="+", db_column="residence_id"
    )
    #: Its author was told that it ends soon (`directory.ending`); emptied when it is renewed.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Abstract: each kind has a table."""

        abstract = True


class SaidOnce(Exchange):
    """What one person says once of one thing, as long as it stands (`directory.saying_once`)."""

    #: Keyed hash of who says it and of what; empty once it was taken back or waits for another home.
    once = models.CharField(max_length=64, unique=True, null=True, editable=False)

    class Meta:
        """Abstract, as what it is of."""

        abstract = True


class Once(Exchange):
    """What is done one day, and then no longer shown (`directory.promising`)."""

    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Abstract, as what it is."""

        abstract = True


#: Columns that say what becomes of a thing; its author does not fill them in.
TAKEN = ("taken", "taken_until")


class Thing(Once):
    """A thing that one neighbour gives or lends another: whoever sees it reads that it is taken, never by whom."""

    taken = models.BooleanField(default=False, db_default=False)
    #: Until when, of what is lent.
    taken_until = models.DateField(null=True, blank=True)

    class Meta:
        """Abstract, as what it is."""

        abstract = True


class Service(Once):
    """What a neighbour offers or looks for (*service*)."""

    class Direction(models.TextChoices):
        """Offered or looked for."""

        OFFER = "offer", _("je propose")
        REQUEST = "request", _("je cherche")

    direction = models.CharField(max_length=8, choices=Direction.choices)
    #: What its author would take or give for it (*troc*), in words.
    in_exchange_for = models.CharField(max_length=80, blank=True, default="", db_default="")


class Loan(Thing):
    """A thing that a neighbour lends, or would borrow (*prêt*)."""

    class Direction(models.TextChoices):
        """Offered or looked for."""

        OFFER = "offer", _("je prête")
        REQUEST = "request", _("je cherche à emprunter")

    direction = models.CharField(max_length=8, choices=Direction.choices)
    #: When it can be had, in words ("le week-end"), and until which day; either may be missing.
    availability = models.CharField(max_length=80, blank=True, default="")
    available_until = models.DateField(null=True, blank=True)
    #: What its owner keeps meanwhile (*caution*), in words.
    deposit = models.CharField(max_length=80, blank=True, default="")


class Classified(Thing):
    """A thing that is sold, given or looked for (*petite annonce*)."""

    class Deal(models.TextChoices):
        """What is to become of it."""

        GIFT = "gift", _("à donner")
        SALE = "sale", _("à vendre")
        WANTED = "wanted", _("je cherche")

    class Condition(models.TextChoices):
        """How it is, as its owner says."""

        NEW = "new", _("neuf")
        VERY_GOOD = "very_good", _("très bon état")
        GOOD = "good", _("bon état")
        WORN = "worn", _("usé, ou à réparer")

    deal = models.CharField(max_length=8, choices=Deal.choices)
    #: In euro cents, of what is for sale alone.
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    condition = models.CharField(max_length=12, choices=Condition.choices, blank=True, default="")

    class Meta:
        """What is for sale has a price, and nothing else has."""

        constraints = [
            models.CheckConstraint(
                condition=Q(deal="sale", price_cents__isnull=False) | ~Q(deal="sale") & Q(price_cents__isnull=True),
                name="classified_for_sale_has_a_price",
            )
        ]


class Recommendation(SaidOnce):
    """What a neighbour says of someone who served them well (*recommandation*), in words alone."""

    #: Public id of the listing that it is of; empty for who is not listed, whose name is the title.
    subject = models.UUIDField(null=True, blank=True, db_index=True)
    #: Of who is not listed, in words.
    town = models.CharField(max_length=80, blank=True, default="", db_default="")
    #: The first day of the month in which it was.
    experienced_in = models.DateField()
    #: What whoever keeps or shares the listing answers, once.
    reply = models.TextField(blank=True, default="", db_default="")
    replied_at = models.DateTimeField(null=True, blank=True)


class Hello(SaidOnce):
    """A few words by which someone new says who they are (*bonjour*): on a day that was drawn, which tells nothing."""


class ListingPhoto(models.Model):
    """A photo of something shared, drawn anew (`directory.photos`): in its row, locked and erased with it."""

    #: The only name it has.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="photos")
    #: The residence of the listing, again.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    #: The same in small, for lists.
    small = models.BinaryField()

    class Meta:
        """In the order in which they were chosen."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class Draft(models.Model):
    """What someone began to write and keeps for later (*brouillon*), as it was filled in: nobody else ever reads it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    #: By the names of the fields.
    filled = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Latest first."""

        ordering = ["-kept_at", "-pk"]

    def __str__(self) -> str:
        return self.filled.get("title") or self.filled.get("end_place", "")
