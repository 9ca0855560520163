"""A mail server on the loopback for tests: it notes the Message-ID and the address of whatever it takes."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from aiosmtpd.controller import Controller
from django.db.models import CharField, DateTimeField, QuerySet, Value
from django.utils import timezone

from scopes.models import Account

_ID = re.compile(rb"^Message-ID: *(\S+)", re.IGNORECASE | re.MULTILINE)


class Taken:
    """What a mail server took, and what it says to an address."""

    def __init__(self, says: Callable[[str], str | None] = lambda address: None):
        #: (Message-ID, address), each time one was taken.
        self.letters: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self.last = b""
        self.port = 0
        self._says = says

    @property
    def total(self) -> int:
        return sum(self.letters.values())

    @property
    def repeated(self) -> int:
        """How many letters too many."""
        return self.total - len(self.letters)

    def addresses(self) -> list[str]:
        """Who got something, once for each Message-ID."""
        return sorted(address for _number, address in self.letters)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self._says(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.last = envelope.content
        number = _ID.search(envelope.content)[1].decode()
        self.letters.update((number, address) for address in envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def mail_server(says: Callable[[str], str | None] = lambda address: None) -> Iterator[Taken]:
    """Take mail until the block ends; `says` may return what is answered to an address instead of 250."""
    taken = Taken(says)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        taken.port = probe.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=taken.port)
    controller.start()
    try:
        yield taken
    finally:
        controller.stop()


def sent_to(taken: Taken, settings) -> None:
    """Have Django send there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.port


def everyone(due: timedelta = timedelta()) -> QuerySet:
    """All accounts, as recipients of a mail that is due now, or later."""
    at = Value(timezone.now() + due, output_field=DateTimeField())
    means = Value("mail", output_field=CharField())
    return Account.objects.annotate(means=means, due_at=at).values_list("pk", "means", "due_at")
