"""A push service on the loopback, and browsers that subscribe to it and read what is pushed, as RFC 8291 says."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Browser:
    """What a browser gives to a site, and how it alone reads what comes."""

    def __init__(self, endpoint: str):
        self.endpoint = endpoint
        self._key, self._secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def subscription(self) -> dict[str, str]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": _text(point), "auth": _text(self._secret)}

    def read(self, body: bytes) -> dict[str, str]:
        """Decrypt a message."""
        return json.loads(http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"))


@dataclass
class PushService:
    """What a push service was given, and what it answers."""

    address: str = ""
    answer: int = 201
    #: (path, headers in lower case, body)
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def browser(self, name: str = "a") -> Browser:
        return Browser(f"{self.address}/push/{name}")


@contextmanager
def push_service() -> Iterator[PushService]:
    """Take pushes until the block ends."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.taken.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(service.answer)
            if service.answer == 302:
                self.send_header("Location", f"{service.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
