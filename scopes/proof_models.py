"""What has been proved of a home: the proofs themselves, words of neighbours, objections, lists of lots."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from scopes.homes import Household, Membership
from scopes.organisation_models import Acting, Mandate, MandatedResidence, Organisation
from scopes.people import Account
from scopes.proofs.table import Kind


class ManagementQuerySet(models.QuerySet):
    """Managements by whether they hold: one that a mandate carries holds while the mandate does."""

    def standing(self) -> ManagementQuerySet:
        """Keep those that hold: granted by the staff, or carried by a mandate in force on the whole residence.

        The account is still responsible for the organisation of the mandate.
        """
        responsible = Acting.objects.filter(
            account=OuterRef("account"), organisation=OuterRef("mandate__organisation"), role=Acting.Role.RESPONSIBLE
        )
        named = MandatedResidence.objects.filter(
            mandate=OuterRef("mandate"), residence=OuterRef("residence"), entrances=[]
        )
        carried = Q(mandate__in=Mandate.objects.in_force()) & Exists(responsible.filter(ended_at=None)) & Exists(named)
        return self.filter(Q(mandate=None) | carried, ended_at__isnull=True)

    def whole(self) -> ManagementQuerySet:
        """Keep those that do all a manager does: granted by the staff, or of a managing agent."""
        return self.standing().exclude(mandate__organisation__kind=Organisation.Kind.LANDLORD)

    def of_tenants(self) -> ManagementQuerySet:
        """Keep those of a landlord who is alone: no agent and no other landlord has a mandate on the residence.

        In a mixed co-ownership a landlord would read the names of others' tenants: there the agent confirms.
        """
        others = MandatedResidence.objects.filter(
            residence=OuterRef("residence"),
            mandate__in=Mandate.objects.in_force(),
            mandate__organisation__kind__in=(Organisation.Kind.AGENT, Organisation.Kind.LANDLORD),
        ).exclude(mandate__organisation=OuterRef("mandate__organisation"))
        landlords = self.standing().filter(mandate__organisation__kind=Organisation.Kind.LANDLORD)
        return landlords.exclude(Exists(others))


class Management(models.Model):
    """An account that manages a residence without living there (syndic, landlord): by the staff, or by a mandate."""

    #: In the addresses of the manager's pages.
    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="managements")
    residence = models.ForeignKey("geo.Residence", on_delete=models.PROTECT, related_name="managements")
    #: The mandate that carries it; none for one that the staff granted.
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.CASCADE, related_name="managements")
    granted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ManagementQuerySet.as_manager()

    class Meta:
        """Granted once at a time, and once by each mandate."""

        constraints = [
            models.UniqueConstraint(
                fields=["account", "residence", "mandate"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="manages_a_residence_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} @ {self.residence_id}"


class Proof(models.Model):
    """One thing that says that a home is someone's; what it is worth stands in `scopes.proofs.table`."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    given_at = models.DateTimeField(default=timezone.now)
    #: The present year of the membership rests on it; else it waits for another.
    spent = models.BooleanField(default=False)
    #: False for a claim that is not on the list: it looks like any other to whoever made it, and counts for nothing.
    holds = models.BooleanField(default=True, db_default=True)
    #: The code it came from, so that taking back the one takes back the other.
    code = models.ForeignKey("scopes.Code", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: The member who confirmed or invited.
    given_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: The manager who confirmed: what gives a caretaker or the council their rights.
    management = models.ForeignKey(Management, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """Of each kind, one that waits and one that is spent."""

        constraints = [
            models.UniqueConstraint(fields=["membership", "kind", "spent"], name="one_proof_of_a_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Introduction(models.Model):
    """The wish of someone who asks to join to be shown by name to neighbours, or to the caretaker and manager."""

    class To(models.TextChoices):
        """Who sees the name."""

        NEIGHBOURS = "neighbours"
        KEEPERS = "keepers"

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="introductions")
    to = models.CharField(max_length=16, choices=To.choices)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Made once to each."""

        constraints = [models.UniqueConstraint(fields=["membership", "to"], name="introduced_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} -> {self.to}"


class Word(models.Model):
    """The word of one household that someone is their neighbour; those of two households are a proof."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="words")
    #: Empty once the newcomer has left: the word still counts among those of the year.
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="words")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A household gives its word for someone once."""

        constraints = [models.UniqueConstraint(fields=["household", "membership"], name="one_word_of_a_household")]

    def __str__(self) -> str:
        return f"{self.household_id} -> {self.membership_id}"


class Objection(models.Model):
    """A household's doubt about a newcomer: from then on, only a letter decides."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="objections")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    #: When the letter's code was entered.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A household objects to someone once."""

        constraints = [models.UniqueConstraint(fields=["membership", "household"], name="one_objection_of_a_household")]

    def __str__(self) -> str:
        return f"{self.household_id} ? {self.membership_id}"


class LotEntry(models.Model):
    """One line of a manager's list, as a keyed hash of residence, name and lot; it knows nothing of who used it."""

    residence = models.ForeignKey("geo.Residence", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    listed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A line counts once."""

        constraints = [models.UniqueConstraint(fields=["digest"], name="one_line_of_a_list")]

    def __str__(self) -> str:
        return self.digest[:8]


class LotClaim(models.Model):
    """That an account claimed a lot, whatever and wherever it was: only so many are made in a year."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.account_id} {self.made_at:%Y-%m-%d}"


class Attempts(models.Model):
    """How often an account has tried what can be guessed (codes) since the day began for it."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="attempts")
    since = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.failures}"
