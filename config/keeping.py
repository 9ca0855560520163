"""Who may keep an answer: nobody where the address holds what was searched, everyone where all read the same."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware

#: Addresses that know no session: tiles are the same for everyone, programs show a key.
WITHOUT_COOKIES = ("/tiles/", "/api/notices/")


class KeepingMiddleware:
    """Lets no cache keep an answer to a query string, redirects and errors included; some addresses see no cookies.

    Both are rules of privacy.md, 3.7.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Leave alone what a view has decided."""
        if request.path.startswith(WITHOUT_COOKIES):
            request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if request.META.get("QUERY_STRING"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but what is public is the same in every language: tiles do not differ by a language cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add no language to what everyone may keep."""
        is_public = "public" in response.headers.get("Cache-Control", "")
        return response if is_public else super().process_response(request, response)
