"""The databases that the workers' are copies of: made once for a state of the code, and kept between runs.

Migrating takes 9 s of a core, and importing the toy town 3 s, for each worker of each run; copying takes 0.2 s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from config.bootstrap.folders import PROJECT, alone, fingerprint
from tests.toy_town import TOY_TOWN

#: Migrations, importers, and whatever they may call.
FOLDERS = ("config", "directory", "geo", "maps", "scopes")
#: What the toy town is made of.
TOY = ("fixtures/toy", "tests/toy_town.py")


def template_database() -> str:
    """Return the name of the migrated database to copy."""
    return _kept("template", _sources(), fill=lambda: call_command("migrate", verbosity=0))


def toy_town_template() -> str:
    """Return the name of the one to copy where the toy town stands, its rows counted for the planner."""
    return _kept("toy_template", (*_sources(), *_toy()), fill=_import_toy_town, copied_from=template_database())


def copy_database(server: psycopg.Connection, name: str, *, copied_from: str) -> None:
    """Copy a database that nobody is connected to."""
    names = {"name": sql.Identifier(name), "template": sql.Identifier(copied_from)}
    server.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))


def server_connection() -> psycopg.Connection:
    """Connect to the server rather than to a database of ours."""
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **wanted)


def _kept(kind: str, made_of: Iterable[Path | str], *, fill: Callable[[], None], copied_from: str = "template1") -> str:
    """Find or make a database; it is whole or absent, and replaces those of older code."""
    prefix = re.sub(r"_gw\d+$", "", connection.settings_dict["TEST"]["NAME"]) + f"_{kind}_"
    name = prefix + fingerprint(PROJECT / "requirements.lock", *made_of)[:12]
    with alone("test-database"), closing(server_connection()) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
        if (name,) not in found:
            for (old,) in found:
                with suppress(psycopg.errors.ObjectInUse):  # another run still copies it
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            draft = f"{name}_draft"
            copy_database(server, draft, copied_from=copied_from)
            _fill(draft, fill)
            names = [sql.Identifier(draft), sql.Identifier(name)]
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    return name


def _fill(draft: str, fill: Callable[[], None]) -> None:
    ordinary = connection.settings_dict["NAME"]
    try:
        connection.close()
        connection.settings_dict["NAME"] = draft
        fill()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ordinary


def _import_toy_town() -> None:
    TOY_TOWN.load()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _sources() -> Iterator[Path | str]:
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in (".py", ".toml") and "node_modules" not in path.parts:
                yield str(path.relative_to(PROJECT))
                yield path


def _toy() -> Iterator[Path]:
    for name in TOY:
        path = PROJECT / name
        yield from sorted(path.glob("*.*")) if path.is_dir() else [path]
