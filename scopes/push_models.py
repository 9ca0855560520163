"""Browsers that asked to be told at once, by the Push API (https://www.w3.org/TR/push-api/)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from scopes.people import Account


class PushSubscription(models.Model):
    """One browser of a person (*appareil*): where its push service takes messages, and the keys only it can read by."""

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000)
    #: SHA-256 of the endpoint: a browser is one person's at a time.
    digest = models.CharField(max_length=64, unique=True)
    #: The browser's public key and its secret, in base64url (RFC 8291, section 3.2).
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.handle}"
