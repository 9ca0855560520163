"""Empties the database after a test that committed: all that migrations did not write.

Django truncates, which makes every table and all its indexes anew (0.35 s for 138 tables and 601 indexes, most of them
empty), then writes again what migrations wrote (0.2 s). Of a test's few rows, each is sooner deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from geo.models import Residence
from scopes import second_lock
from scopes.on_call import on_call

#: What migrations wrote, and PostGIS, stays.
KEPT = ("django_migrations", "django_content_type", "auth_permission", "directory_category", "spatial_ref_sys")
#: Every other table, and whether triggers guard its rows.
_TABLES = """
    SELECT oid::regclass::text, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s)
"""


def empty_database() -> None:
    """Delete what there is, behind every lock; foreign keys are looked at in the end."""
    with every_row_in_sight(), connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(KEPT)])
        tables = cursor.fetchall()
        cursor.execute(f"TRUNCATE {', '.join(table for table, guarded in tables if guarded)} CASCADE")
        cursor.execute("; ".join(f"DELETE FROM {table}" for table, guarded in tables if not guarded))


@contextmanager
def every_row_in_sight() -> Iterator[None]:
    """Open all locks of row-level security for a block."""
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)), on_call():
        yield
