"""What proposed sites change: homes and people newly served by neighbourhood, and the gaps that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from directory.coverage import Coverage, Covered, Gap, cover
from directory.findings import kinds_told


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
        """People newly served; nothing where the census does not know them all."""
        if self.before.people is None or self.after.people is None:
            return None
        return self.after.people.served - self.before.people.served


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
    rows = [
        Change(*pair) for kind in kinds_told(after)[:1] for pair in zip(before.by(kind), after.by(kind), strict=True)
    ]
    return WhatIf(Change(before.whole, after.whole), rows, before.gaps, after.gaps)
