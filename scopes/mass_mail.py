"""Says one thing to many people: queued by one statement, sent by jobs that take some hundred copies each.

Whom it is still for is asked anew as each job begins: who moved out at night gets nothing in the morning.

How many there are is told to nobody: what a sender sees is the same whether anyone is reached or not.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from scopes.handing_over import MailServer, Refusal, hand_over
from scopes.homes import MembershipQuerySet
from scopes.mass_mail_sql import QUEUE
from scopes.outgoing_mail import HandedOver, HandedOverQuerySet, MassMessage, MessageCopy
from scopes.pushing import push
from scopes.registries import Told, still_for, written
from scopes.sending import ASTRAY, Text, text_of

BATCH_SIZE = 250
#: Seconds after which a job lets others go first: somebody waits for a code.
A_WHILE = 10.0
#: Who was told is remembered for so long: to say that it is over, and to receive no more by the link of a mail.
KEPT = timedelta(days=60)


@transaction.atomic
def queue(message: MassMessage, recipients: QuerySet) -> None:
    """Queue a message for the rows of a query: (account, means, when it is due), one a person."""
    from scopes.tasks import deliver_batch  # the task calls `deliver`

    query, parameters = recipients.query.sql_with_params()
    due = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(QUEUE.format(recipients=query), (*parameters, BATCH_SIZE, message.pk))
        for batch, at in cursor.fetchall():
            due[at].append({"message_id": message.pk, "batch": batch})
    for at, batches in due.items():
        deliver_batch.configure(schedule_at=at).batch_defer(*batches)


def by_mail(members: MembershipQuerySet) -> QuerySet:
    """Return the people of some homes who have an address, once each, as recipients of a mail sent now."""
    people = members.filter(account__is_active=True, account__email__isnull=False)
    means = Value(MessageCopy.Means.MAIL, output_field=CharField())
    now = Value(timezone.now(), output_field=DateTimeField())
    return people.annotate(means=means, due_at=now).values_list("account", "means", "due_at").distinct()


def call_off(messages: QuerySet[MassMessage]) -> None:
    """Send no more of what still waits of these messages."""
    messages.filter(called_off_at=None).update(called_off_at=timezone.now())


def call_off_for(messages: QuerySet[MassMessage], accounts: QuerySet) -> None:
    """Send no more of what still waits of these messages for these people (a query of numbers of accounts)."""
    waiting = MessageCopy.objects.waiting().filter(message__in=messages, account__in=accounts)
    waiting.update(refused_at=timezone.now())


def deliver(message_id: int, batch: int) -> None:
    """Send a batch; done twice, each copy is sent once. Raises what the mail server answers."""
    from scopes.tasks import deliver_batch

    message = MassMessage.objects.filter(pk=message_id).first()
    if message is None:
        return
    until = time.monotonic() + A_WHILE
    own = copies_that_stand().filter(message=message_id, batch=batch)
    still = still_for(message, list(own.waiting().values_list("account", flat=True)))
    told = written(message, still)
    # At once, as most are on an evening without news; a copy that another worker has in hand is waited for.
    own.waiting().exclude(account__in=list(told)).update(refused_at=timezone.now())
    with MailServer() as server:
        done = hand_over(
            own.select_related("account").order_by("pk"),
            give=_carrier(message, server, told),
            done=_done,
            go_on=lambda: time.monotonic() < until,
        )
    if not done:
        deliver_batch.defer(message_id=message_id, batch=batch)


def copies_that_stand() -> HandedOverQuerySet:
    """Copies that are due, of what has neither been called off nor lost its use."""
    now = timezone.now()
    return MessageCopy.objects.filter(due_at__lte=now, message__called_off_at=None, message__too_late_at__gt=now)


def resume_batches() -> None:
    """Give a job to copies that lost theirs: it failed too often while the mail server was away."""
    from scopes.tasks import deliver_batch

    astray = copies_that_stand().waiting().filter(due_at__lt=timezone.now() - ASTRAY)
    for message_id, batch in astray.values_list("message", "batch").distinct():
        deliver_batch.defer(message_id=message_id, batch=batch)


def forget_messages() -> None:
    """Forget who was told what."""
    MassMessage.objects.filter(queued_at__lt=timezone.now() - KEPT).delete()


def stop_token(copy: MessageCopy) -> str:
    """What the mail's own way to receive no more carries: 128 bits that no table holds."""
    return salted_hmac("scopes.stop", str(copy.number), algorithm="sha256").hexdigest()[:32]


def copy_stopped_by(token: str) -> MessageCopy | None:
    """Find the copy whose mail carried a token."""
    found = MessageCopy.objects.exclude(stop_digest="").filter(stop_digest=_digest(token))
    return found.select_related("message").first()


def _carrier(message: MassMessage, server: MailServer, told: Mapping[int, Told]) -> Callable[[HandedOver], None]:
    """What gives a copy of this message away, to those it says something to."""
    text = _texts(message)

    def give(copy: MessageCopy) -> None:
        account = copy.account
        if not account.is_active or account.pk not in told:
            raise Refusal
        words, pushed = told[account.pk]
        if copy.means == MessageCopy.Means.PUSH:
            useful_for = message.too_late_at - timezone.now()
            if push(account, pushed, urgent=message.urgent, useful_for=useful_for):
                return
            copy.means = MessageCopy.Means.MAIL  # none of the browsers is there any more
        if not account.email:
            raise Refusal
        server.take(text(account.language, words).to(account.email, number=copy.number, **_ways_out(message, copy)))

    return give


def _texts(message: MassMessage) -> Callable[[str, dict[str, object]], Text]:
    """What puts words in a text: those of the message itself once a language, those of one person each time."""

    @cache
    def common(language: str) -> Text:
        return text_of(message.template, language, message.words[language])

    def text(language: str, words: dict[str, object]) -> Text:
        if words is message.words.get(language):
            return common(language)
        return text_of(message.template, language, words)

    return text


def _ways_out(message: MassMessage, copy: MessageCopy) -> dict[str, str]:
    if not message.can_be_stopped:
        return {}
    address = settings.SITE_URL + reverse("stop-mail", args=[stop_token(copy)])
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _done(copy: MessageCopy) -> dict[str, object]:
    return {"means": copy.means, "stop_digest": _digest(stop_token(copy))}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
