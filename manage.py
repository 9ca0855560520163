#!/usr/bin/env python3
"""Alentour's command line: makes the machine ready, then hands over to the demo, to pytest or to Django."""

import os
import sys

from config.bootstrap import cluster, machine, python


def main() -> None:
    """Each step does only what is not done yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    machine.ensure_packages(machine.DATABASE_PACKAGES, may_install="--yes" in sys.argv or machine.runs_unattended())
    python.enter_environment()
    with cluster.database():
        if sys.argv[1:2] == ["test"]:
            import pytest

            sys.exit(pytest.main(sys.argv[2:]))
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
