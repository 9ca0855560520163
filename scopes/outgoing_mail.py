"""What waits to be sent, to one person or to many: it has its Message-ID from the beginning, and is marked once sent.

A worker that is killed between the two sends it again under the same Message-ID: nothing is lost, and no reader's
letterbox shows it twice.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.people import Account

_WAITING = Q(sent_at__isnull=True, refused_at__isnull=True)


class HandedOverQuerySet(models.QuerySet):
    """What is handed over, by where it stands."""

    def waiting(self) -> HandedOverQuerySet:
        """Keep what was neither sent nor refused."""
        return self.filter(_WAITING)


class HandedOver(models.Model):
    """Something given to a mail server, or to a push service, once."""

    #: The random part of its Message-ID, the same however often it is tried (RFC 5322, 3.6.4).
    number = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    #: When the server said that it will never take it, or it was no longer for that person.
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = HandedOverQuerySet.as_manager()

    class Meta:
        """Each kind has a table of its own."""

        abstract = True

    def __str__(self) -> str:
        return str(self.number)


class OutgoingMail(HandedOver):
    """One mail to one address. It may hold a one-time code, so its contents are erased as soon as it is sent."""

    to = models.EmailField(blank=True)
    #: Name of a text in `templates/mail/`: its first line is the subject.
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    #: What the text says besides, as JSON.
    values = models.JSONField(default=dict)
    queued_at = models.DateTimeField(default=timezone.now, db_default=Now())
    #: When it has lost its use.
    too_late_at = models.DateTimeField()


class MassMessage(models.Model):
    """One thing said to many people, each in their language (*message groupé*); who they are is in its copies."""

    #: As for `OutgoingMail`.
    template = models.CharField(max_length=60)
    #: Language -> what the text says besides, as JSON.
    words = models.JSONField(default=dict)
    #: What is shown of it on a telephone, if it may be pushed there: language -> title, body, address, tag.
    pushed = models.JSONField(default=dict, blank=True)
    #: Whether the telephone is woken at once.
    urgent = models.BooleanField(default=False)
    #: Whether each mail carries its own way to receive no more of this kind (RFC 8058).
    can_be_stopped = models.BooleanField(default=False)
    queued_at = models.DateTimeField(default=timezone.now)
    too_late_at = models.DateTimeField()
    #: From then on what still waits is not sent.
    called_off_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.template} {self.queued_at:%Y-%m-%d}"


class MessageCopy(HandedOver):
    """What one account gets of a mass message (*exemplaire*); the sender never learns of any."""

    class Means(models.TextChoices):
        """How it reaches the person."""

        MAIL = "mail", _("e-mail")
        PUSH = "push", _("notification")

    message = models.ForeignKey(MassMessage, on_delete=models.CASCADE, related_name="copies")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    means = models.CharField(max_length=4, choices=Means.choices, default=Means.MAIL)
    #: The job that hands it over: each takes some hundred.
    batch = models.PositiveIntegerField()
    #: Not before: quiet hours may lie between.
    due_at = models.DateTimeField(default=timezone.now)
    #: SHA-256 of what the mail's own way to receive no more carries.
    stop_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        """One a person, however many homes were addressed."""

        constraints = [models.UniqueConstraint(fields=["message", "account"], name="one_copy_a_person")]
        indexes = [
            # The next of a batch is its first entry: what was sent before it is not walked over.
            models.Index(fields=["message", "batch", "id"], condition=_WAITING, name="copies_waiting"),
            models.Index(fields=["stop_digest"], condition=~Q(stop_digest=""), name="copies_that_stop"),
        ]
