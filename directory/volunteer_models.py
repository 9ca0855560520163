"""Volunteers whom a town hall has met, and what trusted circles ask it for: a sort of help, and not one word more.

What a town hall sees of a request is not whose it is, nor on which day it came (docs/adr/0031).
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from scopes.organisation_models import Acting


class HelpKind(models.TextChoices):
    """What is asked for and what is offered, from one short list."""

    COMPANY = "company", _("une visite, de la compagnie")
    SHOPPING = "shopping", _("des courses")
    RIDE = "ride", _("un trajet, un accompagnement")
    JOBS = "jobs", _("de petits travaux")


class VolunteerQuerySet(models.QuerySet):
    """Volunteers by whether they agreed, and whether their place lasts."""

    def over(self) -> VolunteerQuerySet:
        """Keep those whose year is over, or who act for the town hall by now: they would read there who asks."""
        acting = Acting.objects.filter(account=OuterRef("account"), organisation=OuterRef("town"), ended_at=None)
        return self.filter(Q(until__lt=timezone.localdate()) | Exists(acting))

    def standing(self) -> VolunteerQuerySet:
        """Keep those who agreed to be introduced, and whose place is not over."""
        return self.filter(agreed_at__isnull=False, account__is_active=True).exclude(pk__in=self.model.objects.over())

    def listed(self) -> VolunteerQuerySet:
        """Keep those who stand on a list, and those who were invited to it."""
        waiting = Q(agreed_at=None, invited_until__gt=timezone.now())
        return self.filter(waiting | Q(pk__in=self.model.objects.standing()))

    def invited(self) -> VolunteerQuerySet:
        """Keep those whose code can still be used."""
        return self.filter(agreed_at=None, invited_until__gt=timezone.now(), town__ended_at=None)


class Volunteer(models.Model):
    """Someone on the list of a town hall (*bénévole*), for a year; or an invitation, until its code is used.

    It holds nothing of where they live.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: The town hall.
    town = models.ForeignKey("scopes.Organisation", on_delete=models.PROTECT, related_name="+")
    #: Empty until the code is used.
    account = models.ForeignKey("scopes.Account", null=True, on_delete=models.CASCADE, related_name="+")
    #: First name under which they were invited, then the one that they wish to be introduced by.
    called = models.CharField(max_length=60)
    offers = ArrayField(models.CharField(max_length=8, choices=HelpKind.choices), default=list)
    #: When the one responsible for the town hall said that they had met them and seen who they are, and who said it.
    checked_on = models.DateField()
    checked_by = models.ForeignKey("scopes.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    #: Keyed hash of the code that was handed to them (`scopes.proofs.codes`); empty once it was used.
    digest = models.CharField(max_length=64, blank=True, default="")
    invited_until = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    #: The last day on which they may be introduced, and stay in the circles that they came to by it.
    until = models.DateField(null=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        """Once on a list; in no order that would tell who came when."""

        ordering = ["called", "public_id"]
        constraints = [
            models.UniqueConstraint(fields=["town", "account"], name="volunteer_once"),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="volunteer_by_one_code"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, account__isnull=True, until__isnull=True) & ~Q(digest="")
                | Q(agreed_at__isnull=False, account__isnull=False, until__isnull=False, digest=""),
                name="volunteer_is_invited_or_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def offers_in_words(self) -> list[str]:
        """What they offer, in the reader's language, in the order of the list."""
        return [str(kind.label) for kind in HelpKind if kind in self.offers]


class HelpWantedQuerySet(models.QuerySet):
    """Requests by who sees them: the circle that asked, or the town hall."""

    def open(self) -> HelpWantedQuerySet:
        """Keep those that wait for someone: for the town hall, for whoever keeps the circle, or for the volunteer."""
        return self.filter(state__in=HelpWanted.OPEN, ends_on__gt=timezone.localdate())

    def shown_in(self, municipality_id: int) -> HelpWantedQuerySet:
        """Keep those that the town hall of a commune sees: come before this week, and nobody proposed yet.

        Nothing that a circle does afterwards changes the list: it would tell on which day it was done.
        """
        today = timezone.localdate()
        return self.filter(municipality=municipality_id, taken_up=False, shown_on__lte=today, ends_on__gt=today)

    def part_with(self) -> None:
        """Part requests with the circle that asked; what no town hall has seen yet is gone."""
        self.filter(shown_on__gt=timezone.localdate()).delete()
        self.update(help=None, volunteer=None)


class HelpWanted(models.Model):
    """A sort of help that a trusted circle asks its town hall to introduce someone for (*demande à la mairie*)."""

    class State(models.TextChoices):
        """Where it stands; for the circle alone, and from `INVITED` on for the volunteer."""

        WAITING = "waiting"
        PROPOSED = "proposed"
        INVITED = "invited"
        UNAVAILABLE = "unavailable"
        JOINED = "joined"

    OPEN = (State.WAITING, State.PROPOSED, State.INVITED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Empty once the circle is over or asks no more: the town hall goes on seeing what it saw.
    help = models.ForeignKey("directory.Help", null=True, on_delete=models.SET_NULL, related_name="wanted")
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=HelpKind.choices)
    #: The Monday after it was asked; the day itself is kept nowhere.
    shown_on = models.DateField()
    #: From then on it is no more: a Monday again, or a fortnight after somebody said something.
    ends_on = models.DateField()
    #: Whether the town hall has proposed someone; what became of that is not told to it.
    taken_up = models.BooleanField(default=False)
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)
    volunteer = models.ForeignKey(Volunteer, null=True, on_delete=models.SET_NULL, related_name="wanted")
    #: The two may not meet: the volunteer is asked nothing, and the circle reads some days later that they cannot.
    silent = models.BooleanField(default=False, db_default=False)

    objects = HelpWantedQuerySet.as_manager()

    class Meta:
        """One at a time; by week, and within it in no order that would tell which came first."""

        ordering = ["shown_on", "public_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["help"],
                condition=Q(state__in=("waiting", "proposed", "invited")),
                name="one_help_wanted_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class NotAgainQuerySet(models.QuerySet):
    """Whom circles do not want, by the number of an account."""

    def of(self, account_id: int) -> NotAgainQuerySet:
        """Keep what is remembered of someone, for as long as it is."""
        return self.filter(digest=self._digest(account_id), until__gt=timezone.localdate())

    def remember(self, help_: models.Model, account_id: int) -> None:
        """Show someone to a circle no more for a while, whatever list they are on and under which name."""
        lasts = {"until": timezone.localdate() + self.model.REMEMBERED}
        self.update_or_create(help=help_, digest=self._digest(account_id), defaults=lasts)

    @staticmethod
    def _digest(account_id: int) -> str:
        return salted_hmac("directory.not_again", str(account_id), algorithm="sha256").hexdigest()


class NotAgain(models.Model):
    """Someone whom a trusted circle declined or took out: a keyed hash, which names nobody and is erased with them."""

    REMEMBERED = timedelta(days=90)

    help = models.ForeignKey("directory.Help", on_delete=models.CASCADE, related_name="not_again")
    digest = models.CharField(max_length=64)
    until = models.DateField()

    objects = NotAgainQuerySet.as_manager()

    class Meta:
        """Once in a circle."""

        constraints = [models.UniqueConstraint(fields=["help", "digest"], name="not_again_once")]

    def __str__(self) -> str:
        return f"{self.help_id}, {self.until}"
