"""What proposed sites change: homes and people newly served by neighbourhood, and the gaps that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from directory.coverage import Coverage, Covered, Gap, cover
from directory.people_told import LEAST


@dataclass(frozen=True, slots=True)
class Change:
    """Some buildings together, without the proposed sites and with them."""

    before: Covered
    after: Covered

    @property
    def homes(self) -> int:
        """Homes newly served."""
        return self.after.homes.served - self.before.homes.served

    @property
    def people(self) -> int | None:
        """People newly served, as both answers tell them; nothing where these do not, or where few homes are."""
        told = [row.people and row.people.served for row in (self.before, self.after)]
        if None in told or 0 < self.homes < LEAST:
            return None
        return told[1] - told[0]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the proposed sites of an analysis change."""

    whole: Change
    #: By the town's circle, else by the first kind of neighbourhoods that is told of; none where there is none.
    rows: list[Change]
    gaps_before: list[Gap]
    gaps_after: list[Gap]


def what_if(after: Coverage) -> WhatIf:
    """Compare an answer with the same analysis without its proposed sites."""
    # Of the same homes, though a release may show others by now: rows follow from these alone.
    before = cover(replace(after.request, proposed=()), housing=after.housing)
    rows = [Change(*pair) for kind in after.kinds[:1] for pair in zip(before.by(kind), after.by(kind), strict=True)]
    return WhatIf(Change(before.whole, after.whole), rows, before.gaps, after.gaps)
