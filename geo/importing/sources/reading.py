"""What a source's reading function is given, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from geo.codes import city_of
from geo.errors import InvalidParameter
from geo.importing.columns import Columns
from geo.importing.files import Layer, Record
from geo.importing.reprojection import WGS84
from geo.importing.rows import Rejected, Remark, Told
from geo.importing.values import code


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person who imports says about the files."""

    dataset: str
    #: Kind of the neighbourhoods (`geo.models.Neighbourhood.Kind`).
    kind: str = "quartier"
    #: INSEE code of the commune that everything in the files belongs to.
    municipality: str = ""
    layer: str = ""
    #: Column by attribute.
    mapping: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    encoding: str = ""
    #: Overrides the coordinate system that a file declares.
    crs: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """Rows of one file, in the coordinate system `crs`."""

    rows: Iterable[Told]
    crs: str = WGS84
    #: How many rows there are, where the file knows it: for the progress bar.
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A format that open data come in."""

    name: str
    #: What it can hold; the first is meant where nothing is said.
    datasets: tuple[str, ...]
    #: Opens one file; the rows are read while the context is open.
    open: Callable[[Path, Options], AbstractContextManager[Contents]]
    licence: str = ""


def rows_of(layer: Layer, make: Callable[[Record], Told]) -> Iterator[Told]:
    """Make a row of each record; a value that cannot be read rejects its row only."""
    for record in layer.records:
        try:
            yield make(record)
        except ValueError as error:
            yield Rejected(record.number, _("nombre illisible : %(value)s") % {"value": error})
    for remark in layer.remarks:
        yield Remark(_("le lecteur du fichier remarque : %(remark)s") % {"remark": remark})


def insee_code_of(record: Record, columns: Columns, options: Options) -> str:
    """The commune that a record belongs to: as the person says, else as the file says; empty where neither does."""
    return options.municipality or city_of(code(columns.get(record.values, "insee_code")))


def refuse_where(options: Options, source: str) -> None:
    """Refuse a condition for a source whose files are not read by GDAL, rather than pass over it."""
    if options.where:
        raise InvalidParameter("where", _("--where ne s’applique pas à la source %(source)s.") % {"source": source})
