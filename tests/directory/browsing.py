"""Someone's browser, and what an answer says without what differs at each request."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.test import Client

from scopes.models import Account, Membership
from tests.neighbours import sign_in

#: The token of forms, the nonce of scripts, folium's names of variables.
_CHANGING = re.compile(rb'(csrfmiddlewaretoken" value|nonce)="[^"]*"|_[0-9a-f]{32}\b')


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
        _CHANGING.sub(b"", answer.content),
    )
