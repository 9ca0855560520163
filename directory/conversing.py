"""Two people write to each other about a listing: it begins, goes on, is taken back, falls silent.

Whoever is no longer read learns nothing of it: what they write is written, by the same statements, and never told.
Nobody learns when the other reads, or whether.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.appealing import own_residences
from directory.audience import reaches
from directory.conversation_ends import end_of
from directory.errors import ConversationClosed, NotProved, TooMany
from directory.models import Conversation, Listing, Message, MessagePhoto, Side
from directory.photos import Photo, drawn_anew
from directory.posting import PRESSED_TWICE, hold
from directory.writing_to_authors import home_to_write_from
from geo.errors import InvalidParameter, NotFound
from geo.texts import one_line, paragraphs
from scopes import mass_mail
from scopes.models import Alias, MassMessage, Mute
from scopes.muting import mute
from scopes.viewer import Home, Viewer

LONGEST_MESSAGE, LONGEST_CONTACT = 2_000, 200
MOST_PHOTOS = 3
#: Of one person, in a day.
MOST_BEGUN_A_DAY, MOST_A_DAY = 10, 200
#: What is written can be taken back for so long before the other is told of it.
A_MOMENT = timedelta(minutes=1)


@transaction.atomic
def begin(*, viewer: Viewer, public_id: UUID, text: str, photos: Sequence[bytes] = ()) -> Message:
    """Write to the author of a listing that the viewer sees; one who did so before goes on in the same conversation.

    Raises `NotFound` for a listing that is not for the viewer, or whose author they may not write to; `NotProved`
    without a home, `TooMany`, and `InvalidParameter` for a text that is empty or too long, or a photo that is none.
    """
    visible = Listing.objects.live().visible_to(viewer).select_related("author")
    listing = visible.filter(public_id=public_id).first()
    if listing is None:
        raise NotFound
    if not viewer.homes:
        raise NotProved
    home = home_to_write_from(viewer, listing)
    if home is None:
        raise NotFound
    text = paragraphs(text, parameter="text", longest=LONGEST_MESSAGE)
    drawn = _drawn(photos)
    hold(home)
    conversation = Conversation.objects.filter(listing=listing, asker=home.alias_id).first()
    return written(conversation or _begun(listing, home), alias_id=home.alias_id, text=text, photos=drawn)


@transaction.atomic
def write(*, viewer: Viewer, conversation: UUID, text: str, photos: Sequence[bytes] = ()) -> Message:
    """Write in a conversation of the viewer's.

    Raises `NotFound` for any other, `ConversationClosed`, `NotProved` while the home it is led from has no proof,
    `TooMany`, and `InvalidParameter` for a text that is empty or too long, or a photo that is none.
    """
    with own_residences(viewer):
        found, home = held_to_write(viewer, conversation)
        text = paragraphs(text, parameter="text", longest=LONGEST_MESSAGE)
        return written(found, alias_id=home.alias_id, text=text, photos=_drawn(photos))


@transaction.atomic
def show_contact(*, viewer: Viewer, conversation: UUID, contact: str) -> Message:
    """Show the other a phone number or an address, as it is typed, until it is taken back; raises as `write` does."""
    with own_residences(viewer):
        found, home = held_to_write(viewer, conversation)
        contact = one_line(contact, parameter="contact", longest=LONGEST_CONTACT)
        return written(found, alias_id=home.alias_id, text=contact, is_contact=True)


@transaction.atomic
def withdraw(*, viewer: Viewer, message: UUID) -> Message:
    """Take a message of one's own back, with its words and photos; raise `NotFound` for any other."""
    with own_residences(viewer):
        own = Message.objects.standing().filter(writer__in=viewer.alias_ids, public_id=message)
        mine = own.select_related("conversation").first()
        if mine is None:
            raise NotFound
        mine.withdrawn_at = timezone.now()
        mine.text = ""
        mine.save(update_fields=["withdrawn_at", "text"])
        mine.photos.all().delete()
    return mine


@transaction.atomic
def have_read(*, viewer: Viewer, conversation: Conversation) -> None:
    """Note that the viewer reads a conversation of theirs: nothing more is sent of what told them."""
    # Held, so that a message is told before this and called off, or not at all.
    side = Side.objects.select_for_update().get(conversation=conversation, alias__in=viewer.alias_ids)
    if side.telling_id:
        mass_mail.call_off(MassMessage.objects.filter(pk=side.telling_id))
    Side.objects.filter(pk=side.pk).update(read_at=timezone.now(), telling=None)


@transaction.atomic
def be_quiet(*, viewer: Viewer, conversation: UUID, quiet: bool = True) -> Conversation:
    """Be told no more of a conversation, or again; it stays to be read. The other never learns of it."""
    with own_residences(viewer):
        found = find(viewer, conversation)
        Side.objects.filter(conversation=found, alias__in=viewer.alias_ids).update(is_quiet=quiet)
    return found


