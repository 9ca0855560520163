"""Who asks: the holder of a key (`Authorization: Bearer`, RFC 6750), and nobody else; sessions mean nothing here."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from directory.errors import TooFast, UnknownKey
from scopes.models import Account, ApiKey
from scopes.organisations.keys import NOTICES, count, key_of


class KeyAuthentication(BaseAuthentication):
    """An unknown key, one that is over and none at all answer alike, after the same question to the database.

    So does one that is made for something else.
    """

    #: What the keys that are known here may do.
    reaches = NOTICES

    def authenticate(self, request: Request) -> tuple[Account, ApiKey]:
        """Return the key and who made it, as whom it acts; raise `UnknownKey`, or `TooFast` with when to return."""
        key = key_of(self.text_of(request), reaches=self.reaches)
        if key is None:
            raise UnknownKey
        if wait := count(key):
            raise TooFast(wait)
        return key.made_by, key

    def text_of(self, request: Request) -> str:
        """Read the key that a request shows."""
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return text.strip() if scheme.lower() == "bearer" else ""


class KeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document says it."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema) -> dict:
        """Describe the header."""
        description = "A key that the one responsible for the organisation makes on /organismes/<id>/cles/."
        return {"type": "http", "scheme": "bearer", "description": description}
