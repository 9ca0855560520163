"""What someone said pauses when they leave the home it was said from, until they say it again from another.

Said again, it is a new post with a new id and no answers: nothing public may link what a person is seen as in two homes
(privacy.md, 3.6). What was said inside a residence stays there, and is never said again elsewhere.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory import exchanging, posting
from directory.kinds import KINDS, exchange_of
from directory.models import Listing
from directory.publishing import refresh_entries
from directory.querysets import ListingQuerySet
from directory.saying_once import free
from geo.errors import NotFound
from scopes import second_lock
from scopes.models import Level, Membership
from scopes.viewer import Home, Viewer


@transaction.atomic
def pause_listings(membership: Membership) -> list[int]:
    """Pause what was published from a home that has just been left; return the ids of the listings."""
    with second_lock.opened([membership.residence_id]):
        standing = Listing.objects.standing().filter(author=membership.alias_id)
        ids = list(standing.select_for_update().values_list("pk", flat=True))
        Listing.objects.filter(pk__in=ids).update(paused_at=timezone.now())
        free(ids)
        refresh_entries(ids)
    return ids


def paused_of(viewer: Viewer) -> ListingQuerySet:
    """What waits for the viewer to say it again, the latest first."""
    waiting = Listing.objects.said().filter(author__in=viewer.alias_ids, paused_at__isnull=False, withdrawn_at=None)
    return waiting.filter(hidden_at__isnull=True, residence__isnull=True).order_by("-published_at", "-pk")


@transaction.atomic
def say_again(*, viewer: Viewer, home: Home, public_id: UUID) -> Listing:
    """Say again, from one of the viewer's homes, what pauses; return the new one. The old one is taken back."""
    paused = paused_of(viewer).select_for_update().filter(public_id=public_id).first()
    if paused is None:
        raise NotFound
    if paused.kind in KINDS:
        said: Listing = exchanging.share_again(home=home, paused=exchange_of(paused))
    else:
        said = posting.post(
            home=home,
            category=paused.category.code,
            title=paused.title,
            text=paused.description,
            # A zone was around the home that was left: here it is the voisinage.
            level=Level.VOISINAGE if paused.level == Level.CATCHMENT else paused.level,
            openness=paused.openness,
        )
    paused.withdrawn_at = timezone.now()
    paused.save(update_fields=["withdrawn_at"])
    return said