@transaction.atomic
def block(*, viewer: Viewer, conversation: UUID) -> Mute | None:
    """Read the other no more, here and anywhere, in silence; what already told of them and waits is not sent.

    An author who has no name here is not muted: a mute has a name, and would join whatever else they opened. One is
    told no more of the conversation.
    """
    with own_residences(viewer):
        found = find(viewer, conversation)
        other = other_of(viewer, found)
        telling = Side.objects.filter(conversation=found, alias__in=viewer.alias_ids).exclude(telling=None)
        mass_mail.call_off(MassMessage.objects.filter(pk__in=telling.values("telling")))
        if not is_named(other, found):
            Side.objects.filter(conversation=found, alias__in=viewer.alias_ids).update(is_quiet=True)
            return None
        return mute(viewer=viewer, alias=other)


def is_named(other: Alias, conversation: Conversation) -> bool:
    """Whether one of the two has a name for the other: an author who opened a listing has none until they write."""
    is_nameless = conversation.nameless and other.pk == conversation.author_id
    return not is_nameless or bool(answered_by_authors([conversation]))


def answered_by_authors(conversations: Collection[Conversation]) -> set[int]:
    """Those in which a nameless author has written, and is named from then on."""
    nameless = [one.pk for one in conversations if one.nameless]
    written = Message.objects.filter(conversation__in=nameless, writer=F("conversation__author"))
    return set(written.values_list("conversation", flat=True))


def find(viewer: Viewer, public_id: UUID) -> Conversation:
    """Find a conversation of the viewer's; raise `NotFound` for any other. `own_residences` must be opened."""
    own = Conversation.objects.of(viewer).select_related("listing", "asker__account", "author__account")
    found = own.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def other_of(viewer: Viewer, conversation: Conversation) -> Alias:
    """Return the one of the two who is not the viewer."""
    return conversation.author if conversation.asker_id in viewer.alias_ids else conversation.asker


def _begun(listing: Listing, home: Home) -> Conversation:
    day = timezone.now() - timedelta(days=1)
    if Conversation.objects.filter(asker=home.alias_id, started_at__gt=day).count() >= MOST_BEGUN_A_DAY:
        raise TooMany
    begun = Conversation.objects.create(
        listing=listing,
        residence_id=listing.residence_id,
        asker_id=home.alias_id,
        author_id=listing.author_id,
        nameless=not reaches(listing, home),
    )
    both = (home.alias_id, listing.author_id)
    Side.objects.bulk_create(
        Side(conversation=begun, residence_id=begun.residence_id, alias_id=alias_id) for alias_id in both
    )
    return begun


def held_to_write(viewer: Viewer, public_id: UUID) -> tuple[Conversation, Home]:
    """Find a conversation to write in, and keep the viewer in the home that it is led from until this is done."""
    found = find(viewer, public_id)
    if end := end_of(found):
        raise ConversationClosed(end.words)
    home = next((home for home in viewer.homes if home.alias_id in (found.asker_id, found.author_id)), None)
    if home is None:
        raise NotProved
    hold(home)
    return found, home


def _drawn(photos: Sequence[bytes]) -> list[Photo]:
    if len(photos) > MOST_PHOTOS:
        raise InvalidParameter("photos", _("Trois photos au plus par message."))
    return [drawn_anew(photo, parameter="photos") for photo in photos]


def written(
    conversation: Conversation, *, alias_id: int, text: str, is_contact: bool = False, photos: Sequence[Photo] = ()
) -> Message:
    """Write it, unless its button was pressed twice; the other is told a moment later, or not (`message_telling`)."""
    from directory.tasks import tell_of_message  # the task calls `message_telling`

    now = timezone.now()
    today = Message.objects.filter(writer=alias_id, written_at__gt=now - timedelta(days=1))
    said = {"conversation": conversation, "text": text, "is_contact": is_contact}
    pressed = today.filter(**said, withdrawn_at=None, written_at__gt=now - PRESSED_TWICE).prefetch_related("photos")
    contents = [photo.content for photo in photos]
    for same in pressed:
        if [bytes(photo.content) for photo in same.photos.all()] == contents:
            return same
    if today.count() >= MOST_A_DAY:
        raise TooMany
    of = {"residence_id": conversation.residence_id}
    message = Message.objects.create(**said, **of, writer_id=alias_id, written_at=now)
    MessagePhoto.objects.bulk_create(
        MessagePhoto(message=message, **of, content=photo.content, width=photo.width, height=photo.height)
        for photo in photos
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=now)
    tell_of_message.configure(schedule_at=now + A_MOMENT).defer(
        message_id=message.pk, residence_id=conversation.residence_id or 0
    )
    return message
