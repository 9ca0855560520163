"""What proposed sites change: homes and people newly served by neighbourhood, and the gaps that are left."""

from __future__ import annotations

from dataclasses import dataclass

from directory.coverage import Covered
from directory.findings import Findings
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
    #: Homes of each gap.
    gaps_before: list[int]
    gaps_after: list[int]


def what_if(after: Findings) -> WhatIf | None:
    """Say what the proposed sites change; nothing where there are none, or in results kept before that was kept."""
    before = after.before
    if before is None:
        return None
    pairs = [zip(before.by[kind], rows, strict=True) for kind, rows in after.by.items()]
    rows = [Change(*pair) for pair in next(iter(pairs), ())]
    return WhatIf(Change(before.whole, after.whole), rows, before.gaps, [gap.homes for gap in after.gaps])
