"""A helping hand to someone, and the people who read of it: named one by one, each of whom said yes.

It is no `Listing`: nothing that lists, counts, searches, draws or writes letters of listings can come upon it
(docs/adr/0028). It holds no residence, no cell and no point.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.help_querysets import HelpQuerySet, TrustedQuerySet


class Help(models.Model):
    """A helping hand (*coup de main*) to an elderly or ill neighbour, asked for or offered; it never says which."""

    class By(models.TextChoices):
        """Who says it."""

        ONESELF = "oneself", _("C’est pour moi")
        RELATIVE = "relative", _("C’est pour un proche que j’aide")
        CARETAKER = "caretaker", _("C’est pour quelqu’un de l’immeuble dont je suis gardien ou gardienne")
        CENTRE = "centre", _("C’est pour quelqu’un que notre centre social accompagne")
        OFFERED = "offered", _("Je propose mon aide à quelqu’un que je connais")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.CharField(max_length=10, choices=By.choices)
    #: First name of the person it is for, as their circle calls them.
    called = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    #: Whose town hall is named on its page, and whose clock it goes by.
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    #: From then on nobody reads it; thirty days later it is erased (`directory.helping`).
    ended_at = models.DateTimeField(null=True, blank=True)
    #: When someone whom the town hall had introduced was taken off its list, and so out of the circle, which is told.
    introduction_over_on = models.DateField(null=True, blank=True)

    objects = HelpQuerySet.as_manager()

    class Meta:
        """As they began."""

        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class Trusted(models.Model):
    """Someone of the trusted circle (*cercle de confiance*) of one Help; or an invitation, until it is accepted."""

    class Part(models.TextChoices):
        """What they are in it."""

        PERSON = "person", _("la personne elle-même")
        HELPER = "helper", _("quelqu’un qui agit pour elle")
        FRIEND = "friend", _("quelqu’un qui donne un coup de main")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    help = models.ForeignKey(Help, on_delete=models.CASCADE, related_name="circle")
    #: Empty until the invitation is accepted.
    account = models.ForeignKey("scopes.Account", null=True, on_delete=models.CASCADE, related_name="+")
    #: The home it was accepted from: leaving that home is leaving the circle.
    alias = models.ForeignKey("scopes.Alias", null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices)
    #: First name under which they were invited.
    called = models.CharField(max_length=60)
    #: Keyed hash of the code that was handed to them (`scopes.proofs.codes`); empty once it was used.
    digest = models.CharField(max_length=64, blank=True, default="")
    invited_until = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    #: Whom the town hall introduced; with their place on its list ends their place in the circle.
    volunteer = models.ForeignKey(
        "directory.Volunteer", null=True, blank=True, on_delete=models.CASCADE, related_name="circles"
    )
    #: Whether they are told of a visit that nobody confirms (`directory.missed_visits`), and at night too.
    is_told = models.BooleanField(default=True, db_default=True)
    at_night = models.BooleanField(default=False, db_default=False)

    objects = TrustedQuerySet.as_manager()

    class Meta:
        """Once in a circle; in the order in which they came."""

        ordering = ["accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["help", "account"], name="trusted_once"),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="trusted_by_one_code"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, account__isnull=True) & ~Q(digest="")
                | Q(accepted_at__isnull=False, account__isnull=False, digest=""),
                name="trusted_is_invited_or_someone",
            ),
        ]

    def __str__(self) -> str:
        """First name and initial; as they were invited until they come, and a volunteer as they wish to be called."""
        return (self.alias or self.account).shown_name if self.account_id and not self.volunteer_id else self.called

    @property
    def keeps(self) -> bool:
        """Whether they say who is in the circle: the person, and whoever acts for them."""
        return self.part in (self.Part.PERSON, self.Part.HELPER)
