"""What becomes of mandates where residences are merged or split: the doors that were named stay named, and no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

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
    names the doors of that one alone: to the others nobody was ever told of it.
    """
    named: dict[int, set[str]] = defaultdict(set)
    for row in MandatedResidence.objects.filter(residence__in=before, mandate__ended_at=None):
        named[row.mandate_id] |= set(row.entrances) or before[row.residence_id]
    MandatedResidence.objects.bulk_create(
        (
            MandatedResidence(mandate_id=mandate, residence_id=residence, entrances=sorted(keys & doors))
            for mandate, keys in named.items()
            for residence, doors in doors_of(after).items()
            if keys & doors
        ),
        ignore_conflicts=True,
    )
