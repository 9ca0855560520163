"""Knows without Django that the demonstration stands: the same files, and the database still answers what it answered.

Loading Django only to find that nothing is to be done took 1.3 s of a second start of 2.0 s.
"""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from config.bootstrap.folders import PROJECT, data_folder, fingerprint, mark_complete

#: What decides which tables there are and what is loaded into them; not what npm and Python bring: their locks do.
FOLDERS = ("config", "directory", "fixtures", "geo", "maps", "scopes")
LOCKS = ("requirements.lock", "maps/package-lock.json")
BROUGHT = ("node_modules", "__pycache__")
#: After a day everything is looked at anew; openings are renewed then anyway.
TRUSTED = 24 * 3600


def add_options(parser: ArgumentParser) -> None:
    """Declare what `./manage.py demo` can be told."""
    parser.add_argument("--yes", action="store_true", help="as root, install missing Debian packages")
    parser.add_argument("--no-serve", action="store_true", help="prepare everything, but do not serve")
    parser.add_argument("--port", type=int, default=8000)


def reopen(arguments: Sequence[str]) -> int | None:
    """Serve what stands and return the exit status; None where Django has to look, or to say what is wrong."""
    wishes = _read(arguments)
    if wishes is None or not stands():
        return None
    if wishes.no_serve:
        return 0
    from config.serving import serve

    return serve(port=wishes.port)


def _read(arguments: Sequence[str]) -> Namespace | None:
    parser = ArgumentParser(add_help=False, exit_on_error=False)
    add_options(parser)
    try:
        wishes, others = parser.parse_known_args(arguments)
    except ArgumentError:
        return None
    return None if others else wishes


def stands() -> bool:
    """Whether nothing has changed since `remember` was told that all is done."""
    inputs = files()  # before anything else is loaded from them
    try:
        kept = json.loads(_stamp().read_text())
    except (OSError, ValueError):
        return False
    if (kept["inputs"], kept["collected"]) != (inputs, _collected()):
        return False
    return 0 <= time.time() - kept["asked_at"] < TRUSTED and answers(kept["questions"]) == kept["answers"]


def remember(questions: Sequence[str]) -> None:
    """Keep the questions to which the database has just answered that all is done, and its answers."""
    if (answered := answers(questions)) is None:
        return
    told = {"inputs": files(), "collected": _collected(), "asked_at": time.time()}
    mark_complete(_stamp(), json.dumps(told | {"questions": questions, "answers": answered}))


def forget() -> None:
    """Something is about to be loaded, or was not done: the next start has to look."""
    _stamp().unlink(missing_ok=True)


def answers(questions: Sequence[str]) -> str | None:
    """A digest of what the database answers to the questions; nothing where it refuses one."""
    import psycopg  # 0.1 s, needed only once the files are the same

    url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    try:
        with psycopg.connect(url, options="-c timezone=UTC") as connection:
            connection.read_only = True
            told = (sorted(map(repr, connection.execute(question))) for question in questions)
            return fingerprint(*(row for rows in told for row in [*rows, "."]))
    except psycopg.Error:
        return None


@cache
def files() -> str:
    """A digest of names, sizes and dates of all files that matter, and of the settings; as they were at the start."""
    chosen = (f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(("ALENTOUR", "DATA")))
    locks = ((PROJECT / lock).read_text() for lock in LOCKS)
    return fingerprint(sys.version, os.environ.get("DJANGO_SETTINGS_MODULE", ""), *chosen, *locks, *_sources())


def _sources() -> Iterator[str]:
    for name in FOLDERS:
        for folder, folders, names in os.walk(PROJECT / name):
            folders[:] = sorted(set(folders) - set(BROUGHT))
            for path in (os.path.join(folder, name) for name in sorted(names)):  # noqa: PTH118 - Path takes 3 times as long
                about = os.stat(path)  # noqa: PTH116
                yield f"{path} {about.st_size} {about.st_mtime_ns}"


def _collected() -> str:
    """What style sheets and scripts were collected from; nothing where they are gone."""
    try:
        return (data_folder() / "static" / "alentour.stamp").read_text()
    except OSError:
        return ""


def _stamp() -> Path:
    return data_folder() / "demonstration.stamp"
