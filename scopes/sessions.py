"""Sessions that know whose they are, so that erasing an account erases them; those of nobody are short.

Django's, with one column more:

https://docs.djangoproject.com/en/5.2/topics/http/sessions/#extending-database-backed-session-engines
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from geo.prepared import prepared_rows
from scopes.people import Account

if TYPE_CHECKING:
    from scopes.rights.registry import Person

#: What a browser of someone who is not signed in is remembered for: an address on its way to be proved.
OF_NOBODY = timedelta(hours=1)
_READ = "SELECT session_data FROM scopes_session WHERE session_key = %(key)s AND expire_date > %(now)s"


class Session(AbstractBaseSession):
    """What a browser is remembered by; of an account once someone has signed in."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Return the class that reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Reads and writes `Session`."""

    def load(self) -> dict[str, Any]:
        """Read what is remembered: every page of someone signed in begins with it, prepared it takes a third."""
        found = prepared_rows(_READ, {"key": self.session_key, "now": timezone.now()})
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Write down whose it is, beside the data."""
        row = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        if row.account_id is None:
            row.expire_date = min(row.expire_date, timezone.now() + OF_NOBODY)
        return row


def close_sessions(sessions: QuerySet[Session], *, person: Person, **erased: object) -> None:
    """Close a person's sessions, and those in which someone not yet signed in typed their address."""
    sessions.delete()
    for passing in Session.objects.filter(account__isnull=True).iterator():
        if any(email in str(passing.get_decoded()) for email in person.emails):
            passing.delete()
