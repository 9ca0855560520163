"""The database that every worker's is a copy of: migrated once for a state of the code, and kept between runs.

Migrating takes 9 s of a core, for each worker of each run; copying takes 0.2 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from config.bootstrap.folders import PROJECT, alone, fingerprint

#: Migrations, and whatever they may call.
FOLDERS = ("config", "directory", "geo", "maps", "scopes")


def template_database() -> str:
    """Return the name of the database to copy; it is whole or absent, and replaces those of older code."""
    prefix = re.sub(r"_gw\d+$", "", connection.settings_dict["TEST"]["NAME"]) + "_template_"
    name = prefix + fingerprint(PROJECT / "requirements.lock", *_sources())[:12]
    with alone("test-database"), closing(_server()) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
        if (name,) not in found:
            for (old,) in found:
                with suppress(psycopg.errors.ObjectInUse):  # another run still copies it
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            _make(f"{name}_draft", name, server)
    return name


def _make(draft: str, name: str, server: psycopg.Connection) -> None:
    ordinary = connection.settings_dict["NAME"]
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    try:
        connection.close()
        connection.settings_dict["NAME"] = draft
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ordinary
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _server() -> psycopg.Connection:
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **wanted)


def _sources() -> Iterator[Path | str]:
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in (".py", ".toml") and "node_modules" not in path.parts:
                yield str(path.relative_to(PROJECT))
                yield path
