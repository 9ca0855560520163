"""Paper after sending: the sheet of a mailing at each entrance, and the proofs that were made of it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.mailing_models import Mailing


class DisplayRole(models.TextChoices):
    """As what someone hung a sheet or took it down: the role is shown, the person is not."""

    ORGANISATION = "organisation", _("l’organisme")
    MANAGER = "manager", _("le gestionnaire")
    CARETAKER = "caretaker", _("le gardien")
    COUNCIL = "council", _("le conseil syndical")


class Display(models.Model):
    """The sheet of one mailing for one entrance (*affichage*): when it was put up, and taken down.

    Its handle is on the sheet, for everyone who passes: it opens nothing by itself (`directory.displaying.find`).
    """

    handle = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="displays")
    #: Under the second lock, like everything that is of a residence.
    residence = models.ForeignKey("geo.Residence", on_delete=models.PROTECT, related_name="+")
    #: As its address read when the mailing was sent.
    entrance = models.CharField(max_length=200)
    #: The day that was said, and when it was said.
    hung_on = models.DateField(null=True, blank=True)
    hung_noted_at = models.DateTimeField(null=True, blank=True)
    hung_as = models.CharField(max_length=16, choices=DisplayRole.choices, blank=True, db_default="")
    down_on = models.DateField(null=True, blank=True)
    down_noted_at = models.DateTimeField(null=True, blank=True)
    down_as = models.CharField(max_length=16, choices=DisplayRole.choices, blank=True, db_default="")

    class Meta:
        """One sheet for each entrance; taken down after it was put up."""

        constraints = [
            models.UniqueConstraint(fields=["mailing", "residence", "entrance"], name="one_display_per_entrance"),
            models.CheckConstraint(
                condition=Q(down_on__isnull=True) | Q(down_on__gte=F("hung_on")), name="taken_down_once_put_up"
            ),
        ]
        ordering = ["entrance", "pk"]

    def __str__(self) -> str:
        return self.entrance


class Hand(models.Model):
    """Who of the sender's organisation put a sheet up or took it down: for that organisation's eyes alone.

    Of a caretaker or a council member only the role is kept: they live there, and an organisation learns no names.
    """

    sheet = models.ForeignKey(Display, on_delete=models.CASCADE, related_name="hands")
    account = models.ForeignKey("scopes.Account", on_delete=models.CASCADE, related_name="+")
    took_down = models.BooleanField(default=False)

    class Meta:
        """One for each deed."""

        constraints = [models.UniqueConstraint(fields=["sheet", "took_down"], name="one_hand_per_deed")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.account_id}"


class Evidence(models.Model):
    """What was attested of a mailing at one moment (*preuve d’information*): its content, signed by a digest of it.

    It holds nothing of any reader, and names nobody.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="evidence")
    #: SHA-256 of the content (FIPS 180-4), in hexadecimal: whoever holds the paper checks it by it.
    digest = models.CharField(max_length=64, unique=True)
    #: JSON in one spelling (`directory.attesting.spelled`).
    content = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The latest first."""

        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.digest[:12]
