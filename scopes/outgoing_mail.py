"""Mail that waits to be sent: a job takes it by its number, and it is gone once sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class OutgoingMail(models.Model):
    """One mail to one address. It may hold a one-time code, so it is erased as soon as it is sent or too late."""

    to = models.EmailField()
    #: Name of a text in `templates/mail/`: its first line is the subject.
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    #: What the text says besides, as JSON.
    values = models.JSONField(default=dict)
    #: When it has lost its use.
    too_late_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"
