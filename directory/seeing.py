"""Finds what someone sees by its public id; what is not theirs to see is not found, like what does not exist."""

from __future__ import annotations

from uuid import UUID

from directory.audience import is_member
from directory.models import Answer, Listing, Message
from scopes.models import Alias
from scopes.viewer import Viewer


def seen(viewer: Viewer, public_id: UUID) -> Listing | Answer | Message | None:
    """Find a listing, an answer, or a message.

    Answers are read by whom the listing is addressed to, opened to everyone or not; messages, by the two they are of.
    """
    listings = Listing.objects.live().visible_to(viewer)
    listing = listings.filter(public_id=public_id).first()
    if listing is not None:
        return listing
    answers = Answer.objects.standing().seen_by(viewer, is_member=True).filter(listing__in=listings)
    answer = answers.filter(public_id=public_id).select_related("listing").first()
    if answer is not None:
        return answer if is_member(viewer, answer.listing) else None
    # A contact is shown to one person: it goes into no case.
    messages = Message.objects.standing().of(viewer).filter(is_contact=False)
    return messages.filter(public_id=public_id).select_related("writer").first()


def author_shown(viewer: Viewer, public_id: UUID) -> Alias | None:
    """Find who said something, where the viewer is shown a name: not where it is only open to everyone."""
    found = seen(viewer, public_id)
    if isinstance(found, Message):
        return found.writer
    if found is None or found.author_id is None:
        return None
    listing = found.listing if isinstance(found, Answer) else found
    return found.author if is_member(viewer, listing) else None
