"""The second lock: PostgreSQL itself shows no row of a residence unless the transaction names that residence.

Row-level security stands on every table that holds anything of a residence, each carrying `residence_id`. It stops a
forgotten filter, not an injection. The serving role owns nothing, so it cannot take the lock off; `FORCE` puts the
owner under it too. Who belongs to no residence opens no transaction for it (design.md, section 3, law 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

_OPENED = "NULLIF(current_setting('alentour.residences', true), '')::bigint[]"
#: From left to right: what was opened is read before it is replaced.
_EXCHANGE = "SELECT current_setting('alentour.residences', true), set_config('alentour.residences', %s, true)"
_MINE = f"residence_id IS NULL OR residence_id = ANY ({_OPENED})"


def lock(table: str) -> RunSQL:
    """Put a table with a column `residence_id` under the lock, in a migration."""
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            # One policy for reading and writing: RETURNING reads what was written.
            f"CREATE POLICY of_opened_residences ON {table} USING ({_MINE}) WITH CHECK ({_MINE})",
        ],
        [
            f"DROP POLICY of_opened_residences ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


@contextmanager
def opened(residence_ids: Collection[int]) -> Iterator[None]:
    """Open these residences, and no others, until the block ends; a block inside another narrows or replaces it."""
    with transaction.atomic(), connection.cursor() as cursor:
        named = f"{{{','.join(str(int(number)) for number in residence_ids)}}}"
        cursor.execute(_EXCHANGE, [named])
        before, _ = cursor.fetchone()
        yield
        if not connection.needs_rollback:  # which puts the setting back by itself
            cursor.execute("SELECT set_config('alentour.residences', %s, true)", [before or ""])
