"""The one rule of visibility, in SQL: for QuerySets, and for the statements that are written by hand.

Everything that shows a listing to anyone goes through here: page, API, feed, tile, export, e-mail and search.
"""

from __future__ import annotations

from django.db import models

from scopes.models import Openness
from scopes.viewer import Viewer


class AddressedQuerySet(models.QuerySet):
    """Listings by who may see them."""

    def visible_to(self, viewer: Viewer) -> AddressedQuerySet:
        """Keep what this viewer may see; nothing is visible unless a rule says so."""
        return self.filter(openness=Openness.PUBLIC)


def visible_to_sql(viewer: Viewer, *, alias: str) -> tuple[str, dict[str, object]]:
    """Return the same rule as `AddressedQuerySet.visible_to`, as a condition on `alias` and its parameters."""
    return f"{alias}.openness = %(public)s", {"public": Openness.PUBLIC.value}
