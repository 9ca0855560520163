"""RNB, the national register of buildings (https://rnb.beta.gouv.fr): the CSV of a department."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from geo.importing.columns import Columns
from geo.importing.files import Record, text_table, unpacked
from geo.importing.rows import Ignored, Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, refuse_where, rows_of
from geo.importing.values import rnb_ids, text

SPELLINGS = {"rnb_id": ("rnb_id",), "shape": ("shape",), "status": ("status",)}
STANDING = ("", "constructed", "ongoingConstruction")


@contextmanager
def open_rnb(path: Path, options: Options) -> Iterator[Contents]:
    """Open a CSV whose `shape` is EWKT in WGS 84."""
    refuse_where(options, "rnb")
    with unpacked(path) as file:
        table = text_table(file, encoding=options.encoding)
        columns = Columns(SPELLINGS, present=table.columns, mapping=options.mapping)
        columns.require("rnb_id", "shape")
        yield Contents(rows_of(table, lambda record: _building(record, columns, options)))


def _building(record: Record, columns: Columns, options: Options) -> Row | Rejected | Ignored:
    ids = rnb_ids(columns.get(record.values, "rnb_id"))
    if len(ids) != 1:
        return Rejected(record.number, _("identifiant RNB non valable"))
    status = text(columns.get(record.values, "status"))
    if status not in STANDING:
        return Ignored(record.number, _("bâtiment dans l’état « %(state)s »") % {"state": status})
    shape = text(columns.get(record.values, "shape")).removeprefix("SRID=4326;")
    geometry = shapely.from_wkt(shape, on_invalid="ignore") if shape else None
    if geometry is not None and geometry.geom_type == "Point":
        return Ignored(record.number, _("bâtiment connu par un point, sans emprise"))
    return Row(record.number, geometry, {"rnb_ids": ids}, key=f"rnb:{ids[0]}", insee_code=options.municipality)


SOURCE = Source(name="rnb", datasets=("buildings",), open=open_rnb, licence="Licence Ouverte 2.0 (RNB)")
