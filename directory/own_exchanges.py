"""What a viewer shares with neighbours: found, or held while something is done with it."""

from __future__ import annotations

from uuid import UUID

from directory.kinds import KINDS, exchange_of
from directory.models import Exchange, Listing
from directory.querysets import ListingQuerySet
from geo.errors import NotFound
from scopes.viewer import Viewer


def exchanges_of(viewer: Viewer) -> ListingQuerySet:
    """What the viewer shares that stands, ended or not, from homes that were not left."""
    standing = Listing.objects.filter(kind__in=KINDS, author__in=viewer.alias_ids)
    return standing.filter(withdrawn_at=None, hidden_at=None, paused_at=None)


def own_exchange(viewer: Viewer, public_id: UUID) -> Exchange:
    """Find something that the viewer shares, ended or not; raise `NotFound` for anything else, whatever it is."""
    return _only(exchanges_of(viewer).filter(public_id=public_id))


def held(viewer: Viewer, public_id: UUID) -> Exchange:
    """Find the same and hold it until the deed is done: two at once come one after the other."""
    return _only(exchanges_of(viewer).select_for_update().filter(public_id=public_id))


def _only(found: ListingQuerySet) -> Exchange:
    listing = found.first()
    if listing is None:
        raise NotFound
    return exchange_of(listing)
