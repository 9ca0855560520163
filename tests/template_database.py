"""The databases that the workers' are copies of: made once for a state of the code, and kept between runs.

Migrating takes 2 s of a core, and importing the toy town 3 s, for each worker of each run; copying takes 0.2 s. The
state of the code is that of the modules which fill the database: a page may change, and nothing is made anew.
"""

from __future__ import annotations

import ast
import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from unittest.mock import patch

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ProjectState
from psycopg import sql

from config.bootstrap.folders import PROJECT, alone, fingerprint
from tests.toy_town import FOLDER, TOY_TOWN

#: What a migrated database rests on beside its migrations, which import none of it.
BESIDES = (
    "requirements.lock",
    "config/settings.py",
    "config/bootstrap/furnishing.py",
    "directory/categories.py",
    "directory/categories.toml",
)


def template_database() -> str:
    """Return the name of the migrated database to copy."""
    return _kept("template", _migrated_by(), fill=migrate)


def toy_town_template() -> str:
    """Return the name of the one to copy where the toy town stands, its rows counted for the planner."""
    made_of = [*_migrated_by(), *_imported_by()]
    return _kept("toy_template", made_of, fill=_import_toy_town, copied_from=template_database())


def migrate() -> None:
    """Migrate an empty database.

    After each of 500 operations Django makes anew, as Python classes, all the models that the changed one is related to
    by whatever way: nine tenths of the time. Migrations of ours ask for names of tables and columns alone: here only
    the changed model is made anew, and what comes of it is compared with what Django comes to.
    """
    with patch.object(ProjectState, "_find_reload_model", lambda _, app, model, delay=False: {(app, model)}):
        call_command("migrate", verbosity=0)
    _stay_uncounted()


def _stay_uncounted() -> None:
    """Keep autovacuum away: it sees nothing of what tests have not committed, and counts no rows on pages full of them.

    Of such a table the planner expects one row, so that a test took four minutes once in five runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tableowner = current_user AND schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)").format(sql.Identifier(name)))


def copy_database(server: psycopg.Connection, name: str, *, copied_from: str) -> None:
    """Copy a database that nobody is connected to."""
    names = {"name": sql.Identifier(name), "template": sql.Identifier(copied_from)}
    server.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))


def server_connection() -> psycopg.Connection:
    """Connect to the server rather than to a database of ours."""
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **wanted)


def _kept(kind: str, made_of: Iterable[Path], *, fill: Callable[[], None], copied_from: str = "template1") -> str:
    """Find or make a database; it is whole or absent, and replaces those of older code."""
    prefix = re.sub(r"_gw\d+$", "", connection.settings_dict["TEST"]["NAME"]) + f"_{kind}_"
    name = prefix + _digest(made_of)
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
    gc.disable()  # models come and go by the thousand as migrations are run: a quarter of the time went in their search
    try:
        connection.close()
        connection.settings_dict["NAME"] = draft
        fill()
    finally:
        gc.enable()
        connection.close()
        connection.settings_dict["NAME"] = ordinary


def _import_toy_town() -> None:
    with connection.cursor() as cursor:
        # Copied into the empty database, its rows leave the first numbers to what a test imports there itself.
        cursor.execute(
            "SELECT setval(sequencename::regclass, 1000000) FROM pg_sequences WHERE starts_with(sequencename, 'geo_')"
        )
        TOY_TOWN.load()
        cursor.execute("VACUUM ANALYZE")


def _migrated_by() -> list[Path]:
    """Migrations, and all that they import of ours."""
    return sorted({*_with_imports(PROJECT.glob("*/migrations/*.py")), *(PROJECT / name for name in BESIDES)})


def _imported_by() -> list[Path]:
    """The toy town, and its importers: `geo` imports nothing that stands above it."""
    return sorted([PROJECT / "tests/toy_town.py", *(PROJECT / "geo").rglob("*.py"), *FOLDER.glob("*.*")])


def _with_imports(paths: Iterable[Path]) -> set[Path]:
    found, waiting = set(), [*paths]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return found


def _imports(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Import(names=names):
                named = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                named = [module, *(f"{module}.{alias.name}" for alias in names)]
            case _:
                continue
        for name in named:
            module = PROJECT.joinpath(*name.split("."))
            yield from filter(Path.exists, (module.with_suffix(".py"), module / "__init__.py"))


def _digest(paths: Iterable[Path]) -> str:
    return fingerprint(*(part for path in paths for part in (str(path.relative_to(PROJECT)), path)))[:12]
