"""Asks a server over kept-alive connections, as lightly as Python can: the client must not be what is measured."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

#: Askers at once, the same for every peer: one for each worker of the server.
CONNECTIONS = 2


def latencies(addresses: Sequence[str]) -> list[float]:
    """Ask each address once, over `CONNECTIONS` connections; answer the milliseconds that each took."""
    shares = [addresses[number::CONNECTIONS] for number in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as askers:
        return [taken for share in askers.map(_ask_all, shares) for taken in share]


def _ask_all(addresses: Sequence[str]) -> list[float]:
    taken = []
    parts = urlsplit(addresses[0])
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for address in addresses:
            target = address.split(parts.netloc, 1)[1]
            question = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n\r\n".encode()
            start = time.perf_counter()
            connection.sendall(question)
            status = _read_answer(connection)
            taken.append((time.perf_counter() - start) * 1_000)
            if status != 200:
                raise RuntimeError(f"{address} answered {status}")
    return taken


def _read_answer(connection: socket.socket) -> int:
    """Read one answer to its end, by its Content-Length or its last chunk; answer its status."""
    received = connection.recv(262_144)
    while b"\r\n\r\n" not in received:
        received += connection.recv(262_144)
    head, body = received.split(b"\r\n\r\n", 1)
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in headers:
        missing = int(headers[b"content-length"]) - len(body)
        while missing > 0:
            missing -= len(connection.recv(262_144))
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(262_144)
    return int(head.split(b" ", 2)[1])
