"""Two people who write to each other about a listing, in the village of `tests/scopes/village.py`."""

from __future__ import annotations

from directory import conversing
from directory.appealing import own_residences
from directory.models import Conversation, Listing, Message
from scopes.models import Membership
from tests.directory.speaking import looking


def begins(
    someone: Membership, listing: Listing, text: str = "Bonjour, est-ce encore d’actualité ?", **more
) -> Message:
    """Write to the author of a listing."""
    with looking(someone) as viewer:
        return conversing.begin(viewer=viewer, public_id=listing.public_id, text=text, **more)


def writes(someone: Membership, conversation: Conversation, text: str = "Oui, avec plaisir.", **more) -> Message:
    """Go on in a conversation."""
    with looking(someone) as viewer:
        return conversing.write(viewer=viewer, conversation=conversation.public_id, text=text, **more)


def shows(someone: Membership, conversation: Conversation, contact: str) -> Message:
    """Show the other a contact."""
    with looking(someone) as viewer:
        return conversing.show_contact(viewer=viewer, conversation=conversation.public_id, contact=contact)


def reads(someone: Membership, conversation: Conversation) -> None:
    """Read a conversation."""
    with looking(someone) as viewer, own_residences(viewer):
        conversing.have_read(viewer=viewer, conversation=conversation)


def told_between(someone: Membership) -> list[str]:
    """What someone reads in all their conversations, as they went."""
    with looking(someone) as viewer, own_residences(viewer):
        return list(Message.objects.standing().of(viewer).values_list("text", flat=True))
