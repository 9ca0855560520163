"""Runs a statement as a prepared one, planned once a connection: planning those of search takes 1 to 3 ms."""

from __future__ import annotations

import psycopg
from django.db import connection


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
