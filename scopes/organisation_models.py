"""Organisations, the people who act for them, and their mandates: the right to write to some residences."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84
from scopes.homes import Membership
from scopes.people import Account

#: Nothing is sent for so long after residents were told who may write to them.
TOLD_BEFORE = timedelta(days=7)
#: A mandate that is over stays in sight of those who run the site for so long.
KEPT_IN_SIGHT = timedelta(days=365)


class Organisation(models.Model):
    """Someone who may have something to say to residents: an agent, a landlord, a town (*organisme*)."""

    class Kind(models.TextChoices):
        """What it is to the people it writes to."""

        AGENT = "agent", _("syndic de copropriété")
        LANDLORD = "landlord", _("bailleur")
        OPERATOR = "operator", _("opérateur de réseau : énergie, eau, télécoms, poste")
        MUNICIPALITY = "municipality", _("mairie")
        MERCHANT = "merchant", _("commerce ou entreprise")
        ASSOCIATION = "association", _("association")

    #: In the addresses of its own pages.
    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(_("sorte"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("nom"), max_length=120)
    #: Fourteen figures of the register of establishments (https://www.sirene.fr), checked by their key.
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    #: Number of the national register of associations: W and nine characters.
    rna = models.CharField(_("RNA"), max_length=10, blank=True)
    #: The commune that a town hall speaks for; empty for every other.
    municipality = models.ForeignKey(
        "geo.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    #: Where residents reach it: a telephone number, an address.
    contact = models.CharField(_("contact"), max_length=200)
    proposed_at = models.DateTimeField(_("proposé le"), default=timezone.now)
    #: When those who run the site found that it is what it says; until then it may ask for nothing to be granted.
    admitted_at = models.DateTimeField(_("admis le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    #: A carpool service, as those who run the site found: its keys may search the rides that their authors show beyond.
    searches_rides = models.BooleanField(_("cherche des trajets à partager"), default=False, db_default=False)

    class Meta:
        """One organisation for each number, one town hall for each commune."""

        verbose_name, verbose_name_plural = _("organisme"), _("organismes")
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret="") & Q(admitted_at__isnull=False, ended_at__isnull=True),
                name="one_organisation_per_siret",
            ),
            models.UniqueConstraint(
                fields=["rna"],
                condition=~Q(rna="") & Q(admitted_at__isnull=False, ended_at__isnull=True),
                name="one_organisation_per_rna",
            ),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(admitted_at__isnull=False, ended_at__isnull=True),
                name="one_town_hall_per_commune",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Acting(models.Model):
    """An account that acts for an organisation; no page says who."""

    class Role(models.TextChoices):
        """What the account may do for it."""

        RESPONSIBLE = "responsible", _("responsable")
        WRITER = "writer", _("rédige")

    #: In the addresses of the organisation's own pages.
    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="actings")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="actings")
    role = models.CharField(max_length=16, choices=Role.choices)
    #: Whether it may write wherever the organisation may; else only in these quarters (a *mairie annexe*).
    everywhere = models.BooleanField(default=True, db_default=True)
    neighbourhoods = models.ManyToManyField("geo.Neighbourhood", blank=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In one role at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"], condition=Q(ended_at__isnull=True), name="acts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} @ {self.organisation_id}"


class MandateQuerySet(models.QuerySet):
    """Mandates by where they stand."""

    def asked(self) -> MandateQuerySet:
        """Keep those that wait for a decision."""
        return self.filter(granted_at__isnull=True, ended_at__isnull=True)

    def announced(self, at: datetime | None = None) -> MandateQuerySet:
        """Keep those that were granted and are not over, in force or about to be: what residents see."""
        day = timezone.localdate(at)
        return self.filter(granted_at__isnull=False, ended_at__isnull=True, ends_on__gte=day)

    def granted_of_late(self, at: datetime | None = None) -> MandateQuerySet:
        """Keep those that were granted and stand, or are over for less than a year, the latest first."""
        at = at or timezone.now()
        over = Q(ended_at__lt=at - KEPT_IN_SIGHT) | Q(ends_on__lt=timezone.localdate(at - KEPT_IN_SIGHT))
        return self.filter(granted_at__isnull=False).exclude(over).order_by("-granted_at", "-pk")

    def in_force(self, at: datetime | None = None) -> MandateQuerySet:
        """Keep those under which something may be sent: announced, and residents were told a week ago."""
        at = at or timezone.now()
        return self.announced(at).filter(told_at__lte=at - TOLD_BEFORE, organisation__ended_at__isnull=True)


class Mandate(models.Model):
    """The right of an organisation to write to some homes (*mandat*): asked, granted, told, dated, contestable.

    One that names residences looks at the home; one over an area looks at the public cell (`organisations.covering`).
    """

    class Over(models.TextChoices):
        """What it names."""

        RESIDENCES = "residences", _("des immeubles")
        TOWN = "town", _("toute une commune")
        QUARTERS = "quarters", _("des quartiers")
        DRAWING = "drawing", _("une zone dessinée")

    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("organisme")
    )
    #: What proves it, in words: a contract and its date, the minutes of a meeting.
    ground = models.CharField(_("titre"), max_length=300)
    over = models.CharField(
        _("porte sur"), max_length=12, choices=Over.choices, default=Over.RESIDENCES, db_default=Over.RESIDENCES
    )
    residences = models.ManyToManyField("geo.Residence", through="MandatedResidence", related_name="+")
    #: The commune, whole or by its quarters.
    municipality = models.ForeignKey(
        "geo.Municipality", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    neighbourhoods = models.ManyToManyField("geo.Neighbourhood", blank=True, related_name="+")
    area = models.MultiPolygonField(srid=WGS84, null=True, blank=True)
    asked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    granted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: The town hall that granted it; none where those who run the site did.
    granted_for = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="granted_mandates",
        verbose_name=_("accordé par"),
    )
    granted_at = models.DateTimeField(_("accordé le"), null=True, blank=True)
    #: When the residents were told (`scopes.organisations.telling`), and by what.
    told_at = models.DateTimeField(_("annoncé le"), null=True, blank=True)
    announcement = models.OneToOneField(
        "scopes.MassMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="mandate"
    )
    #: The last day; a mandate ends by itself.
    ends_on = models.DateField(_("dernier jour"))
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    ended_why = models.CharField(_("raison de la fin"), max_length=300, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        """Nobody is told of what was not granted; what it is over is there."""

        verbose_name, verbose_name_plural = _("mandat"), _("mandats")
        constraints = [
            models.CheckConstraint(
                condition=Q(over="residences", municipality__isnull=True, area__isnull=True)
                | Q(over__in=("town", "quarters"), municipality__isnull=False, area__isnull=True)
                | Q(over="drawing", municipality__isnull=True, area__isnull=False),
                name="mandate_is_over_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(told_at__gte=F("granted_at")), name="told_once_granted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.asked_at:%Y-%m-%d}"

    @property
    def is_by_area(self) -> bool:
        """Whether it looks at public cells, not at homes."""
        return self.over != self.Over.RESIDENCES

    @property
    def is_over(self) -> bool:
        """Whether nothing is sent under it any more: it was refused or ended, or its last day is past."""
        return self.ended_at is not None or self.ends_on < timezone.localdate()

    @property
    def sends_from(self) -> date | None:
        """The first day on which something may be sent; nothing until residents were told."""
        return self.told_at and timezone.localdate(self.told_at + TOLD_BEFORE)


class MandatedResidenceQuerySet(models.QuerySet):
    """Residences of mandates by whether those who live there know."""

    def told(self, at: datetime | None = None) -> MandatedResidenceQuerySet:
        """Keep those that a mandate named from the beginning, or whose joined residents were told a week ago."""
        at = at or timezone.now()
        return self.filter(Q(joined_at=None) | Q(told_at__lte=at - TOLD_BEFORE))

    def untold(self) -> MandatedResidenceQuerySet:
        """Keep those that a merge joined to others whose residents nobody has told yet."""
        return self.filter(joined_at__isnull=False, told_at=None)


class MandatedResidence(models.Model):
    """One residence of a mandate, or some of its entrances: a landlord's part of a mixed co-ownership.

    Where a merge joined it to homes that the mandate did not name, their residents are told a week before anything is
    sent there.
    """

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="mandated")
    residence = models.ForeignKey("geo.Residence", on_delete=models.PROTECT, related_name="+")
    #: Keys of addresses, which are for life; all of the residence where there are none.
    entrances = ArrayField(models.CharField(max_length=120), default=list, blank=True, db_default=[])
    #: When a merge made it of homes that the mandate named and others; empty where all of them were told with it.
    joined_at = models.DateTimeField(null=True, blank=True)
    #: When those others were told (`scopes.organisations.telling`), and by what.
    told_at = models.DateTimeField(null=True, blank=True)
    announcement = models.ForeignKey(
        "scopes.MassMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="mandated"
    )

    objects = MandatedResidenceQuerySet.as_manager()

    class Meta:
        """Once in a mandate; only what was joined is told on its own."""

        constraints = [
            models.UniqueConstraint(fields=["mandate", "residence"], name="mandated_once"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(joined_at__isnull=False, told_at__gte=F("joined_at")),
                name="told_once_joined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} -> {self.residence_id}"

    @property
    def sends_from(self) -> date | None:
        """The first day on which something may be sent there; nothing until residents were told."""
        if self.joined_at is None:
            return self.mandate.sends_from
        return self.told_at and timezone.localdate(self.told_at + TOLD_BEFORE)


class Contest(models.Model):
    """A resident's doubt that an organisation may write to the residence; whoever decides it never learns whose."""

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="contests")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=500)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open doubt of a home about a mandate."""

        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "membership"], condition=Q(settled_at__isnull=True), name="one_open_contest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} ? {self.made_at:%Y-%m-%d}"
