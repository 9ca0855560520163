"""What residents ask organisations on purpose: the request, its photo, and what is answered."""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84


class Ask(models.Model):
    """What a resident reports to an organisation, or asks it (*demande*): between the two, unless it is said to all.

    What is said to a circle is a `Post` of its author with the same words: who sees it, and who hides it, is decided
    where that is decided for every other.
    """

    class State(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", _("reçue")
        ANSWERED = "answered", _("répondue")
        CLOSED = "closed", _("close")
        WITHDRAWN = "withdrawn", _("retirée")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("scopes.Organisation", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("scopes.Alias", on_delete=models.PROTECT, related_name="+")
    #: Where the author lives, for an organisation whose mandate names that residence; under the second lock.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: The quarter of the author's public cell, for every other.
    neighbourhood = models.ForeignKey("geo.Neighbourhood", null=True, on_delete=models.SET_NULL, related_name="+")
    #: The notice that invited to answer.
    about = models.ForeignKey("directory.Notice", null=True, on_delete=models.SET_NULL, related_name="asks")
    #: The same, said to a circle.
    post = models.OneToOneField("directory.Post", null=True, on_delete=models.SET_NULL, related_name="asked")
    title = models.CharField(max_length=160)
    text = models.TextField()
    #: In words: the lift, the corner of two streets.
    place = models.CharField(max_length=160, blank=True)
    #: Shown on the map, if wished: out of doors, and never the author's own door (`directory.pointing`).
    location = models.PointField(srid=WGS84, geography=True, null=True, spatial_index=False)
    #: The address nearest to it, as it read then.
    near = models.CharField(max_length=160, blank=True, db_default="")
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    demonstration = models.BooleanField(default=False)

    class Meta:
        """Newest first; each says where its author is by one thing."""

        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(residence__isnull=True) | Q(neighbourhood__isnull=True), name="ask_is_from_one_place"
            )
        ]
        indexes = [models.Index(fields=["organisation", "made_at"], name="asked_of_an_organisation")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.closed_at:
            return self.State.CLOSED
        return self.State.ANSWERED if self.answered_at else self.State.RECEIVED


class AskPhoto(models.Model):
    """The photo of a request, drawn anew (`directory.photos`): in its row, so that it is locked and erased with it."""

    #: The only name it has.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ask = models.OneToOneField(Ask, on_delete=models.CASCADE, related_name="photo")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return str(self.public_id)


class AskReply(models.Model):
    """What the organisation answers; who of it wrote is kept nowhere."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="replies")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """As they came."""

        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
