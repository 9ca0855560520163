"""The truthful report of an import: what was read, what became of it, and what was refused, by reason and row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from directory.importing.rows import Ignored, Unreadable
from geo.errors import Filled

#: Row numbers listed for each reason; the count says how many there are in all.
SHOWN = 20


@dataclass(slots=True)
class Report:
    """Counts of one import. Every row read is added, changed, unchanged, merged, ignored or rejected: they add up."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    #: Recognised as a listing that another source already told of.
    merged: int = 0
    #: Known to an earlier import of the same dataset, and no longer there.
    gone: int = 0
    #: Shown at their commune only, because they may be someone's home.
    commune_only: int = 0
    #: Sound rows that are not to be shown, by reason.
    ignored: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rejected: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Values left out of a row that was kept, by reason.
    dropped: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Identities of rejected rows: they are still there, so that nothing of theirs is gone.
    refused: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def reject(self, row: Unreadable) -> None:
        """Count a row that makes no listing, under its reason."""
        self.rejected[row.reason].append(row.number)
        self.refused.add(row.key)

    def ignore(self, row: Ignored) -> None:
        """Count a row that is left out, under its reason."""
        self.ignored[row.reason].append(row.number)

    def as_json(self) -> dict[str, object]:
        """The report as it is stored: of each reason the number of rows, and the first of them."""
        counts = ("read", "added", "changed", "unchanged", "merged", "gone", "commune_only")
        reasons = {name: _by_reason(getattr(self, name)) for name in ("rejected", "ignored", "dropped")}
        return {name: getattr(self, name) for name in counts} | reasons | {"seconds": round(self.seconds, 2)}


def _by_reason(rows: dict[str, list[str]]) -> dict[str, dict[str, object]]:
    most_first = sorted(rows.items(), key=lambda item: (-len(item[1]), item[0]))
    return {reason: {"count": len(numbers), "rows": numbers[:SHOWN]} | _apart(reason) for reason, numbers in most_first}


def _apart(reason: str) -> dict[str, object]:
    """What is filled in of a reason, beside its words, so that it is told in its reader's language."""
    return {"words": reason.words, "values": reason.values} if isinstance(reason, Filled) else {}
