"""What a source's reading function yields: rows to load, and rows it leaves out with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely


@dataclass(frozen=True, slots=True)
class Row:
    """One place as its source describes it; repaired and checked by `geo.importing.load`."""

    #: Where it stands in its source, as the report names it: a line number, or the source's own id.
    number: int | str
    #: In the coordinate system given to `load`; `None` where the source has none that can be read.
    geometry: shapely.Geometry | None
    #: Values of the place's own columns, by name; empty ones are left out: unknown, not zero.
    attributes: dict[str, object] = field(default_factory=dict)
    #: Identity for life; where the source has none, it is found from the geometry (`geo.importing.identity`).
    key: str = ""
    #: The municipality's official code where the source says it; else the place is located at each activation.
    insee_code: str = ""
    #: What its reader mended, for the report.
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used, and why, in the words of the person who imports it."""

    number: int | str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A sound row that Alentour does not want (a light construction, a demolished building), and why."""

    number: int | str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a whole file that someone should look at before it is shown."""

    text: str


#: What a source tells, row by row.
Told = Row | Rejected | Ignored | Remark
