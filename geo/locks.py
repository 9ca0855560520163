"""Locks for what one transaction at a time may do: each has a name of its own, and goes with the transaction.

Advisory locks of PostgreSQL are numbers that mean nothing to it (https://www.postgresql.org/docs/current/
explicit-locking.html#ADVISORY-LOCKS): two deeds under one number wait for each other without any reason to see.
"""

from __future__ import annotations

import hashlib

from django.db import connection

_names: set[str] = set()


class Lock:
    """One of them, made once by the module that holds it; a name that is taken is refused."""

    def __init__(self, name: str):
        if name in _names:
            raise ValueError(f"There is a lock named {name!r} already.")
        _names.add(name)
        self.name = name

    def hold(self, of: str = "") -> None:
        """Wait for other transactions that hold it, and hold it until this one ends; `of` parts what does not meet."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.number(of)])

    def number(self, of: str = "") -> int:
        """The number that PostgreSQL knows it by: 64 bits, drawn from the names."""
        digest = hashlib.sha256(f"{self.name}\n{of}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)
