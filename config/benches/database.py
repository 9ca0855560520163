"""The database of a bench: made once for a number of rows and a seed, complete or absent, kept between runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import islice
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from config.benches import synthetic
from config.bootstrap.progress import step
from directory.models import SearchEntry

TABLE = SearchEntry._meta.db_table
LINES_AT_ONCE = 5_000
#: Constraints of tables that are checked row by row, and indexes that belong to no constraint.
_GUARDS = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
    FROM pg_constraint WHERE conrelid = ANY(%(tables)s::text[]::regclass[]) AND contype IN ('f', 'u') ORDER BY oid"""
_INDEXES = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%(tables)s::text[]::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid"""


def bench_database(*, rows: int, seed: int) -> AbstractContextManager[str]:
    """Have Django use the database of so many invented listings, built first where it is missing; yield its name."""
    return kept_database(f"bench_nearby_{rows}_{seed}", partial(_build, rows=rows, seed=seed))


@contextmanager
def kept_database(name: str, build: Callable[[], None], *, template: str = "template1") -> Iterator[str]:
    """Have Django use a database, made first from a template and by `build` where it is missing; yield its name."""
    ordinary = connection.settings_dict["NAME"]
    with _administrator() as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            draft = f"{name}_draft"
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(made.format(sql.Identifier(draft), sql.Identifier(template)))
            _use(draft)
            build()
            connection.close()
            both = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            server.execute(both)
    try:
        _use(name)
        call_command("migrate", verbosity=0)
        yield name
    finally:
        _use(ordinary)


@contextmanager
def without_indexes(tables: Collection[str]) -> Iterator[None]:
    """Write millions of rows into tables without what guards and finds them; all but foreign keys is made again."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS, {"tables": list(tables)})
        guards = cursor.fetchall()
        cursor.execute(_INDEXES, {"tables": list(tables)})
        indexes = cursor.fetchall()
        for table, name, _definition, _kind in guards:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET maintenance_work_mem = '1GB'")
        kept = [guard for guard in guards if guard[-1] == "u"]
        unique = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what, _kind in kept]
        with step(fr="Index des tables", en="Indexes of the tables"):
            for statement in (*unique, *(definition for _name, definition in indexes)):
                cursor.execute(statement)


def _administrator() -> psycopg.Connection:
    """Connect to the server's own database: a database is not made or renamed from inside."""
    given: dict[str, Any] = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"] or None, password=given["PASSWORD"] or None,
        dbname="postgres", autocommit=True,
    )  # fmt: skip


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _build(*, rows: int, seed: int) -> None:
    with step(fr="Tables de la mesure", en="Tables of the bench"):
        call_command("migrate", verbosity=0)
    with step(fr=f"{rows:,} annonces inventées", en=f"{rows:,} invented listings"):
        _without_listings()
        with connection.schema_editor() as editor:
            for index in SearchEntry._meta.indexes:
                editor.remove_index(SearchEntry, index)
        _copy(rows=rows, seed=seed)
    for index in SearchEntry._meta.indexes:
        with step(fr=f"Index {index.name}", en=f"Index {index.name}"), connection.schema_editor() as editor:
            editor.execute("SET maintenance_work_mem = '1GB'")
            editor.add_index(SearchEntry, index)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {TABLE}")


def _without_listings() -> None:
    """Search reads entries alone: a bench makes no listings behind them."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
        keys = [name for name, about in constraints.items() if about["foreign_key"]]
    with connection.schema_editor() as editor:
        for name in keys:
            editor.execute(editor._delete_fk_sql(SearchEntry, name))


def _copy(*, rows: int, seed: int) -> None:
    lines = synthetic.entries(synthetic.clustered(rows=rows, seed=seed), seed=seed)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {TABLE} ({', '.join(synthetic.COLUMNS)}) FROM STDIN") as copy,
    ):
        while batch := "".join(islice(lines, LINES_AT_ONCE)):
            copy.write(batch)
