"""Puts the viewer on the request, and opens to PostgreSQL the residences the viewer belongs to."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from scopes import second_lock
from scopes.presence import note_presence
from scopes.viewer import ANONYMOUS, Viewer
from scopes.viewing import viewer_of


class ViewerMiddleware:
    """Sets `request.viewer`: the only thing a view may ask about who is looking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask nothing for someone passing by; let no cache keep what is answered to an account."""
        request.viewer = _viewer(request)
        if request.viewer.account_id is None:
            return self.get_response(request)
        response = self._answer_with_residences(request)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _answer_with_residences(self, request: HttpRequest) -> HttpResponse:
        """Open the viewer's residences for this one answer; a failed one writes nothing."""
        if not request.viewer.homes:
            return self.get_response(request)
        note_presence(request.viewer.account_id)
        with second_lock.opened(request.viewer.residence_ids):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response


def _viewer(request: HttpRequest) -> Viewer:
    """Read the session where there is one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return ANONYMOUS
    return viewer_of(request.user.pk)
