"""What a release that joins or parts buildings changes of managers and mandates: the same as where people decide it.

The doors that were named stay named (`scopes.organisations.reshaped`), and neighbours who are joined to them are told
as of a new mandate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import partial

from geo.models import Address, Residence, ResidenceSuccession
from geo.settling import Settled
from scopes.managing import keep_managers
from scopes.models import Management, MandatedResidence
from scopes.organisations.reshaped import Doors, doors_of, keep_doors

#: The residence that a part of another follows (numbers).
Succession = tuple[int, int]
#: Stands for doors that were no residence's before.
NOBODYS = 0


def look_at_mandates(settled: Settled) -> Callable[[], None]:
    """Note the doors of the towns where somebody manages or may write, as they stand; return what keeps them."""
    in_towns = {"residence__municipality__in": settled.municipality_ids}
    towns = {
        *MandatedResidence.objects.filter(mandate__ended_at=None, **in_towns).values_list(
            "residence__municipality", flat=True
        ),
        *Management.objects.filter(ended_at=None, **in_towns).values_list("residence__municipality", flat=True),
    }
    return partial(_keep, towns, _doors_in(towns), _successions_in(towns))


def _keep(towns: Collection[int], doors: Doors, known: Collection[Succession]) -> None:
    """Keep managers and mandates of what was joined or parted since."""
    for before, after in _changes(_successions_in(towns) - set(known)):
        made = list(Residence.objects.filter(pk__in=after).order_by("pk"))
        told = {residence: doors.get(residence, frozenset()) for residence in before}
        strangers = frozenset().union(*doors_of(made).values()) - frozenset().union(*told.values())
        if strangers:  # a mandate names nothing that it did not name
            told[NOBODYS] = frozenset()
        else:
            keep_managers(list(Residence.objects.filter(pk__in=before)), made)
        keep_doors(told, made)


def _changes(successions: Collection[Succession]) -> Iterator[tuple[set[int], set[int]]]:
    """Return those that went together: the residences before, and those after."""
    after: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    for old, new in successions:
        after[old].add(new)
        before[new].add(old)
    while after:
        olds, news = set(), set(after[min(after)])
        while found := {old for new in news for old in before[new]} - olds:
            olds |= found
            news |= {new for old in found for new in after[old]}
        for old in olds:
            del after[old]
        yield olds, news


def _doors_in(towns: Collection[int]) -> Doors:
    """The doors of each residence of these towns, also behind a building that was just drawn anew."""
    found: dict[int, set[str]] = defaultdict(set)
    doors = Address.objects.open().filter(building__residence__municipality__in=towns)
    for residence, key in doors.values_list("building__residence", "key").iterator(10_000):
        found[residence].add(key)
    return {residence: frozenset(keys) for residence, keys in found.items()}


def _successions_in(towns: Collection[int]) -> set[Succession]:
    return set(ResidenceSuccession.objects.filter(before__municipality__in=towns).values_list("before", "after"))
