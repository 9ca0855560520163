"""Starts another process of ours on the test database: `manage.py` would look after its own cluster first."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

COMMAND = "from django.core.management import execute_from_command_line as run; import sys; run(sys.argv)"


def start(code: str = COMMAND, *arguments: str, **environment: str) -> subprocess.Popen:
    """Start Python code, by default a command of Django's, as the role of the tests."""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    own = {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "PYTHONPATH": str(settings.BASE_DIR)}
    own["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **own, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
