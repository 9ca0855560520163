"""What an import did, row by row where it matters: stored with the release and printed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

#: So many rows are named for each reason; the rest are counted.
NAMED_ROWS = 10


@dataclass(slots=True)
class Reasons:
    """Counts by reason, with the first rows concerned."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: defaultdict[str, list[int | str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reason: str, row: int | str) -> None:
        """Count one row."""
        self.counts[reason] += 1
        if len(self.rows[reason]) < NAMED_ROWS:
            self.rows[reason].append(row)

    def as_json(self) -> dict[str, dict]:
        """Return `{reason: {"count": n, "rows": [first rows]}}`, most frequent first."""
        return {reason: {"count": count, "rows": self.rows[reason]} for reason, count in self.counts.most_common()}


@dataclass(slots=True)
class Report:
    """Read = loaded + rejected + ignored; repaired rows are among the loaded ones."""

    read: int = 0
    loaded: int = 0
    repaired: Reasons = field(default_factory=Reasons)
    rejected: Reasons = field(default_factory=Reasons)
    ignored: Reasons = field(default_factory=Reasons)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return what `Release.report` stores."""
        return {
            "read": self.read,
            "loaded": self.loaded,
            "repaired": self.repaired.as_json(),
            "rejected": self.rejected.as_json(),
            "ignored": self.ignored.as_json(),
            "warnings": self.warnings,
        }
