"""What a reader hands on: one row of a source, in Alentour's field names, not yet judged."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: where it stands in its file, its identity in the source, what it says, and where it is."""

    #: Line of a table, rank of a GeoJSON feature, or the OSM object: what a report names.
    number: str
    #: Identity in the source, for life; empty when the source has none.
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    #: Every column of a table as it is given, for `--where`.
    columns: dict[str, str] = field(default_factory=dict)
    #: OSM tags, where the source has them.
    tags: dict[str, str] = field(default_factory=dict)
    #: Degrees WGS 84; nothing where the source gives no point.
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A sound row that is not to be shown (closed, dissolved, not for the public): its number and why.

    What an earlier import knew of it is gone.
    """

    number: str
    reason: str


class Unreadable(ValueError):
    """One row that cannot be read: its number and the reason."""

    def __init__(self, number: str, reason: str, key: str = ""):
        self.number, self.reason, self.key = number, reason, key
        super().__init__(reason)
