"""What becomes of mandates where residences are merged or split: the doors that were named stay named, and no other.

What is said to a door is read in the whole residence. So neighbours who are joined to it by a merge are told, as of a
new mandate, a week before anything is sent there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from geo.models import Address, Residence
from scopes.organisation_models import MandatedResidence

#: Keys of addresses, by the number of their residence.
Doors = Mapping[int, frozenset[str]]


def doors_of(residences: Collection[Residence]) -> Doors:
    """Return the doors of each residence as it stands: a merge or a split moves them elsewhere."""
    found: dict[int, set[str]] = {one.pk: set() for one in residences}
    doors = Address.objects.open().filter(building__residence__in=found, building__closed_on=None)
    for residence, key in doors.values_list("building__residence", "key"):
        found[residence].add(key)
    return {residence: frozenset(keys) for residence, keys in found.items()}


def keep_doors(before: Doors, after: Collection[Residence]) -> None:
    """Let mandates that named these residences, or some of their doors, name the same doors of what follows.

    What `scopes.managing.keep_managers` named whole stays whole. A mandate that named one of two merged residences
    names the doors of that one alone, and the people of the others are told by a job.
    """
    from scopes.tasks import tell_of_joined  # the task calls `telling`

    named: dict[int, list[MandatedResidence]] = defaultdict(list)
    for row in MandatedResidence.objects.filter(residence__in=before, mandate__ended_at=None).order_by("pk"):
        named[row.mandate_id].append(row)
    doors_after = doors_of(after)
    for mandate, rows in named.items():
        keys = frozenset().union(*(row.entrances or before[row.residence_id] for row in rows))
        moments = _moments(rows, joins=bool(before.keys() - {row.residence_id for row in rows}))
        MandatedResidence.objects.bulk_create(
            (
                MandatedResidence(mandate_id=mandate, residence_id=residence, entrances=sorted(keys & doors), **moments)
                for residence, doors in doors_after.items()
                if keys & doors
            ),
            ignore_conflicts=True,
        )
        if moments["joined_at"] and not moments["told_at"]:
            tell_of_joined.defer(mandate_id=mandate)


def _moments(rows: Collection[MandatedResidence], *, joins: bool) -> dict[str, datetime | None]:
    """Since when what follows these is joined to others, and when the last of these were told."""
    joined = [row for row in rows if row.joined_at]
    if joins or any(row.told_at is None for row in joined):
        return {"joined_at": timezone.now(), "told_at": None}
    latest = max(joined, key=lambda row: row.told_at, default=None)
    return {"joined_at": latest and latest.joined_at, "told_at": latest and latest.told_at}
