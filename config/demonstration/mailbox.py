"""The mails of the demonstration, which are files: read back for the page that stands in for everyone's letterbox."""

from __future__ import annotations

import email
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

LATEST = 20
#: What Django writes after each mail of a file (`django.core.mail.backends.filebased`).
_END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail as a person reads it."""

    to: str
    subject: str
    text: str
    sent_at: datetime


def latest_mails() -> Iterator[Received]:
    """Yield the last mails that were sent, the newest first."""
    files = Path(settings.EMAIL_FILE_PATH).glob("*.log")
    for path in heapq.nlargest(LATEST, files, key=lambda path: path.stat().st_mtime_ns):
        for written in reversed(path.read_bytes().split(_END)):
            if written.strip():
                message = email.message_from_bytes(written, policy=policy.default)
                yield Received(
                    to=message["To"],
                    subject=message["Subject"],
                    text=message.get_body(("plain",)).get_content().strip(),
                    sent_at=parsedate_to_datetime(message["Date"]),
                )
