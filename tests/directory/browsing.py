"""Someone's browser, and what an answer says without what differs at each request."""

from __future__ import annotations

import re

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client

from scopes.models import Account, Membership

#: The token of forms, the nonce of scripts, folium's names of variables.
_CHANGING = re.compile(rb'(csrfmiddlewaretoken" value|nonce)="[^"]*"|_[0-9a-f]{32}\b')


def browser(who: Membership | Account | None) -> Client:
    """The browser of someone signed in, the staff by two factors; of a passer-by when nobody."""
    client = Client()
    if who is not None:
        account = getattr(who, "account", who)
        client.force_login(account)
        if account.is_staff:
            _show_second_factor(client, account)
    return client


def _show_second_factor(client: Client, account: Account) -> None:
    """Sign in as if a code of the person's telephone had been given."""
    Authenticator.objects.get_or_create(user=account, type=Authenticator.Type.TOTP, defaults={"data": {}})
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, account, "mfa")
    request.session.save()


def said(answer: HttpResponse) -> bytes:
    """Status, destination and body."""
    return b"%d %s %s" % (
        answer.status_code,
        answer.headers.get("Location", "").encode(),
        _CHANGING.sub(b"", answer.content),
    )
