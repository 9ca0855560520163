"""How often one may try, and how long an answer takes: the same whatever is true of an address or a code."""

from __future__ import annotations

import time
from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from scopes.access import View
from scopes.errors import TooManyTries


def sealed_key(key: str, key_prefix: str, version: int) -> str:
    """Name what the cache remembers of an address without holding it."""
    return salted_hmac("scopes.signing.limits", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def in_even_time(view: View) -> View:
    """Answer a form in whole steps of `settings.EVEN_SECONDS`: no difference in work shows in the time it takes.

    Even over a few thousand tries, what differs by milliseconds would tell whether an account exists (T7). One network
    is not made to wait more than once a second: who waits holds a thread. Raises `TooManyTries` beyond that.
    """

    @wraps(view)
    def evened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        began = time.monotonic()
        if not ratelimit.consume(request, action="even_time"):
            raise TooManyTries
        try:
            return view(request, *args, **kwargs)
        finally:
            step = settings.EVEN_SECONDS
            time.sleep(-(time.monotonic() - began) % step if step else 0)

    return evened
