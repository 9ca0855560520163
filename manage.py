#!/usr/bin/env python3
"""Alentour's command line: makes the machine ready, then hands over to Django or pytest."""

import os
import signal
import sys

from config.bootstrap import machine
from config.bootstrap.browser_files import ensure_browser_files
from config.bootstrap.cluster import database
from config.bootstrap.python import enter_environment


def main(command: str, arguments: list[str]) -> int:
    """Each step does only what is not done yet; once all is done they take 0.1 s together."""
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)  # every end that can be caught is as orderly as Ctrl-C
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        machine.ensure_packages(
            machine.needed_packages(command),
            may_install="--yes" in arguments or machine.runs_unattended(),
        )
        enter_environment()
        ensure_browser_files()
        with database():
            if command == "test":
                return run_tests(arguments)
            return run_demo(arguments) if command == "demo" else run_django(command, arguments)
    except KeyboardInterrupt:
        return 130


def run_tests(arguments: list[str]) -> int:
    """Pytest on every core, with all that follows `test` on the command line."""
    import pytest

    # Rewriting the assertions of every module takes 8 s of each worker: what was rewritten once is kept.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    wanted = [argument for argument in arguments if argument != "--yes"]
    # Neighbouring tests share fixtures: a worker keeps to its own until it has none left. A later -n wins.
    return pytest.main(["--numprocesses=auto", "--dist=worksteal", *wanted])


def run_demo(arguments: list[str]) -> int:
    """A demonstration that stands is served as it is; only what is missing needs Django."""
    from config.demonstration.standing import reopen

    status = reopen(arguments)
    return run_django("demo", arguments) if status is None else status


def run_django(command: str, arguments: list[str]) -> int:
    """Any command of Django's or ours; serving commands own no tables."""
    from django.core.management import execute_from_command_line

    if command in ("runserver", "work"):
        os.environ["ALENTOUR_ROLE"] = "serving"
    execute_from_command_line([sys.argv[0], command, *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:2] or ["help"]), sys.argv[2:]))
