"""Finds what someone sees by its public id; what is not theirs to see is not found, like what does not exist."""

from __future__ import annotations

from uuid import UUID

from directory.audience import is_member
from directory.models import Answer, Listing
from scopes.models import Alias
from scopes.viewer import Viewer


def seen(viewer: Viewer, public_id: UUID) -> Listing | Answer | None:
    """Find a listing, or an answer: those are read by whom the listing is addressed to, opened to everyone or not."""
    listings = Listing.objects.live().visible_to(viewer)
    listing = listings.filter(public_id=public_id).first()
    if listing is not None:
        return listing
    answers = Answer.objects.standing().seen_by(viewer, is_member=True).filter(listing__in=listings)
    answer = answers.filter(public_id=public_id).select_related("listing").first()
    return answer if answer is not None and is_member(viewer, answer.listing) else None


def author_shown(viewer: Viewer, public_id: UUID) -> Alias | None:
    """Find who said something, where the viewer is shown a name: not where it is only open to everyone."""
    found = seen(viewer, public_id)
    if found is None or found.author_id is None:
        return None
    listing = found.listing if isinstance(found, Answer) else found
    return found.author if is_member(viewer, listing) else None
