"""The language switch: a plain link that needs neither script nor session, remembered in a cookie."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

A_YEAR = 365 * 24 * 3600


@require_safe
def speak(request: HttpRequest, language: str) -> HttpResponse:
    """Remember a language and go back to the page that the reader came from, with the search it shows."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    back = urlsplit(came_from)._replace(scheme="", netloc="").geturl()
    # A path that begins with two slashes would be another host.
    stays = ours and back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    response = HttpResponseRedirect(back if stays else reverse("home"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", httponly=True, secure=not settings.DEMO
    )
    return response
