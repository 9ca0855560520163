"""Puts the viewer on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from scopes.viewer import ANONYMOUS


class ViewerMiddleware:
    """Sets `request.viewer`: the only thing a view may ask about who is looking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Every visitor is anonymous until there are accounts."""
        request.viewer = ANONYMOUS
        return self.get_response(request)
