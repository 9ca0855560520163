"""Who is looking: a frozen value, built once a request, that every visibility rule reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking, anonymous too; accounts, homes and mandates come with circles (issue 3)."""

    #: The account, or nothing for someone passing by.
    account_id: int | None = None


ANONYMOUS = Viewer()
