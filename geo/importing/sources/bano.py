"""BANO, addresses put together by OpenStreetMap France (https://bano.openstreetmap.fr/data): CSV without a header."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.importing.columns import Columns
from geo.importing.files import Record, text_table, unpacked
from geo.importing.rows import Rejected, Row
from geo.importing.sources.ban import SPELLINGS, address
from geo.importing.sources.reading import Contents, Options, Source, refuse_where, rows_of
from geo.importing.values import text

NAME = "bano"
COLUMNS = ("id", "numero", "nom_voie", "code_postal", "nom_commune", "source", "lat", "lon", "code_insee")


@contextmanager
def open_bano(path: Path, options: Options) -> Iterator[Contents]:
    """Open a CSV whose columns are known by their order; the id begins with the code of the commune."""
    refuse_where(options, NAME)
    if options.mapping:
        words = _("--map ne s’applique pas à la source %(source)s : ses colonnes n’ont pas de nom.")
        raise InvalidParameter("map", words % {"source": NAME})
    with unpacked(path) as file:
        table = text_table(file, encoding=options.encoding, columns=COLUMNS[:-1])
        columns = Columns(SPELLINGS, present=COLUMNS, mapping={})

        yield Contents(rows_of(table, lambda record: _address(record, columns, options)))


def _address(record: Record, columns: Columns, options: Options) -> Row | Rejected:
    values = record.values | {"code_insee": text(record.values.get("id"))[:5]}
    return address(replace(record, values=values), columns, options, source=NAME)


SOURCE = Source(name=NAME, datasets=("addresses",), open=open_bano, licence="ODbL 1.0 (© OpenStreetMap)")
