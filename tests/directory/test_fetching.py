"""What is fetched from an address that someone gave: never from inside, never without end."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from directory import fetching
from directory.fetching import checked_address, fetch, is_open_internet
from geo.errors import InvalidParameter

AGENDA = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@contextmanager
def answering(answer):
    """A server on the loopback whose every answer is written by a function; gives its address and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            answer(self)

        def log_message(self, *_args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def said(content=AGENDA, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def anywhere(_address, _port):
    return True


def refused(address, **options):
    with pytest.raises(InvalidParameter) as error:
        fetch(address, **options)
    assert error.value.parameter == "address"
    return str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "168.63.129.16",
        "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:9.9.9.9",
        "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:4136:e378::", "2001:db8::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_no_address_of_the_inside_is_open(address):
    assert not is_open_internet(ip_address(address), 443)


def test_the_open_internet_is_at_the_ports_of_the_web():
    for text in ("9.9.9.9", "2620:fe::fe"):
        assert is_open_internet(ip_address(text), 443)
        assert is_open_internet(ip_address(text), 80)
        assert not any(is_open_internet(ip_address(text), port) for port in (22, 25, 5432, 8080))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "１２７.0.0.1", "169.254.169.254"],
)  # fmt: skip
def test_however_it_is_written_the_inside_is_not_connected_to(host, monkeypatch):
    monkeypatch.setattr(fetching.HTTPConnection, "connect", lambda self: pytest.fail("connected"))
    monkeypatch.setattr(fetching.HTTPSConnection, "connect", lambda self: pytest.fail("connected"))
    for scheme in ("http", "https"):
        refused(f"{scheme}://{host}/agenda.ics")


@pytest.mark.parametrize(
    "address",
    ["", "agenda.ics", "file:///etc/passwd", "ftp://example.org/a.ics", "gopher://example.org", "http://",
     "https://ada:secret@example.org/", "https://ada@example.org/", "https://exa mple.org/", "https://a.org/\r\nX: y",
     "https://a.org/\0", "https://a.org/\u202egro", "https://[::1/", "https://a.org:99999/",
     "https://a.org/" + "x" * 1_000],
)  # fmt: skip
def test_what_is_no_address_is_said(address):
    with pytest.raises(InvalidParameter) as error:
        checked_address(address)
    assert error.value.parameter == "address"


def test_an_address_of_a_calendar_is_fetched_by_https():
    assert checked_address(" webcal://Example.org/a.ics ") == "https://example.org/a.ics"


def test_a_name_of_which_one_address_is_inside_is_refused(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("9.9.9.9", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)
    assert "internet ouvert" in refused("http://example.org/")


def test_a_name_is_asked_once_and_the_connection_goes_where_it_was_judged(monkeypatch):
    """A name that answers otherwise the second time, as for rebinding, is never asked a second time."""
    asked = []

    def once(name, port, *_args, **_more):
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with answering(said()) as (address, heard):
        port = address.rpartition(":")[2]
        monkeypatch.setattr(fetching.socket, "getaddrinfo", once)
        assert fetch(f"http://rebinding.test:{port}/a", allowed=anywhere).content == AGENDA
    assert [name for name in asked if name != "127.0.0.1"] == ["rebinding.test"]
    assert heard[0][1]["Host"] == f"rebinding.test:{port}"


def test_each_redirection_is_judged_again():
    with answering(said()) as (inside, heard_inside):
        port = int(inside.rpartition(":")[2])
        with answering(said(b"", 302, Location=inside)) as (address, _asked):
            assert "internet ouvert" in refused(address, allowed=lambda _ip, to: to != port)
        assert not heard_inside
    with answering(said(b"", 302, Location="file:///etc/passwd")) as (address, _asked):
        refused(address, allowed=anywhere)
    with answering(said(b"", 301, Location="/again")) as (address, asked):
        assert "sans cesse" in refused(address, allowed=anywhere)
        assert len(asked) == fetching.MOST_REDIRECTS + 1


def test_what_has_not_changed_is_not_sent_again(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering(said(ETag='"1"', Last_Modified="Mon, 30 Nov 2026 10:00:00 GMT")) as (address, asked):
        first = fetch(address, allowed=anywhere)
        assert (first.content, first.etag, first.unchanged) == (AGENDA, '"1"', False)
        fetch(address, etag=first.etag, last_modified=first.last_modified, allowed=anywhere)
    told = asked[1][1]
    assert (told["If-None-Match"], told["If-Modified-Since"]) == ('"1"', "Mon, 30 Nov 2026 10:00:00 GMT")
    assert told["User-Agent"].startswith("Alentour")
    with answering(said(b"", 304)) as (address, _asked):
        assert fetch(address, etag='"1"', allowed=anywhere).unchanged


@pytest.mark.parametrize(("status", "word"), [(403, "privée"), (404, "introuvable"), (500, "500")])
def test_an_error_of_the_other_side_is_said(status, word):
    with answering(said(b"no", status)) as (address, _asked):
        assert word in refused(address, allowed=anywhere)


def test_a_bomb_is_measured_unpacked_and_a_length_is_not_believed(monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 200_000)
    bomb = gzip.compress(b"0" * 10_000_000)
    assert len(bomb) < 20_000
    for answer in (said(bomb, Content_Encoding="gzip"), said(b"0" * 300_000)):
        with answering(answer) as (address, _asked):
            assert "5" in refused(address, allowed=anywhere)
    for length in ("99999999", "abc"):
        with answering(said(AGENDA, Content_Length=length)) as (address, _asked):
            try:
                assert fetch(address, allowed=anywhere).content == AGENDA
            except InvalidParameter as error:
                assert "répond pas" in str(error)
    with answering(said(b"no gzip", Content_Encoding="gzip")) as (address, _asked):
        assert "répond pas" in refused(address, allowed=anywhere)


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_cut_off(monkeypatch, part):
    monkeypatch.setattr(fetching, "LONGEST", 0.3)

    def drip(handler):
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
        for _second in range(40):
            try:
                handler.wfile.write(b"X")
            except OSError:
                return
            time.sleep(0.05)

    with answering(drip) as (address, _asked):
        began = time.monotonic()
        refused(address, allowed=anywhere)
        assert time.monotonic() - began < 1
