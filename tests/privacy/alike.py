"""Has two worlds draw at random, date and number alike, so that nothing differs but what someone did."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch

from django.db import connection, transaction
from django.utils import timezone


@contextmanager
def drawn_alike(step: str) -> Iterator[None]:
    """Let random ids and codes be those of this step, in whichever world it is taken."""
    chance = random.Random(step)
    with patch("os.urandom", chance.randbytes), patch("random._urandom", chance.randbytes):
        yield


@contextmanager
def the_clock_stands(now=None) -> Iterator[None]:
    """Stop the clocks of this process; that of the database stands within a transaction anyway.

    Columns whose default is `timezone.now` hold that very function: it is the clock that it reads which is stopped.
    """
    moment = now or timezone.now()

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return moment.astimezone(tz)

    with (
        patch("django.utils.timezone.now", return_value=moment),
        patch("django.utils.timezone.datetime", Stopped),
        patch("time.time", return_value=moment.timestamp()),
    ):
        yield


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is written in the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def numbered_alike() -> Iterator[None]:
    """Let rows of the next world begin at the same numbers, which the staff read: no rollback puts a sequence back."""
    of_each = "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
    with connection.cursor() as cursor:
        cursor.execute(of_each)
        before = [(name, last or 1, last is not None) for name, last in cursor.fetchall()]
        yield
        cursor.executemany("SELECT setval(%s, %s, %s)", before)
