"""Two dated results of one analysis, side by side: what changed for the homes of each neighbourhood, and in data."""

from __future__ import annotations

from dataclasses import dataclass

from directory.coverage import Covered
from directory.findings import Area, Findings, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row, then and now; one of the two is missing where a neighbourhood is told of on one of the days only."""

    areas: tuple[Area, ...]
    then: Covered | None
    now: Covered | None

    @property
    def points(self) -> float | None:
        """How many points of percent the share of homes served grew by; nothing where one of the days has none."""
        shares = [row.homes.percent if row else None for row in (self.then, self.now)]
        return None if None in shares else shares[1] - shares[0]

    @property
    def homes(self) -> int | None:
        """How many more homes are served."""
        return self.now.homes.served - self.then.homes.served if self.then and self.now else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed between two days."""

    then: Findings
    now: Findings
    whole: Change
    #: Kind of neighbourhood -> its changes, in the order of today's rows; then those that are told of no more.
    by: dict[str, list[Change]]
    #: Data that one of the days was made from, and the other was not.
    gone: list[Source]
    new: list[Source]


def compare(one: Findings, other: Findings) -> Comparison:
    """Put two results side by side, the earlier one as then, whichever comes first."""
    then, now = sorted((one, other), key=lambda findings: findings.made_on)
    return Comparison(
        then=then,
        now=now,
        whole=Change(areas=(), then=then.whole, now=now.whole),
        by={kind: _changes(then.by.get(kind, []), now.by.get(kind, [])) for kind in {**now.by, **then.by}},
        gone=sorted({*then.sources} - {*now.sources}),
        new=sorted({*now.sources} - {*then.sources}),
    )


def _changes(then: list[Covered], now: list[Covered]) -> list[Change]:
    """Match rows by the neighbourhoods that they tell of together."""
    before, after = ({_key(row): row for row in rows} for rows in (then, now))
    return [
        Change(areas=(after.get(key) or before[key]).areas, then=before.get(key), now=after.get(key))
        for key in {**after, **before}
    ]


def _key(row: Covered) -> frozenset[str]:
    return frozenset(area.key for area in row.areas)
