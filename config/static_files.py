"""Collects the static files under hashed, compressed names when one of them has changed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from config.bootstrap.browser_files import LOCK
from config.bootstrap.folders import PROJECT, alone, fingerprint, is_complete, mark_complete
from config.bootstrap.progress import step


def collect_if_changed() -> None:
    """Looking is quick, collecting takes over a second; one that was killed left no stamp and is done again."""
    stamp = Path(settings.STATIC_ROOT) / "alentour.stamp"
    with alone("static"):
        expected = fingerprint(*sources())
        if is_complete(stamp, expected):
            return
        with step(fr="Feuilles de style, scripts et polices", en="Style sheets, scripts and fonts"):
            collect()
        mark_complete(stamp, expected)


def sources() -> Iterator[str]:
    """Every file that the finders know, with what betrays a change; npm dates its files all alike, hence its lock."""
    yield LOCK.read_text()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            yield f"{name} {about.st_size} {about.st_mtime_ns}"


def collect() -> None:
    """In a process with the serving role's settings, whose storage names files by their content."""
    command = [sys.executable, PROJECT / "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"]
    subprocess.run(command, env={**os.environ, "ALENTOUR_ROLE": "serving"}, check=True)
