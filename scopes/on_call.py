"""On call: the one door by which staff reach what was reported from a residence, and nothing else of it.

A table of what was reported is under the second lock like every other that holds anything of a residence. This adds a
second policy to it: rows are also open to a transaction that says it serves the staff on call. Posts, answers and
members have no such policy: a forgotten filter on a staff page finds the copies that were reported, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

_ON_CALL = "current_setting('alentour.on_call', true) = 'yes'"


def door(table: str) -> RunSQL:
    """Let the staff on call into a table that is under `second_lock.lock`, in a migration."""
    return RunSQL(
        f"CREATE POLICY of_staff_on_call ON {table} USING ({_ON_CALL}) WITH CHECK ({_ON_CALL})",
        f"DROP POLICY of_staff_on_call ON {table}",
    )


@contextmanager
def on_call() -> Iterator[None]:
    """Serve the staff on call until the block ends; the caller has made sure that they are (`access.staff_only`)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('alentour.on_call', 'yes', true)")
        yield
        cursor.execute("SELECT set_config('alentour.on_call', '', true)")
