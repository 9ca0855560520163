"""Walks from residences to those that followed when they were merged or split, and back."""

from __future__ import annotations

from collections.abc import Collection

from geo.models import ResidenceSuccession


def residences_after(residences: Collection[int]) -> set[int]:
    """Return the numbers of those that follow these (numbers too), through later changes; never one of these."""
    return _reached(residences, frozenset(), by="before", to="after")


def residences_before(residences: Collection[int], *, but: Collection[int] = ()) -> set[int]:
    """Return those that these follow, through earlier changes; not some, nor what is reached through them alone."""
    return _reached(residences, but, by="after", to="before")


def _reached(residences: Collection[int], but: Collection[int], *, by: str, to: str) -> set[int]:
    left_out = {*residences, *but}
    found: set[int] = set()
    latest = set(residences)
    while latest:
        latest = set(ResidenceSuccession.objects.filter(**{f"{by}__in": latest}).values_list(to, flat=True))
        latest -= found | left_out
        found |= latest
    return found
