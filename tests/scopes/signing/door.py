"""The way in, as a browser takes it."""

from __future__ import annotations

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from tests.jobs import run_jobs
from tests.still import still_page

DOOR, CODE, OPEN = "/compte/entrer/", "/compte/entrer/code/", "/compte/ouvrir/"
NAMES = {"first_name": "Nina", "last_name": "Le Gall"}


def ask(client: Client, email: str, **more: str) -> HttpResponse:
    """Ask for a code."""
    return client.post(DOOR, {"email": email, **more})


def code_sent() -> str:
    """The code of the last mail."""
    run_jobs()
    return re.search(r"\b\d{4} \d{4}\b", mail.outbox[-1].body)[0]


def wrong(code: str) -> str:
    """A code that was not sent."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


def enter(client: Client, email: str, **more: str) -> HttpResponse:
    """Ask for a code and type it in."""
    assert ask(client, email, **more).headers["Location"] == CODE
    return client.post(CODE, {"code": code_sent()})


def said(answer: HttpResponse) -> bytes:
    """Status, destination and body, without what differs at each request."""
    head = f"{answer.status_code} {answer.headers.get('Location', '')}".encode()
    return head + still_page(answer).encode()
