"""Conversations in words, for one of their two people; nothing in them says when, or whether, the other reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.conversation_ends import end_of, title_of
from directory.conversing import answered_by_authors, other_of
from directory.kinds import page_of
from directory.models import Case, Conversation, Listing, Message, MessagePhoto, Side
from geo.prepared import prepared_row
from scopes.models import Alias
from scopes.moments import moment
from scopes.viewer import Viewer

#: Conversations in the list, and messages in one, the latest.
MOST_LISTED, MOST_SHOWN = 100, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConversation:
    """One conversation in words."""

    id: str
    url: str
    title: str
    #: Address of the listing, where the viewer still sees it.
    listing_url: str
    #: First name and initial of the other.
    other: str
    #: Under which name the viewer is there.
    me: str
    when: str
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhoto:
    """Where a photo is, and how large."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """One message in words."""

    id: str
    text: str
    author: str
    when: str
    mine: bool
    is_contact: bool
    #: Where a phone number can be dialled.
    tel: str
    photos: list[ShownPhoto]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation with its messages, as its page shows it."""

    conversation: ShownConversation
    messages: list[ShownMessage]
    #: Earlier ones that are left out.
    has_earlier: bool
    hidden: Collection[Case]
    #: Why it takes no more messages; empty while it does.
    closed: str
    #: Whether the home that it is led from has its proof.
    can_write: bool
    is_quiet: bool


#: By hand and prepared, because every page of someone signed in asks it: composing the count took a third of the page.
_IN_ANY = """
SELECT EXISTS (
    SELECT FROM directory_conversation WHERE asker_id = ANY (%(own)s::bigint[]) OR author_id = ANY (%(own)s::bigint[])
)
"""


def unread(viewer: Viewer) -> int:
    """Count the conversations in which something is new, as far as the residences opened let see."""
    if not viewer.alias_ids or not prepared_row(_IN_ANY, {"own": list(viewer.alias_ids)})[0]:
        return 0
    return Conversation.objects.of(viewer).with_unread(viewer).filter(unread__gt=0).count()


def conversations_of(viewer: Viewer) -> list[ShownConversation]:
    """The viewer's conversations, the latest first; `own_residences` must be opened."""
    own = Conversation.objects.of(viewer).with_something_said().with_unread(viewer).select_related(*_RELATED)
    found = list(own[:MOST_LISTED])
    visible = set(_visible(viewer, found))
    answered = answered_by_authors(found)
    return [_shown(one, viewer, visible=visible, answered=answered) for one in found]


def thread(conversation: Conversation, viewer: Viewer, *, whole: bool = False) -> Thread:
    """A conversation of the viewer's with its messages; `own_residences` must be opened."""
    zone = conversation.asker.cell.municipality.time_zone
    photos = Prefetch("photos", MessagePhoto.objects.defer("content"))
    standing = conversation.messages.standing().prefetch_related(photos).order_by("-written_at", "-pk")
    latest = list(standing if whole else standing[: MOST_SHOWN + 1])
    told = latest if whole else latest[:MOST_SHOWN]
    answered = answered_by_authors([conversation])
    shown = _shown(conversation, viewer, visible=set(_visible(viewer, [conversation])), answered=answered)
    end = end_of(conversation)
    own_hidden = conversation.messages.filter(writer__in=viewer.alias_ids, hidden_at__isnull=False)
    return Thread(
        conversation=shown,
        messages=[_message(one, viewer, shown, zone) for one in reversed(told)],
        has_earlier=len(latest) > len(told),
        hidden=list(Case.objects.of(viewer).filter(subject__in=own_hidden.values("public_id"))),
        closed=end.words if end else "",
        can_write=any(home.alias_id in (conversation.asker_id, conversation.author_id) for home in viewer.homes),
        is_quiet=Side.objects.filter(conversation=conversation, alias__in=viewer.alias_ids, is_quiet=True).exists(),
    )


#: What is read besides the row.
_RELATED = ("listing", "asker__account", "asker__cell__municipality", "author__account")


def related(conversations):
    """Read what showing a conversation needs with it."""
    return conversations.select_related(*_RELATED)


def _visible(viewer: Viewer, conversations: Collection[Conversation]):
    """Which of their listings the viewer still sees."""
    about = [one.listing_id for one in conversations]
    return Listing.objects.live().visible_to(viewer).filter(pk__in=about).values_list("pk", flat=True)


def _shown(
    conversation: Conversation, viewer: Viewer, *, visible: Collection[int], answered: Collection[int]
) -> ShownConversation:
    other = other_of(viewer, conversation)
    me = conversation.asker if other.pk == conversation.author_id else conversation.author
    listing = conversation.listing
    return ShownConversation(
        id=str(conversation.public_id),
        url=reverse("conversation", args=[conversation.public_id]),
        title=title_of(listing),
        listing_url=page_of(listing) if listing.pk in visible else "",
        other=_name_of(other, conversation, answered),
        me=str(me),
        when=moment(conversation.last_message_at, time_zone=conversation.asker.cell.municipality.time_zone),
        unread=getattr(conversation, "unread", 0),
    )


def _name_of(other: Alias, conversation: Conversation, answered: Collection[int]) -> str:
    if other.pk == conversation.author_id and conversation.nameless and conversation.pk not in answered:
        return _("l’auteur de l’annonce")
    return str(other)


def _message(message: Message, viewer: Viewer, shown: ShownConversation, zone: str) -> ShownMessage:
    mine = message.writer_id in viewer.alias_ids
    return ShownMessage(
        id=str(message.public_id),
        text=message.text,
        author=shown.me if mine else shown.other,
        when=moment(message.written_at, time_zone=zone),
        mine=mine,
        is_contact=message.is_contact,
        tel=_tel(message.text) if message.is_contact else "",
        photos=[
            ShownPhoto(url=reverse("message-photo", args=[one.public_id]), width=one.width, height=one.height)
            for one in message.photos.all()
        ],
    )


def _tel(text: str) -> str:
    """What a telephone dials, where all of a contact is a number."""
    figures = "".join(sign for sign in text if sign.isdigit())
    is_number = all(sign.isdigit() or sign in "+ .-()\u00a0\u202f" for sign in text) and 6 <= len(figures) <= 15
    return ("+" if text.startswith("+") else "") + figures if is_number else ""
