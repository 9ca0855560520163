"""Benches keep their databases for the next run: what a test made is dropped."""

import psycopg
from django.db import connection


def drop_databases(pattern: str) -> None:
    """Drop every database whose whole name matches, and its draft, which a bench that failed leaves."""
    given = connection.settings_dict
    with psycopg.connect(host=given["HOST"], user=given["USER"], dbname="postgres", autocommit=True) as server:
        named = server.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^({pattern})(_draft)?$"])
        for (name,) in named.fetchall():
            server.execute(f'DROP DATABASE "{name}"')
