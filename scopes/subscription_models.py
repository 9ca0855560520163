"""What organisations pay so that homes need not: the price list, and subscriptions from their quote to their end."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.organisation_models import Organisation
from scopes.people import Account

CENT = Decimal("0.01")
#: Who may be asked to pay; residents, shops and associations never are.
PAYING = (
    Organisation.Kind.AGENT,
    Organisation.Kind.LANDLORD,
    Organisation.Kind.OPERATOR,
    Organisation.Kind.MUNICIPALITY,
)


class Price(models.Model):
    """What a kind of organisation pays a year, without tax (*tarif*): for each dwelling, or one sum."""

    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.label) for kind in PAYING], unique=True, verbose_name=_("sorte")
    )
    per_dwelling = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    yearly = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    #: Since when this kind pays at all; a change of price leaves it.
    since = models.DateField(default=timezone.localdate)

    class Meta:
        """One way of paying, for those who may be asked to."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PAYING), name="price_of_who_pays"),
            models.CheckConstraint(
                condition=Q(per_dwelling__gt=0, yearly__isnull=True) | Q(per_dwelling__isnull=True, yearly__gt=0),
                name="price_per_dwelling_or_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class SubscriptionQuerySet(models.QuerySet):
    """Subscriptions by where they stand."""

    def in_force(self, on: date | None = None) -> SubscriptionQuerySet:
        """Keep those that were accepted, have begun and are not over."""
        day = on or timezone.localdate()
        accepted = self.filter(accepted_at__isnull=False, ended_at__isnull=True)
        return accepted.filter(starts_on__lte=day, ends_on__gte=day)


class Subscription(models.Model):
    """A year of an organisation (*abonnement*): quoted, accepted, in force from day to day, over by itself.

    What stands on its quote is kept as it was quoted: seller, customer, places, dwellings and price.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUOTED = "quoted", _("devis")
        EXPIRED = "expired", _("devis périmé")
        COMING = "coming", _("accepté, à venir")
        IN_FORCE = "in_force", _("en vigueur")
        LAPSED = "lapsed", _("échu")
        ENDED = "ended", _("terminé")

    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    #: Of its quote: "2026-0007".
    number = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="subscriptions")
    #: The commune it is for; empty where it is for the residences of the mandates.
    municipality = models.ForeignKey(
        "geo.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: For each commune: name, buildings, dwellings known and estimated (`scopes.subscriptions.counting`).
    places = models.JSONField(default=list)
    is_per_dwelling = models.BooleanField()
    unit_price = models.DecimalField(max_digits=9, decimal_places=2)
    quantity = models.PositiveIntegerField()
    #: Percent; empty for a seller who is not subject to VAT.
    vat_rate = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    seller = models.JSONField(default=dict)
    #: Name, address in lines, SIRET.
    customer = models.JSONField(default=dict)
    quoted_on = models.DateField(default=timezone.localdate)
    valid_until = models.DateField()
    starts_on = models.DateField()
    #: The last day.
    ends_on = models.DateField()
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Days before its end of which someone was last written to.
    reminded = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        """The latest first; it ends after it begins."""

        ordering = ["-quoted_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="subscription_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> State:
        """Where it stands today."""
        today = timezone.localdate()
        if self.ended_at:
            return self.State.ENDED
        if self.accepted_at is None:
            return self.State.QUOTED if today <= self.valid_until else self.State.EXPIRED
        if today < self.starts_on:
            return self.State.COMING
        return self.State.IN_FORCE if today <= self.ends_on else self.State.LAPSED

    @property
    def total(self) -> Decimal:
        """Euros a year, without tax."""
        return (self.unit_price * self.quantity).quantize(CENT, ROUND_HALF_UP)

    @property
    def vat(self) -> Decimal:
        """Euros of tax."""
        return (self.total * (self.vat_rate or 0) / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def total_with_vat(self) -> Decimal:
        """Euros a year, tax included."""
        return self.total + self.vat

    @property
    def dwellings(self) -> int:
        """Dwellings of its places, known and estimated."""
        return sum(place["known"] + place["estimated"] for place in self.places)

    @property
    def estimated(self) -> int:
        """Those of them that are estimated."""
        return sum(place["estimated"] for place in self.places)
