"""Runs granian and a worker as the serving role for as long as this process lives."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from config.bootstrap.folders import PROJECT
from config.bootstrap.progress import say, step, stop

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds for a first page
LAST_ANSWERS = 3  # seconds for requests under way; a worker told to stop while it still starts never does
REST, LONGEST_REST = 2.0, 60.0  # seconds before a worker for jobs that ended is started again, longer each time
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
        with worker(port=port):
            return server.wait()


@contextmanager
def granian(*, port: int) -> Iterator[subprocess.Popen]:
    """A granian that ends with this block, and even when this process is killed."""
    command = [
        *("-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "warning"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", str(LAST_ANSWERS)),
        "config.wsgi:application",
    ]
    with running(*command, port=port) as server:
        yield server


@contextmanager
def worker(*, port: int) -> Iterator[None]:
    """A worker for jobs that ends with this block; one that dies before is started again."""
    ended = threading.Event()

    def keep_one() -> None:
        rest = REST
        while not ended.is_set():
            with running("manage.py", "work", port=port) as process:
                while process.poll() is None and not ended.wait(0.2):
                    pass
            ended.wait(rest)
            rest = min(2 * rest, LONGEST_REST)

    keeper = threading.Thread(target=keep_one, name="worker")
    try:
        keeper.start()  # a Ctrl-C as it starts must still end it: it outlived its site, and started workers for ever
        yield
    finally:
        ended.set()
        if keeper.ident:
            keeper.join()


@contextmanager
def running(*arguments: str, port: int) -> Iterator[subprocess.Popen]:
    """A Python program in the serving role that ends with this block, in order if it can."""
    command = ("setpriv", "--pdeathsig", "TERM", sys.executable, *arguments)
    environment = {"ALENTOUR_URL": f"http://{HOST}:{port}"} | os.environ | {"ALENTOUR_ROLE": "serving"}
    # In a group of its own, so that a Ctrl-C reaches it through us alone and what it started ends in order.
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, process_group=0)
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2 * LAST_ANSWERS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what outlived a killed one


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
