"""tipg as a peer (https://developmentseed.org/tipg/): OGC API Features over PostGIS, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from config.benches.geosearch import free_port
from config.bootstrap.progress import step
from config.serving import HOST, WORKERS, wait_until_answering

PINNED = ("tipg==1.6.1", "uvicorn==0.54.0")
COLLECTION = "public.directory_searchentry"


def environment(folder: Path) -> Path:
    """Make the environment where it is missing, with the ordinary client of PyPI; answer its Python."""
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        uv = Path(sys.executable).with_name("uv")
        with step(fr="Installation de tipg", en="Installing tipg"):
            subprocess.run([uv, "venv", "--quiet", "--clear", folder, "--python", sys.executable], check=True)  # noqa: S603
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PINNED], check=True)  # noqa: S603
        (folder / "installed").touch()
    return python


@contextmanager
def tipg(folder: Path, *, database: str) -> Iterator[str]:
    """Serve the search entries of a database with tipg; yield the address of their items."""
    python, port, given = environment(folder), free_port(), connection.settings_dict
    login = ":".join(quote(given[part], safe="") for part in ("USER", "PASSWORD") if given[part])
    # A socket's folder in place of the host: the form that both pydantic and asyncpg read.
    host = quote(given["HOST"] or "localhost", safe="")
    settings = {
        "DATABASE_URL": f"postgresql://{login}@{host}:{given['PORT'] or 5432}/{database}",
        "TIPG_DB_INCLUDE_TABLES": f'["{COLLECTION}"]',
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
    }
    command = [python, "-m", "uvicorn", "tipg.main:app", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(WORKERS), "--log-level", "warning", "--no-access-log"]
    server = subprocess.Popen(command, env={**os.environ, **settings})  # noqa: S603 - our own arguments
    try:
        with step(fr="Démarrage de tipg", en="Starting tipg"):
            wait_until_answering(server, port=port)
        yield f"http://{HOST}:{port}/collections/{COLLECTION}/items"
    finally:
        server.terminate()
        server.wait()
