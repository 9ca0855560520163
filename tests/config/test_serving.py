"""granian answers and a worker does the jobs; both end in order, and outlive neither us nor what they started."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.bootstrap.folders import PROJECT
from config.serving import HOST, is_free

pytestmark = pytest.mark.slow

ENDS = [
    ("process", signal.SIGTERM),
    ("process", signal.SIGINT),
    ("process", signal.SIGKILL),
    ("server", signal.SIGKILL),
]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen]:
    """The command as a person runs it; it ends with the test."""
    command = [sys.executable, PROJECT / "manage.py", "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
        for line in started.stderr:
            if f"{HOST}:{port}" in line:
                break
        yield started
        started.kill()


def test_a_taken_port_is_told(process: subprocess.Popen, port: int):
    command = [sys.executable, PROJECT / "manage.py", "serve", "--port", str(port)]
    second = subprocess.run(command, capture_output=True, text=True)
    assert second.returncode == 1
    assert "--port" in second.stderr


@pytest.mark.parametrize(("whom", "how"), ENDS)
def test_nothing_is_left_however_it_ends(process: subprocess.Popen, port: int, whom: str, how: signal.Signals):
    connection = http.client.HTTPConnection(HOST, port)
    connection.request("GET", "/api/schema/")
    assert connection.getresponse().status < 500
    connection.close()
    os.kill(process.pid if whom == "process" else child_of(process.pid), how)
    process.wait(timeout=15)
    deadline = time.monotonic() + 10
    while (not is_free(port) or workers(port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_free(port)
    assert workers(port) == []


def test_a_worker_that_dies_is_started_again(process: subprocess.Popen, port: int):
    first = worker_other_than(None, port)
    os.kill(first, signal.SIGKILL)
    assert worker_other_than(first, port)


def worker_other_than(former: int | None, port: int) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for worker in workers(port):
            if worker != former:
                return worker
        time.sleep(0.1)
    raise AssertionError("no worker")


def workers(port: int) -> list[int]:
    """Processes that do the jobs of the site at this port."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_worker = (entry / "cmdline").read_bytes().endswith(b"manage.py\0work\0")
            if is_worker and f"ALENTOUR_URL=http://{HOST}:{port}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def child_of(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])
