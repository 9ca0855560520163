"""Which format the API answers in: the first, where the client asks for none that we speak."""

from __future__ import annotations

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class ForgivingNegotiation(DefaultContentNegotiation):
    """A link opened in a browser shows GeoJSON: `Accept` may be disregarded (RFC 9110, 12.5.1)."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Take what was asked for, else the first."""
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except (NotAcceptable, Http404):  # an unknown `format` is told by the view, as any unknown parameter
            return renderers[0], renderers[0].media_type
