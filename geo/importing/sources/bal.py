"""A commune's own addresses (Base Adresse Locale 1.1 to 1.4): CSV, one line for each position of an address.

https://aitf-sig-topo.github.io/voies-adresses. An address may have several positions, an entrance and a letter box; the
number 99999 stands for a street or a hamlet that has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from geo.importing.columns import Columns
from geo.importing.files import Record, text_table, unpacked
from geo.importing.rows import Ignored, Row, Told
from geo.importing.sources.ban import SPELLINGS, address
from geo.importing.sources.reading import Contents, Options, Source, refuse_where, rows_of
from geo.importing.values import slug, text, whole

NAME = "bal"
OF_A_BAL = {
    **SPELLINGS,
    "id": ("cle_interop", "id_ban_adresse", "uid_adresse"),
    "number": ("numero",),
    "suffix": ("suffixe",),
    "street_name": ("voie_nom",),
    "insee_code": ("commune_insee",),
    "position": ("position",),
}
NO_NUMBER = 99999
#: Where people go in, before where it is looked for: first words of the specification's types, without accents.
POSITIONS = ("entree", "delivrance", "batiment", "cage", "logement", "parcelle", "segment", "service")


@contextmanager
def open_bal(path: Path, options: Options) -> Iterator[Contents]:
    """Open a CSV of addresses, each at the best of its positions."""
    refuse_where(options, NAME)
    with unpacked(path) as file:
        table = text_table(file, encoding=options.encoding)
        columns = Columns(OF_A_BAL, present=table.columns, mapping=options.mapping)
        columns.require("number", "street_name", "lon" if not columns.names["x"] else "x")
        ranks: dict[int | str, int] = {}
        rows = rows_of(table, lambda record: _address(record, columns, options, ranks))
        yield Contents(_at_their_best(rows, ranks))


def _address(record: Record, columns: Columns, options: Options, ranks: dict[int | str, int]) -> Told:
    """An address at one of its positions, whose rank is noted; streets and hamlets without numbers are none."""
    if whole(columns.get(record.values, "number")) == NO_NUMBER:
        return Ignored(record.number, _("voie ou lieu-dit sans numéro"))
    position = slug(text(columns.get(record.values, "position"))).partition("-")[0]
    ranks[record.number] = POSITIONS.index(position) if position in POSITIONS else len(POSITIONS)
    return address(record, columns, options, source=NAME)


def _at_their_best(rows: Iterable[Told], ranks: dict[int | str, int]) -> Iterator[Told]:
    """Keep one row for each address; the others are other positions of it, wherever they stand in the file."""
    best: dict[str, Row] = {}
    for row in rows:
        if not isinstance(row, Row) or not row.key or row.geometry is None:
            yield row
            continue
        other = best.get(row.key)
        if other is None or ranks[row.number] < ranks[other.number]:
            best[row.key] = row
            row = other
        if row is not None:
            yield Ignored(row.number, _("autre position d’une même adresse"))
    yield from sorted(best.values(), key=lambda row: row.number)


SOURCE = Source(name=NAME, datasets=("addresses",), open=open_bal, licence="Licence Ouverte 2.0 (Base Adresse Locale)")
