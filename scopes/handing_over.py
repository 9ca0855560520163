"""Hands letters to the mail server, one at a time in a process, over one connection for as many as there are.

What is in hand is locked in the database until it is marked as sent: another worker passes over it, and a killed
worker's lock falls with its connection. Its Message-ID was committed long before.
"""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from scopes.outgoing_mail import HandedOver, HandedOverQuerySet

#: Held from the handing over until `sent` is committed, so that a worker repeats one letter at most when it is killed.
_ONE_IN_HAND = threading.Lock()


class Postponed(Exception):
    """Some letters were put off by the mail server: the job is tried again later."""


class Refusal(Exception):
    """This letter will never be taken; others may be."""


class Delay(Exception):
    """This letter is not taken now; others may be."""


class MailServer:
    """One connection to the mail server, opened for the first letter."""

    def __init__(self):
        self._connection = None

    def __enter__(self) -> MailServer:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.close()

    def take(self, message: EmailMessage) -> None:
        """Give a letter to the server.

        Raises `Refusal` or `Delay` where the answer is about this letter, else what went wrong with the server.
        """
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        try:
            self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise (Refusal if all(500 <= code < 600 for code in codes) else Delay) from None
        except smtplib.SMTPDataError:
            # Taken for a passing mood even where it says 5xx: a filter may be wrong about all of them for an hour.
            raise Delay from None


def hand_over(
    rows: HandedOverQuerySet,
    *,
    give: Callable[[HandedOver], None],
    done: Callable[[HandedOver], dict[str, object]],
    go_on: Callable[[], bool] = lambda: True,
) -> bool:
    """Give each waiting row away and mark it, until none is left or it is time to stop; return whether none is left.

    `give` may raise `Refusal` or `Delay`; `done` returns the columns that are set once it is sent or refused. Raises
    `Postponed` at the end for what was put off, and at once what the server itself answers.
    """
    put_off: list[int] = []
    none_left = False
    while not none_left and go_on():
        with _ONE_IN_HAND, transaction.atomic():
            row = rows.waiting().exclude(pk__in=put_off).select_for_update(skip_locked=True, of=["self"]).first()
            none_left = row is None
            if none_left:
                continue
            try:
                give(row)
            except Delay:
                put_off.append(row.pk)
            except Refusal:
                _mark(row, refused_at=timezone.now(), **done(row))
            else:
                _mark(row, sent_at=timezone.now(), **done(row))
    if put_off:
        raise Postponed
    return none_left


def _mark(row: HandedOver, **columns: object) -> None:
    type(row).objects.filter(pk=row.pk).update(**columns)
