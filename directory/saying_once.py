"""What one person says once of one thing, as long as it stands: known by a keyed hash, which names neither."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.crypto import salted_hmac

from directory.models import SaidOnce


def key_of(*, who: int, of: str) -> str:
    """Return the key of someone, by the number of their account or alias, and of what they say it of."""
    return salted_hmac(f"directory.once:{of}", str(who), algorithm="sha256").hexdigest()


def free(listings: Collection[int]) -> None:
    """Let these be said again, now that they were taken back or wait for another home."""
    for model in SaidOnce.__subclasses__():
        model.objects.filter(pk__in=listings).update(once=None)
