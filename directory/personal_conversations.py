"""What `directory` knows of whom a person wrote to in private, and what becomes of it when they leave.

What they wrote stays with the other, without a name; their photos, and contacts that they showed, go. A conversation of
which nobody is left goes whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.ending_agreements import leave_all
from directory.models import Conversation, Message, MessagePhoto, Promise, RideAgreement, Side
from directory.personal import no_words
from directory.promising import free
from scopes.rights.registry import Person, part, register


def register_conversations() -> None:
    """Register conversations and messages."""
    register(
        Conversation,
        title=_("conversations"),
        purpose=_("les montrer à vous et à l’autre personne, et à personne d’autre"),
        kept=_("tant que l’un des deux a un compte ; ensuite effacées"),
        rows=lambda person: Conversation.objects.filter(_of(person)).select_related("listing"),
        without=frozenset({"nameless"}),
        also=_also_of_a_conversation,
        erase=_leave_conversations,
    )
    register(
        Message,
        title=_("messages"),
        purpose=_("les montrer à la personne à qui vous les écrivez"),
        kept=_("jusqu’à ce que vous les retiriez ; ensuite sans nom, sans photos et sans vos coordonnées"),
        rows=lambda person: Message.objects.filter(writer__in=person.alias_ids).select_related("conversation"),
        also=lambda message: {"in": message.conversation.public_id},
        files=_photos,
        erase=_leave_messages,
    )
    for model in (Side, Promise, RideAgreement):
        part(model, of=Conversation)
    part(MessagePhoto, of=Message)


def _of(person: Person) -> Q:
    return Q(asker__in=person.alias_ids) | Q(author__in=person.alias_ids)


def _also_of_a_conversation(conversation: Conversation) -> dict[str, Any]:
    """Tell what it is about; what the other wrote, and when they read, is theirs to tell."""
    promises = conversation.promises.values("made_at", "until", "said_back_at", "ended_at")
    rides = conversation.agreements.values(
        "seats", "day", "from_day", "weekdays", "except_days", "last_day", "departure", "pick_up_name", "drop_off_name",
        "price_cents", "status", "asked_at", "confirmed_at", "ended_at", "end",
    )  # fmt: skip
    return {"about": conversation.listing.title, "promises": list(promises), "rides": list(rides)}


def _photos(message: Message) -> Iterator[tuple[str, bytes]]:
    """Give the photos of a message, by the names that they have."""
    for photo in message.photos.all():
        yield f"{photo.public_id}.jpg", bytes(photo.content)


def _leave_messages(messages: QuerySet[Message], *, person: Person, with_words: bool) -> None:
    """Leave what was written without a name, and if so wished without words; photos and contacts go."""
    MessagePhoto.objects.filter(message__in=messages.order_by()).delete()
    contacts = messages.filter(is_contact=True, withdrawn_at=None)
    contacts.update(text="", withdrawn_at=timezone.now())
    if with_words:
        messages.filter(withdrawn_at=None).update(text=no_words())


def _leave_conversations(conversations: QuerySet[Conversation], *, person: Person, with_words: bool) -> None:
    """End what was promised and agreed in them, and delete those whose other person is gone too."""
    free(Promise.objects.filter(conversation__in=conversations.order_by()))
    leave_all(RideAgreement.objects.filter(conversation__in=conversations.order_by()), person.alias_ids)
    someone_else = Q(asker__account__isnull=False) & ~Q(asker__in=person.alias_ids)
    someone_else |= Q(author__account__isnull=False) & ~Q(author__in=person.alias_ids)
    gone = list(conversations.exclude(someone_else).values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=gone).delete()
