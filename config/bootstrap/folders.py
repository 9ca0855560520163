"""Where the clone and its runtime data live, and the marks that say a piece of it is complete."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"


def data_folder() -> Path:
    """The gitignored folder of everything that set-up makes outside the virtual environment."""
    return Path(os.environ.get("ALENTOUR_DATA") or PROJECT / ".alentour").absolute()


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Keep other starts of the same clone out of one piece of set-up; the kernel frees the lock of a killed one."""
    data_folder().mkdir(parents=True, exist_ok=True)
    with (data_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(*parts: Path | str) -> str:
    """A short digest of files and strings."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def is_complete(stamp: Path, expected: str) -> bool:
    """Whether the work that `stamp` vouches for was finished from the same inputs."""
    try:
        return stamp.read_text() == expected
    except OSError:
        return False


def mark_complete(stamp: Path, expected: str) -> None:
    """Written last, in one rename: a killed run leaves no stamp."""
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    draft.write_text(expected)
    draft.replace(stamp)
