"""Runs a statement as a prepared one, planned once a connection: planning those of search takes 1 to 3 ms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Lookup


def prepared_row(statement: str, parameters: dict[str, object]) -> tuple:
    """Answer the one row of a statement; its values are bound by the server, not written into it as Django does."""
    return _run(statement, parameters, psycopg.Cursor.fetchone)


def prepared_rows(statement: str, parameters: dict[str, object]) -> list[tuple]:
    """Answer all rows of a statement."""
    return _run(statement, parameters, psycopg.Cursor.fetchall)


def _run(statement: str, parameters: dict[str, object], fetch):
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return fetch(cursor.execute(statement, parameters, prepare=True))


@contextmanager
def prepared_queries() -> Iterator[None]:
    """Have the server bind and prepare what the ORM asks in this block: for queries of a few texts only."""
    connection.ensure_connection()
    usual = connection.connection.cursor_factory
    connection.connection.cursor_factory = ServerBindingCursor
    try:
        yield
    finally:
        connection.connection.cursor_factory = usual


class Among(Lookup):
    """Whether a number is one of these, as an array: unlike `__in`, of one text however many there are."""

    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        """Compose it; the array is a string, so that its type never differs."""
        compared, parameters = self.process_lhs(compiler, connection)
        return f"{compared} = ANY (%s::bigint[])", [*parameters, f"{{{','.join(map(str, self.rhs))}}}"]
