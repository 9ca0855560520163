"""A reader keeps an offer of a shop ("Intéressé") and shows its voucher at the till; the shop never learns who."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory.models import Interest, Promotion
from geo.errors import NotFound
from scopes.reach import quarter_of
from scopes.viewer import Viewer


@transaction.atomic
def keep_offer(*, viewer: Viewer, public_id: UUID, keep: bool = True) -> Promotion:
    """Keep an offer that the viewer may read, or keep it no more; done twice, done once.

    Raises `NotFound` for what is no offer to this viewer, or is over.
    """
    offer = _offers_to(viewer).filter(public_id=public_id).first()
    if offer is None or viewer.account_id is None:
        raise NotFound
    if keep:
        quarter = quarter_of(timezone.localdate())
        Interest.objects.get_or_create(account_id=viewer.account_id, promotion=offer, defaults={"quarter": quarter})
    else:
        Interest.objects.filter(account=viewer.account_id, promotion=offer).delete()
    return offer


def kept_offers(viewer: Viewer) -> QuerySet[Promotion]:
    """The offers that the viewer keeps and may still read, those that end first before."""
    kept = Interest.objects.filter(account=viewer.account_id).values("promotion")
    related = ("municipality", "organisation", "place", "category")
    return _offers_to(viewer).filter(pk__in=kept).select_related(*related).order_by("closes_at", "pk")


def keeps(viewer: Viewer, offer: Promotion) -> bool:
    """Whether the viewer keeps an offer, for their own eyes."""
    return Interest.objects.filter(account=viewer.account_id, promotion=offer).exists()


def _offers_to(viewer: Viewer) -> QuerySet[Promotion]:
    return Promotion.objects.live().visible_to(viewer)
