"""The shortest way to an endpoint, for attackers who ask a million times: address, viewer and lock, view, statement.

Django's client takes each question through the session and twelve more layers that know nothing of a position: 4 ms of
5. Here someone signs in once. `test_localisation` compares the two, byte for byte.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import override_settings

from scopes.models import Account

#: What decides who is looking and what may be seen, and how a mistake is said.
LAYERS = ("config.keeping.KeepingMiddleware", "scopes.middleware.ViewerMiddleware", "config.problems.ProblemMiddleware")


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    with override_settings(MIDDLEWARE=LAYERS):
        handler.load_middleware()
    return handler


class Shortcut:
    """Asks as someone who is signed in, or as nobody; like Django's client, in the process of the test."""

    def __init__(self, account: Account | None) -> None:
        self.account = account
        self.environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=signed-in" if account else "",
        }

    def get(self, address: str, query: dict[str, object] | None = None) -> HttpResponse:
        """Answer an address, or the link to a further page."""
        path, _mark, asked = address.removeprefix("http://testserver").partition("?")
        asked = urlencode(query, doseq=True) if query else asked
        request = WSGIRequest({**self.environ, "PATH_INFO": path, "QUERY_STRING": asked})
        request.user = self.account or AnonymousUser()
        return _handler().get_response(request)
