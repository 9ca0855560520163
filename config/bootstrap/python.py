"""Makes the virtual environment that requirements.lock describes, and moves into it."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from config.bootstrap.folders import PROJECT, VENV, alone, fingerprint, is_complete, mark_complete
from config.bootstrap.progress import step, stop

LOCK = PROJECT / "requirements.lock"
STAMP = VENV / "alentour.stamp"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
# Named with its version, so that the environment's link breaks, and is made anew, when a newer Python replaces it.
NAME = "python{}.{}".format(*sys.version_info)
OWN_PYTHON, SYSTEM_PYTHON = Path(sys.base_prefix, "bin", NAME), Path("/usr/bin", NAME)


def enter_environment() -> None:
    """Ready the environment and, unless this process runs in it already, become its interpreter."""
    expected = fingerprint(LOCK)
    renewed = not is_sound(expected)
    if renewed:
        with alone("python"):
            if not is_sound(expected):
                with step(fr="Installation des bibliothèques Python", en="Installing the Python libraries"):
                    fill_environment()
                mark_complete(STAMP, expected)
    if renewed or Path(sys.prefix) != VENV:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def is_sound(expected: str) -> bool:
    """Whether the environment was completed from this lock and its interpreter is still there."""
    return is_complete(STAMP, expected) and PYTHON.exists()


def fill_environment() -> None:
    """Make the environment if it is not sound, and give it exactly what the lock lists."""
    STAMP.unlink(missing_ok=True)
    if not answers(UV, "--version") or not answers(PYTHON, "-c", ""):
        run(base_python(), "-m", "venv", "--clear", VENV)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
            pinned.write(requirement("uv", LOCK.read_text()))
            pinned.flush()
            run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", pinned.name)
    run(UV, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", LOCK)


def base_python() -> Path:
    """Choose what the environment stands on: the system's Python of this version if it can bear one, else this one.

    A distribution compiles its Python with profile-guided optimization, a version manager seldom does: the same 3.11
    from pyenv took 1.3 to 1.5 times as long.
    """
    return SYSTEM_PYTHON if answers(SYSTEM_PYTHON, "-c", "import ensurepip") else OWN_PYTHON


def requirement(name: str, lock: str) -> str:
    """One package's lines of the lock, hashes included, so that uv is pinned in one place only."""
    stanza = re.search(rf"^{re.escape(name)}==.*\n(?:    --hash=.*\n)+", lock, re.MULTILINE)
    if not stanza:
        raise LookupError(f"{name} is not in the lock")
    return stanza[0]


def answers(program: Path, *arguments: str) -> bool:
    """Whether a program is there and runs."""
    try:
        return subprocess.run([program, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False


def run(*command: str | Path) -> None:
    """Run a command, or end with what it said."""
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        line = " ".join(map(str, command))
        said = done.stdout + done.stderr
        stop(fr=f"{line} a échoué :\n{said}", en=f"{line} failed:\n{said}")
