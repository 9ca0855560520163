"""Buildings of the cadastre, as Etalab gives them: GeoJSON in WGS 84, a file for each commune.

https://cadastre.data.gouv.fr/datasets/cadastre-etalab. They have no identity of their own (`geo.importing.identity`)
and no dwellings; a light construction (type 02: shed, open hall, pool) is nobody's home.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from geo.importing.columns import Columns
from geo.importing.files import Record, unpacked, vector_layer
from geo.importing.rows import Ignored, Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, rows_of
from geo.importing.values import code, text

SPELLINGS = {"type": ("type",), "name": ("nom",), "insee_code": ("commune",)}
HARD, LIGHT = "01", "02"


@contextmanager
def open_cadastre(path: Path, options: Options) -> Iterator[Contents]:
    """Open the buildings of a commune."""
    with unpacked(path) as file:
        layer = vector_layer(file, layer=options.layer, where=options.where, encoding=options.encoding, crs=options.crs)
        columns = Columns(SPELLINGS, present=layer.columns, mapping=options.mapping)
        columns.require("type")
        rows = rows_of(layer, lambda record: _building(record, columns, options))
        yield Contents(rows, layer.crs, layer.total)


def _building(record: Record, columns: Columns, options: Options) -> Row | Rejected | Ignored:
    kind = code(columns.get(record.values, "type")).zfill(2)
    if kind == LIGHT:
        return Ignored(record.number, _("construction légère"))
    if kind != HARD:
        return Rejected(record.number, _("type de bâtiment inconnu : %(type)s") % {"type": kind})
    attributes = {"name": text(columns.get(record.values, "name"))}
    return Row(record.number, record.geometry, attributes, insee_code=insee_code_of(record, columns, options))


SOURCE = Source(name="cadastre", datasets=("buildings",), open=open_cadastre, licence="Licence Ouverte 2.0 (DGFiP)")
