"""Who may write to the author of a listing in private, and from which home."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from directory.audience import is_member, reaches
from directory.models import Conversation, Kind, Listing
from scopes.models import Level, Openness
from scopes.viewer import Home, Viewer
from scopes.writing_to import may_write

#: A poll is answered by a vote.
NOT_WRITTEN_ABOUT = (Kind.POLL,)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToWrite:
    """What leads from a listing to its author, in words."""

    url: str
    #: First name and initial; empty for who reads the listing without a name.
    author: str
    #: Whether the two already write to each other about it.
    goes_on: bool


def way_to_write(viewer: Viewer, listing: Listing) -> WayToWrite | None:
    """Return what leads a viewer to the author of a listing that they see; nothing where they may not write.

    A page that includes `directory/write_to_author.html` gives it this as `way_to_write`.
    """
    if not _is_written_about(viewer, listing):
        return None
    begun = Conversation.objects.of(viewer).filter(listing=listing, asker__in=viewer.alias_ids).first()
    if begun is None and home_to_write_from(viewer, listing) is None:
        return None
    named = is_member(viewer, listing)
    return WayToWrite(
        url=reverse("conversation", args=[begun.public_id])
        if begun
        else reverse("write-to-author", args=[listing.public_id]),
        author=str(listing.author) if named else "",
        goes_on=begun is not None,
    )


def home_to_write_from(viewer: Viewer, listing: Listing) -> Home | None:
    """Return the home from which a viewer may write to the author of a listing that they see; nothing otherwise.

    It is one that the listing is addressed to; or, where it is open to everyone, one in its town. The author may have
    chosen a narrower circle. Whether the author reads the viewer plays no part: a mute is silent.
    """
    if not _is_written_about(viewer, listing):
        return None
    addressed = (home for home in viewer.homes if reaches(listing, home))
    there = (home for home in viewer.homes if home.municipality_id == listing.municipality_id)
    home = next(addressed, None) or (next(there, None) if listing.openness == Openness.PUBLIC else None)
    return home if home and _lets_write(viewer, listing) else None


def _is_written_about(viewer: Viewer, listing: Listing) -> bool:
    """Whether a person other than the viewer says it, and takes words about it."""
    by_someone_else = listing.author_id is not None and listing.author_id not in viewer.alias_ids
    return by_someone_else and listing.kind not in NOT_WRITTEN_ABOUT


def _lets_write(viewer: Viewer, listing: Listing) -> bool:
    """Whether the circle that the author chose holds the viewer; the narrowest is about what is said in a residence.

    So it tells nobody whether the author of words for the quarter lives in the reader's own building.
    """
    chosen = listing.author.written_by
    if chosen == Level.MUNICIPALITY:
        return True
    if chosen == Level.RESIDENCE:
        return listing.level == Level.RESIDENCE
    return may_write(viewer, listing.author)
