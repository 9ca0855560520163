"""Sessions that know whose they are, so that erasing an account erases them: Django's, with one column more.

https://docs.djangoproject.com/en/5.2/topics/http/sessions/#extending-database-backed-session-engines
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from scopes.people import Account


class Session(AbstractBaseSession):
    """What a browser is remembered by; of an account once someone has signed in."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return the class that reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Reads and writes `Session`."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Write down whose it is, beside the data."""
        row = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        return row
