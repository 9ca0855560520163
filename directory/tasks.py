"""Jobs of what is listed."""

from __future__ import annotations

from directory import renewing
from scopes.jobs import job


@job(every="5 2 * * *")
def renew_openings() -> None:
    """Lay down the opening hours of the coming days, where the demonstration has not just done so."""
    if renewing.openings_are_stale():
        renewing.renew_openings()
