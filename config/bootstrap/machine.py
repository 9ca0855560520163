"""Finds the Debian packages that Alentour stands on, and installs the missing ones where it may."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config.bootstrap.progress import step, stop

DATABASE_PACKAGES = ("postgresql-15", "postgresql-15-postgis-3", "postgresql-15-pgrouting")
EXTENSIONS = Path("/usr/share/postgresql/15/extension")
#: What tests drive, the first that is there: Chromium without its windows does the same with 57 % of the processor.
BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))

PRESENT = {
    "python3-venv": lambda: importlib.util.find_spec("ensurepip") is not None,
    "postgresql-15": lambda: Path("/usr/lib/postgresql/15/bin/postgres").exists(),
    "postgresql-15-postgis-3": lambda: (EXTENSIONS / "postgis.control").exists(),
    "postgresql-15-pgrouting": lambda: (EXTENSIONS / "pgrouting.control").exists(),
    "chromium-headless-shell": lambda: any(browser.exists() for browser in BROWSERS),
    "libatomic1": lambda: any(Path("/usr/lib").glob("*/libatomic.so.1")),
    "redis-server": lambda: shutil.which("redis-server") is not None,
}


def needed_packages(command: str) -> tuple[str, ...]:
    """What a command stands on: no server of our own when DATABASE_URL names another, a browser for the tests only."""
    database = () if "DATABASE_URL" in os.environ else DATABASE_PACKAGES
    # The driver that Playwright's wheel carries is linked with libatomic, which a bare Debian lacks.
    browser = ("chromium-headless-shell", "libatomic1") if command == "test" else ()
    return ("python3-venv", *database, *browser)


def missing(packages: Sequence[str]) -> list[str]:
    """The packages that the machine lacks, judged by what they would bring."""
    return [package for package in packages if not PRESENT[package]()]


def ensure_packages(packages: Sequence[str], *, may_install: bool) -> None:
    """Install what is missing, or end with the line that does."""
    lacking = missing(packages)
    if not lacking:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *lacking]
    if not (may_install and os.geteuid() == 0):
        stop(
            fr=f"Il manque des paquets Debian. Lancez :\n\n  sudo {' '.join(command)}\n\n"
            "ou donnez dans DATABASE_URL l'adresse d'un serveur PostgreSQL avec PostGIS ; en root, --yes les installe.",
            en=f"Debian packages are missing. Run:\n\n  sudo {' '.join(command)}\n\n"
            "or give the address of a PostgreSQL server with PostGIS in DATABASE_URL; as root, --yes installs them.",
        )
    names = ", ".join(lacking)
    with step(fr=f"Installation des paquets Debian {names}", en=f"Installing the Debian packages {names}"):
        install(command)


def install(command: Sequence[str]) -> None:
    """Run apt, refreshing its lists first: on a bare machine they are empty or old."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["apt-get", "update"], command):
        done = subprocess.run(line, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            stop(fr=f"{' '.join(line)} a échoué :\n{done.stderr}", en=f"{' '.join(line)} failed:\n{done.stderr}")


def runs_unattended() -> bool:
    """Whether this is a CI run, where nobody can answer and the machine is there to be set up."""
    return os.environ.get("CI") == "true" and not sys.stdin.isatty()
