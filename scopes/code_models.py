"""Codes as they are kept, a keyed hash each, and the letters that carry some of them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scopes.homes import Membership


class CodeQuerySet(models.QuerySet):
    """Codes by whether they still open anything."""

    def usable(self, at: datetime | None = None) -> CodeQuerySet:
        """Keep those that are neither expired, revoked nor used up."""
        at = at or timezone.now()
        return self.filter(expires_at__gt=at, revoked_at__isnull=True, uses__lt=F("most_uses"))


class Code(models.Model):
    """Something to type in, of which only a keyed hash is kept: whoever reads the table enters nowhere."""

    class Kind(models.TextChoices):
        """Where the code was read."""

        LETTER = "letter"
        HALL = "hall"
        HOUSEHOLD = "household"
        #: A letter to a place open to the public, for who says it is theirs.
        DOOR = "door"
        #: An invitation to act for an organisation.
        ACTING = "acting"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    #: The home it opens; empty for what opens an organisation's.
    residence = models.ForeignKey("geo.Residence", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    #: Whose letter it is, or who invites; empty for a hall's.
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="codes")
    #: The sheet it stands on, for a place open to the public.
    letter = models.ForeignKey("scopes.Letter", null=True, blank=True, on_delete=models.CASCADE, related_name="codes")
    #: Whom it lets someone act for.
    organisation = models.ForeignKey(
        "scopes.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="codes"
    )
    #: Where the poster hangs: an address, a staircase.
    entrance = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    most_uses = models.PositiveIntegerField(default=1)

    objects = CodeQuerySet.as_manager()

    class Meta:
        """Never used more often than it may be."""

        constraints = [
            models.CheckConstraint(condition=Q(uses__lte=F("most_uses")), name="code_within_its_uses"),
            models.CheckConstraint(
                condition=Q(kind__in=("hall", "door", "acting")) ^ Q(membership__isnull=False),
                name="code_of_a_person_or_of_a_hall",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("door", "acting")) ^ Q(residence__isnull=False), name="code_of_a_home"
            ),
            models.CheckConstraint(condition=~Q(kind="door") ^ Q(letter__isnull=False), name="code_of_a_door"),
            models.CheckConstraint(
                condition=~Q(kind="acting") ^ Q(organisation__isnull=False), name="code_of_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class LetterQuerySet(models.QuerySet):
    """Letters by where they are."""

    def waiting(self) -> LetterQuerySet:
        """Keep those that are still to be posted, to an address that is still there."""
        there = Q(address__isnull=False) | ~Q(door="")
        return self.filter(there, posted_at__isnull=True, dropped_at__isnull=True)


class Letter(models.Model):
    """A letter in the operator's print queue; its code is made when it is printed, and stands nowhere before.

    It goes to a person at home, or to a place open to the public under its sign.
    """

    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.CASCADE, related_name="letters")
    #: Where it is posted to; forgotten once it is.
    address = models.ForeignKey("geo.Address", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: Who says that the place is theirs, for a letter to a place.
    organisation = models.ForeignKey(
        "scopes.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="letters"
    )
    #: The sign of the place.
    addressee = models.CharField(max_length=160, blank=True)
    #: Its public address, a line each; forgotten once posted.
    door = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    #: When the sheet was last made; it may be made again until it is posted.
    printed_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    #: Staff found a reason not to send it.
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        """One letter on its way to each."""

        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(posted_at__isnull=True, dropped_at__isnull=True),
                name="one_letter_on_its_way",
            ),
            models.CheckConstraint(
                condition=Q(membership__isnull=False) ^ Q(organisation__isnull=False),
                name="letter_to_a_person_or_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
