"""Who searches: a carpool service, by its key in `X-API-Key`, as the standard's own test tool sends it."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from directory.operators.authentication import KeyAuthentication
from scopes.models import ApiKey


class RideKeyAuthentication(KeyAuthentication):
    """A key that searches rides, and nothing else; `Authorization: Bearer` does as well, as everywhere here."""

    reaches = (ApiKey.Reach.RIDES,)

    def text_of(self, request: Request) -> str:
        """Read the key that a request shows."""
        return request.META.get("HTTP_X_API_KEY", "").strip() or super().text_of(request)


class RideKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document says it."""

    target_class = RideKeyAuthentication
    name = "rideKey"

    def get_security_definition(self, auto_schema) -> dict:
        """Describe the header."""
        description = "A key to search rides; the one responsible for a carpool service makes it (docs/api.md)."
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": description}
