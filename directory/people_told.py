"""The one rule of how people are told of in coverage: no number tells how many live in fewer than eleven homes.

As INSEE publishes (statistical disclosure control, *secret statistique*), in three steps, whatever is asked:

- *Cells*: people are spread evenly over fixed groups of neighbouring homes, of `LEAST` homes or more. Every answer
  follows from the homes, which are open data, and from the sums of these groups: however many thresholds a metre apart
  are asked for, or sites proposed, nothing is learnt of how people live within one.
- *Secrecy*: people served are told only where homes served and homes missed are each none, or `LEAST` and more
  (primary); where what is kept back could be had from the whole of a table less its other rows, another row is kept
  back too, or the whole (secondary).
- *Rounding*: people served are told to the ten, save none and all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

#: Homes: nothing is told of fewer (INSEE's rule for squares of 200 m, `privacy.md`, 1).
LEAST = 11
#: People served are told to so many.
ROUNDED_TO = 10
#: Metres, in which neighbours are put in order from west to east.
BAND = 200


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    served: int
    total: int

    @property
    def missed(self) -> int:
        """Those it is too far for."""
        return self.total - self.served

    @property
    def percent(self) -> float | None:
        """From 0 to 100; nothing where there is nobody."""
        return 100 * self.served / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class People:
    """People, and by which of INSEE's counts, told as homes: what these are is open data."""

    #: To the ten, save none and all; nothing where it is kept back.
    served: int | None
    total: int
    #: Homes of whose people squares of 200 m say how many; of those of the others the census of their IRIS does.
    homes_by_square: int = 0
    #: Homes that lie in squares, which say at least where in their IRIS people live.
    homes_in_square: int = 0
    #: Those among them in squares of fewer than 11 households, which INSEE estimates.
    homes_imputed: int = 0


class Row(Protocol):
    """Homes, and people where INSEE knows them all."""

    homes: Share
    people: People | None


AnyRow = TypeVar("AnyRow", bound=Row)


def spread_evenly(people: np.ndarray, homes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Spread the people of buildings over each group of them, by homes, in whole numbers that add up to the group's."""
    order = np.argsort(groups, kind="stable")
    numbers = groups[order]
    counted, sizes = (np.bincount(groups, column).astype(int) for column in (people, homes))
    # What is reached with each building, less what was reached before it.
    homes_so_far = np.cumsum(homes[order]) - np.concatenate([[0], np.cumsum(sizes)])[numbers]
    reached = counted[numbers] * homes_so_far // np.maximum(sizes[numbers], 1)
    before = np.where(np.diff(numbers, prepend=-1) > 0, 0, np.concatenate([[0], reached])[:-1])
    spread = np.zeros(len(people), dtype=int)
    spread[order] = reached - before
    return spread


def groups_of(homes: np.ndarray, places: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Number fixed groups of neighbouring buildings, of `LEAST` homes or more where all of them have as many.

    `places` are metres, shape (n, 2), and `within` an area of each building (its IRIS), which groups keep to where it
    has homes enough. A building of `LEAST` homes may be a group.
    """
    order = np.lexsort((places[:, 0], places[:, 1] // BAND, within))
    areas = np.unique(within, return_inverse=True)[1]
    left = np.bincount(areas, homes)
    numbers, number, held = np.zeros(len(homes), dtype=int), 0, 0
    for place in order.tolist():
        # Those of its area that are in no group yet would be a group themselves.
        if held >= LEAST <= left[areas[place]]:
            number, held = number + 1, 0
        numbers[place] = number
        held += homes[place]
        left[areas[place]] -= homes[place]
    return numbers


def may_tell(homes: Share) -> bool:
    """Whether the people of the homes served, and so those of the homes missed, may be told (primary secrecy)."""
    return all(not number or number >= LEAST for number in (homes.served, homes.missed))


def tell_people(whole: AnyRow, tables: dict[str, list[AnyRow]]) -> tuple[AnyRow, dict[str, list[AnyRow]]]:
    """Keep back, and round, the people served of the whole and of the tables that add up to it; twice is as once."""
    kept_back = {kind: _kept_back([row.homes for row in rows]) for kind, rows in tables.items()}
    told = {
        kind: [_told(row, may=place not in kept_back[kind]) for place, row in enumerate(rows)]
        for kind, rows in tables.items()
    }
    by_difference = (
        may_tell(_together(row.homes for place, row in enumerate(rows) if place in kept_back[kind]))
        for kind, rows in tables.items()
    )
    return _told(whole, may=may_tell(whole.homes) and all(by_difference)), told


def _kept_back(rows: Sequence[Share]) -> set[int]:
    """The rows of a table that are kept back: those that must be, and the smallest that hide them among themselves."""
    kept_back = {place for place, homes in enumerate(rows) if not may_tell(homes)}
    # A row of which all homes, or none, are served hides nothing: its people are known.
    others = [place for place, homes in enumerate(rows) if homes.served and homes.missed and place not in kept_back]
    others.sort(key=lambda place: (rows[place].total, place), reverse=True)
    while others and not may_tell(_together(rows[one] for one in kept_back)):
        kept_back.add(others.pop())
    return kept_back


def _together(shares: Iterable[Share]) -> Share:
    told = list(shares)
    return Share(sum(share.served for share in told), sum(share.total for share in told))


def _told(row: AnyRow, *, may: bool) -> AnyRow:
    if row.people is None or row.people.served is None:
        return row
    return replace(row, people=replace(row.people, served=_rounded(row.people, row.homes) if may else None))


def _rounded(people: People, homes: Share) -> int:
    if not homes.served or not homes.missed:
        return people.total if homes.served else 0
    nearest = (people.served + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    return min(nearest, people.total // ROUNDED_TO * ROUNDED_TO)
