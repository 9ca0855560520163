"""Someone's browser, and what an answer says without what differs at each request."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from scopes.models import Account, Membership
from tests.neighbours import sign_in
from tests.still import still_page


def browser(who: Membership | Account | None, *, two_factors: bool = False) -> Client:
    """The browser of someone signed in, the staff by two factors; of a passer-by when nobody."""
    client = Client()
    if who is not None:
        sign_in(client, getattr(who, "account", who), two_factors=two_factors)
    return client


def said(answer: HttpResponse) -> bytes:
    """Status, destination and body."""
    return b"%d %s %s" % (
        answer.status_code,
        answer.headers.get("Location", "").encode(),
        still_page(answer).encode(errors="surrogateescape"),
    )
