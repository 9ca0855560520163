"""The second factor: asked of those who act for an organisation or run the site, offered to everyone."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from scopes.people import Account


def was_shown(request: HttpRequest) -> bool:
    """Whether the person showed a second factor since signing in."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def remember_shown(request: HttpRequest, account: Account) -> None:
    """Note that the person showed one, where it was not shown to allauth."""
    record_authentication(request, account, "mfa")
