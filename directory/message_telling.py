"""Tells someone that a message waits: once a conversation until it is read, as they chose, and not at night.

What is sent says of which listing, and not a word of the message, nor whose it is. Of a listing of a residence it says
only that: what neighbours say inside leaves the second lock for no letterbox.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, DateTimeField, Value
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.announcing import awake
from directory.conversation_ends import title_of
from directory.models import Message, Side
from directory.notice_kinds import NoticeKind
from directory.reaching import MESSAGE, means_to
from scopes import mass_mail, second_lock
from scopes.models import Account, MassMessage, MessageCopy, Mute

#: Who was away for so long reads it on the site.
USE = timedelta(days=2)


@transaction.atomic
def tell_of(*, message_id: int, residence_id: int | None) -> MassMessage | None:
    """Tell the other of a message that waits; in the morning, at night. Done twice, nobody is told twice."""
    from directory.tasks import tell_of_message  # the task calls this

    with second_lock.opened([residence_id] if residence_id else []):
        message = Message.objects.standing().select_related("conversation__listing").filter(pk=message_id).first()
        if message is None:
            return None
        sides = Side.objects.select_for_update(of=["self"]).filter(conversation=message.conversation_id)
        side = sides.exclude(alias=message.writer_id).select_related("alias__cell__municipality").first()
        means = _means(side, message)
        if means is None:
            return None
        now = timezone.now()
        due = awake(now, time_zone=side.alias.cell.municipality.time_zone)
        if due > now:
            tell_of_message.configure(schedule_at=due).defer(message_id=message_id, residence_id=residence_id or 0)
            return None
        told = _told(message)
        Side.objects.filter(pk=side.pk).update(telling=told)
    mass_mail.queue(told, _recipient(side.alias.account_id, means))
    return told


def _means(side: Side, message: Message) -> MessageCopy.Means | None:
    """How the other is to be told; nothing where they are not: it is read, told, quiet, no longer wished or theirs."""
    account_id = side.alias.account_id
    is_read = side.read_at is not None and side.read_at >= message.written_at
    if account_id is None or is_read or side.telling_id or side.is_quiet:
        return None
    if Mute.objects.filter(account=account_id, muted=message.writer_id).exists():
        return None
    return means_to(account_id, NoticeKind.MESSAGE)


def _recipient(account_id: int, means: MessageCopy.Means):
    """The one person, as `mass_mail.queue` takes many."""
    chosen = Value(means, output_field=CharField())
    now = Value(timezone.now(), output_field=DateTimeField())
    told = Account.objects.filter(pk=account_id, is_active=True)
    return told.annotate(means=chosen, due_at=now).values_list("pk", "means", "due_at")


def _told(message: Message) -> MassMessage:
    """Say it in each language."""
    words, pushed = {}, {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words[language] = {"sentence": _sentence(message), "path": _path(message)}
            pushed[language] = {
                "title": _("Un message vous attend"),
                "body": words[language]["sentence"],
                "url": words[language]["path"],
                "tag": str(message.conversation.public_id),
                "language": language,
            }
    now = timezone.now()
    return MassMessage.objects.create(
        template=MESSAGE, words=words, pushed=pushed, can_be_stopped=True, queued_at=now, too_late_at=now + USE
    )


def _sentence(message: Message) -> str:
    if message.residence_id:
        return _("Vous avez un message au sujet d’une annonce de votre immeuble.")
    return _("Vous avez un message au sujet de « %(title)s ».") % {"title": title_of(message.conversation.listing)}


def _path(message: Message) -> str:
    return reverse("conversation", args=[message.conversation.public_id])
