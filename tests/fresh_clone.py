"""What a fresh clone makes once, made while a run of several workers begins: by all of them, each its share.

Pytest keeps the assertions it has rewritten, but workers begin together: each rewrote all 300 modules, 9 s of a core.
And the first that wanted the database migrated it (12 s) while the others waited; now it is made as they collect.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from _pytest.assertion import rewrite
from pytest_django import DjangoDbBlocker

from tests.template_database import template_database, toy_town_template


def rewrite_share(config: pytest.Config) -> None:
    """Rewrite this worker's share of the modules that it is about to collect; the others rewrite the rest."""
    if sys.dont_write_bytecode:
        return
    number, workers = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    for module in sorted(_collected(config), key=lambda path: (path.stat().st_size, path))[number::workers]:
        folder = rewrite.get_cache_dir(module)
        kept = folder / f"{module.stem}{rewrite.PYC_TAIL}"
        # Whether it is still true is asked by pytest itself, of the source, when it imports the module.
        if not kept.exists() and rewrite.try_makedirs(folder):
            source_hash, code = rewrite._rewrite_test(module, config)
            rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source_hash, kept)


def make_databases_meanwhile(blocker: DjangoDbBlocker) -> None:
    """Make the databases that workers copy, if there are none, beside them; who needs one sooner waits for it.

    This process runs no test: it may talk to the database until pytest-django takes that back in the end.
    """
    blocker.unblock()
    Thread(target=_make_databases, daemon=True).start()


def _make_databases() -> None:
    with suppress(Exception):  # what fails here fails in the workers, and is told there
        template_database()
        toy_town_template()


def _collected(config: pytest.Config) -> Iterator[Path]:
    for named in {Path(argument.partition("::")[0]) for argument in config.args}:
        yield from named.rglob("test_*.py") if named.is_dir() else [named]
