"""Fetches what someone's address on the web answers: only from the open internet, bounded in size and in time.

The name is resolved here, every address it has is judged, and the connection goes to the very one that was judged: a
name that answers otherwise a moment later changes nothing. Only a worker fetches, never a request.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util import Url, parse_url

from geo.errors import InvalidParameter
from geo.texts import legible

#: Bytes once unpacked; seconds from the first to the last; redirections that are followed.
MOST_BYTES, LONGEST, MOST_REDIRECTS = 5_000_000, 20.0, 3
LONGEST_ADDRESS = 1_000
USER_AGENT = "Alentour/1 (suivi d'agendas et de fils ; robots : au plus toutes les six heures)"
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 1 << 16
#: Global by the registers of IANA, and yet ways into a network: translation to IPv4, tunnels, one host of a cloud.
_WAYS_INSIDE = tuple(
    ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24", "192.0.0.0/24",
                 "168.63.129.16/32")
)  # fmt: skip

IPAddress = IPv4Address | IPv6Address
#: Whether a connection may be made to an address and a port.
Allowed = Callable[[IPAddress, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered: nothing new, or its bytes with the marks that the next request tells it."""

    content: bytes = b""
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


def is_open_internet(address: IPAddress, port: int) -> bool:
    """Whether an address is one of the open internet, at a port of the web.

    >>> [is_open_internet(ip_address(text), 443) for text in ("9.9.9.9", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return False
    if port not in _PORTS.values() or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return not site_local and not any(address in way for way in _WAYS_INSIDE if way.version == address.version)


def checked_address(text: str) -> str:
    """Return an address as it is fetched, `webcal:` too; raise `InvalidParameter` for what is none."""
    text = text.strip()
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() in ("webcal", "webcals"):
        text = f"https://{rest}"
    if len(text) > LONGEST_ADDRESS or text != legible(text) or any(sign.isspace() for sign in text):
        raise _refused(_("Cette adresse ne s’ouvre pas : relisez-la."))
    return str(_parsed(text)[0])


def fetch(address: str, *, etag: str = "", last_modified: str = "", allowed: Allowed = is_open_internet) -> Fetched:
    """Return what an address answers; raise `InvalidParameter` for what cannot be had, in words for who gave it."""
    ends_at = time.monotonic() + LONGEST
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    headers |= {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
    headers["Accept"] = "text/calendar, application/atom+xml, application/rss+xml, text/csv, */*;q=0.5"
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            with _answer(checked_address(address), headers, allowed=allowed, ends_at=ends_at) as response:
                if response.status in _REDIRECTS and "Location" in response.headers:
                    address = urljoin(address, response.headers["Location"])
                    continue
                return _taken(response, ends_at)
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            if time.monotonic() >= ends_at:
                raise _refused(_("Cette adresse met plus de 20 secondes à répondre.")) from error
            raise _refused(_("Cette adresse ne répond pas.")) from error
    raise _refused(_("Cette adresse renvoie sans cesse à une autre."))


def _parsed(address: str) -> tuple[Url, int]:
    try:
        url = parse_url(address)
    except (HTTPError, ValueError) as error:
        raise _refused(_("Cette adresse ne s’ouvre pas : relisez-la.")) from error
    if url.scheme not in _PORTS or not url.host:
        raise _refused(_("Une adresse commence par https:// ou http://."))
    if url.auth is not None:
        raise _refused(_("Sans nom ni mot de passe dans l’adresse."))
    return url, url.port or _PORTS[url.scheme]


def _judged(host: str, port: int, allowed: Allowed, ends_at: float) -> str:
    """The address to connect to: the first of a name, where every one of them is open to all."""
    found = _resolved(host.strip("[]"), port, ends_at)
    addresses = [ip_address(place[0]) for *_kind, place in found]
    if not addresses or not all(allowed(one, port) for one in addresses):
        raise _refused(_("Cette adresse n’est pas sur l’internet ouvert à tous."))
    return str(addresses[0])


def _resolved(host: str, port: int, ends_at: float) -> list[tuple]:
    """What the resolver knows of a name; it takes no time limit, and is waited for no longer than the rest."""
    found: list[tuple] = []
    failed: list[OSError] = []

    def resolve() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error if isinstance(error, OSError) else OSError(str(error)))

    resolver = threading.Thread(target=resolve, daemon=True)
    resolver.start()
    resolver.join(max(ends_at - time.monotonic(), 0))
    if resolver.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return found


@contextmanager
def _answer(address: str, headers: dict[str, str], *, allowed: Allowed, ends_at: float) -> Iterator[HTTPResponse]:
    """The head of an answer, its body not yet read; cut off when the time is over, however slowly it drips."""
    url, port = _parsed(address)
    connection = _connection(url, _judged(url.host, port, allowed, ends_at), port, ends_at)
    held: list[socket.socket] = []
    watch = threading.Timer(max(ends_at - time.monotonic(), 0), _cut_off, [connection, held])
    watch.daemon = True
    watch.start()
    try:
        connection.connect()
        # An answer that ends with its connection takes the socket over.
        held.append(connection.sock)
        # A handshake takes the watched socket over: what the watch missed meanwhile is found here.
        if time.monotonic() >= ends_at:
            raise TimeoutError
        host = url.host if url.port is None else f"{url.host}:{url.port}"
        connection.request("GET", url.request_uri, headers={**headers, "Host": host}, preload_content=False)
        with contextlib.closing(connection.getresponse()) as response:
            yield response
    finally:
        watch.cancel()
        connection.close()


def _connection(url: Url, ip: str, port: int, ends_at: float) -> HTTPConnection:
    """A connection to one numeric address, which the certificate proves to be of the name that was asked."""
    timeout = max(ends_at - time.monotonic(), 0.001)
    if url.scheme == "http":
        return HTTPConnection(ip, port, timeout=timeout)
    name = url.host.strip("[]")
    return HTTPSConnection(
        ip, port, timeout=timeout, server_hostname=name, assert_hostname=name, ssl_context=ssl.create_default_context()
    )


def _cut_off(connection: HTTPConnection, held: list[socket.socket]) -> None:
    for one in (*held, connection.sock):
        if one is not None:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _taken(response: HTTPResponse, ends_at: float) -> Fetched:
    if response.status == 304:
        return Fetched(unchanged=True)
    if response.status != 200:
        raise _no_answer(response.status)
    content = bytearray()
    # One read of the network at a time: asking for a whole block would wait for a server that drips.
    while block := response.read1(_BLOCK, decode_content=True):
        content += block
        if time.monotonic() >= ends_at:
            raise TimeoutError
        if len(content) > MOST_BYTES:
            raise _refused(_("Plus de 5 Mo : c’est trop."))
    # Cut off, an answer without a length looks whole.
    if time.monotonic() >= ends_at:
        raise TimeoutError
    marks = {name: _mark(response.headers.get(name, "")) for name in ("ETag", "Last-Modified")}
    return Fetched(content=bytes(content), etag=marks["ETag"], last_modified=marks["Last-Modified"])


def _mark(said: str) -> str:
    """A mark as it can be told again."""
    return said if len(said) <= 200 and said.isascii() and said.isprintable() else ""


def _no_answer(status: int) -> InvalidParameter:
    if status in (401, 403):
        return _refused(_("Cette adresse est privée."))
    if status in (404, 410):
        return _refused(_("Cette adresse est introuvable."))
    return _refused(_("Cette adresse est en panne, erreur {status}."), status=status)


def _refused(words: str, **values: object) -> InvalidParameter:
    return InvalidParameter("address", words, **values)
