"""Keys by which the machines of an organisation send notices, or search rides: of each, only a keyed hash is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.organisation_models import Acting, Organisation
from scopes.people import Account


class ApiKeyQuerySet(models.QuerySet):
    """Keys by whether they still open anything."""

    def standing(self, at: datetime | None = None) -> ApiKeyQuerySet:
        """Keep those that are neither expired nor revoked, and whose maker still acts for the organisation.

        One that searches rides stands as long as those who run the site say that its organisation shares them.
        """
        at = at or timezone.now()
        acting = Acting.objects.filter(
            account=OuterRef("made_by"), organisation=OuterRef("organisation"), ended_at=None
        )
        live = self.filter(expires_at__gt=at, revoked_at__isnull=True, made_by__is_active=True)
        live = live.filter(Exists(acting), organisation__ended_at__isnull=True, organisation__admitted_at__isnull=False)
        return live.filter(~Q(reach=ApiKey.Reach.RIDES) | Q(organisation__searches_rides=True))


class ApiKey(models.Model):
    """What a program shows to send or search for an organisation (*clé d'API*); it acts as the person who made it."""

    class Reach(models.TextChoices):
        """What it may do."""

        SEND = "send", _("envoyer des avis")
        TRY = "try", _("essayer, sans rien envoyer")
        RIDES = "rides", _("chercher des trajets à partager")

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    made_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_keys")
    #: What its organisation calls it: the system that holds it.
    name = models.CharField(max_length=60)
    reach = models.CharField(max_length=8, choices=Reach.choices, default=Reach.SEND)
    #: Its maker typed the word that an urgent notice asks for, once for all of this key's.
    may_be_urgent = models.BooleanField(default=False)
    #: How it begins, to be told from others; the rest is kept as a keyed hash of the whole.
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    #: Requests in one minute since 1970: more than a few are told to wait.
    minute = models.PositiveBigIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        """Newest first; no key is both free to send urgent notices and unable to send."""

        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(may_be_urgent=False) | models.Q(reach="send"), name="urgent_keys_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
