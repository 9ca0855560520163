"""Says in the reader's language what set-up is doing, as soon as it takes over a second."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

SOON = 1.0  # seconds


def in_english() -> bool:
    """French unless the environment asks for English."""
    language = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return language.startswith("en")


def say(*, fr: str, en: str, end: str = "\n") -> None:
    """One line to the reader; standard output stays free for what commands print."""
    print(en if in_english() else fr, end=end, file=sys.stderr, flush=True)


def stop(*, fr: str, en: str) -> NoReturn:
    """End with status 1 and what to do about it."""
    say(fr=fr, en=en)
    sys.exit(1)


@contextmanager
def step(*, fr: str, en: str) -> Iterator[None]:
    """Announce a step that is not over soon, tick while it lasts on a terminal, and give its duration."""
    started, finished = time.monotonic(), threading.Event()

    def narrate() -> None:
        if finished.wait(SOON):
            return
        say(fr=f"· {fr}…", en=f"· {en}…", end="" if sys.stderr.isatty() else "\n")
        while sys.stderr.isatty() and not finished.wait(1):
            seconds = int(time.monotonic() - started)
            say(fr=f"\r· {fr}… {seconds} s", en=f"\r· {en}… {seconds} s", end="")

    narrator = threading.Thread(target=narrate, daemon=True)
    narrator.start()
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        finished.set()
        narrator.join()
        seconds = time.monotonic() - started
        if seconds > SOON:
            start_of_line = "\r" if sys.stderr.isatty() else ""
            say(fr=f"{start_of_line}{mark} {fr} ({seconds:.1f} s)", en=f"{start_of_line}{mark} {en} ({seconds:.1f} s)")


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
