"""Runs granian as the serving role for as long as this process lives."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from config.bootstrap.progress import say, step, stop

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds for a first page
LAST_ANSWERS = 3  # seconds for requests under way; a worker told to stop while it still starts never does
# A blocking thread waits for the database most of the time; two processes keep two cores busy.
WORKERS, THREADS = 2, 4


def serve(*, port: int) -> int:
    """Serve on the loopback until interrupted; the status is granian's own when it ends by itself."""
    if not is_free(port):
        stop(
            fr=f"Le port {port} est déjà pris : choisissez-en un autre avec --port.",
            en=f"Port {port} is taken: choose another one with --port.",
        )
    with granian(port=port) as server:
        with step(fr="Démarrage du serveur", en="Starting the server"):
            wait_until_answering(server, port=port)
        address = f"http://{HOST}:{port}/"
        say(
            fr=f"Alentour est ouvert : {address} (Ctrl-C pour arrêter)",
            en=f"Alentour is open: {address} (Ctrl-C stops it)",
        )
        return server.wait()


@contextmanager
def granian(*, port: int) -> Iterator[subprocess.Popen]:
    """A granian that ends with this block, and even when this process is killed."""
    command = [
        *("setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "warning"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", str(LAST_ANSWERS)),
        "config.wsgi:application",
    ]
    # In a group of its own, so that a Ctrl-C reaches granian through us alone and its workers end in order.
    server = subprocess.Popen(command, env={**os.environ, "ALENTOUR_ROLE": "serving"}, process_group=0)
    try:
        yield server
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=2 * LAST_ANSWERS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)  # workers that outlived a killed granian


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def wait_until_answering(server: subprocess.Popen, *, port: int) -> None:
    """Return once a page has been answered: the port alone opens before the application is loaded."""
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.02)
    stop(fr="Le serveur n'a pas démarré.", en="The server did not start.")
