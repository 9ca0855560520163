"""Imports files: picks the reader by the name of the file, and the name of the dataset by that of the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from directory.importing import bnlc, osm, rna, sirene, tables
from directory.importing.drafting import CategoryChoice, Draft, draft
from directory.importing.report import Report
from directory.importing.rows import Ignored, Row, Unreadable
from directory.importing.running import import_drafts
from directory.models import ListingImport
from geo.errors import ImportRefused, InvalidParameter

#: Decides whether a row is wanted.
Filter = Callable[[Row], bool]
#: Registers that are read in a format of their own, by the name of the source.
REGISTERS = {one.NAME: one for one in (bnlc, rna, sirene)}


def import_files(
    paths: Sequence[Path],
    *,
    source: str,
    dataset: str = "",
    licence: str = "",
    columns: tables.Columns | None = None,
    choice: CategoryChoice | None = None,
    wanted: Filter | None = None,
    municipality: str = "",
    dry_run: bool = False,
) -> Report:
    """Import the listings of these files as one dataset; raise `ImportRefused` when one cannot be read at all."""
    dataset = dataset or dataset_of(paths)
    if source in REGISTERS:
        if columns and columns.mapped:
            words = _("--map ne s’applique pas à la source {source} : ses colonnes sont connues.")
            raise InvalidParameter("map", words.format(source=source))
        licence = licence or REGISTERS[source].LICENCE
    check_names(source=source, dataset=dataset, licence=licence)
    rows = _rows(paths, columns or tables.Columns(), source)
    drafts = _drafts(rows, choice or CategoryChoice(), wanted)
    return import_drafts(
        drafts,
        source=source,
        dataset=dataset,
        licence=licence,
        municipality=municipality,
        dry_run=dry_run,
    )


def check_names(**names: str) -> None:
    """Refuse a source without a name, and names that are too long to be stored."""
    if not names["source"].strip():
        raise InvalidParameter("source", _("Ce nom est obligatoire."))
    for name, text in names.items():
        most = ListingImport._meta.get_field(name).max_length
        if len(text) > most or not text.isprintable():
            raise InvalidParameter(name, _("Au plus %(most)d caractères.") % {"most": most})


def dataset_of(paths: Sequence[Path]) -> str:
    """Name the dataset after its files without vintage: `monaco-2023-12-26.osm.pbf` is the next `monaco`.

    >>> dataset_of([Path("monaco-2023-12-26.osm.pbf")])
    'monaco'
    """
    stems = (re.sub(r"[\W_]*\d{4}([-_]?\d{2}){0,2}(?!\d)", "", path.name.split(".")[0]) for path in paths)
    return "+".join(dict.fromkeys(stem or "listings" for stem in stems))[:60]


def _rows(paths: Sequence[Path], columns: tables.Columns, source: str) -> Iterator[Row | Ignored | Unreadable]:
    for path in paths:
        if not path.is_file():
            raise ImportRefused(_("{path} : ce fichier n'existe pas."), path=path)
        if source in REGISTERS and path.name.lower().endswith(tables.TABLES):
            yield from REGISTERS[source].rows(path)
        elif osm.reads(path):
            yield from osm.rows(path)
        elif path.name.lower().endswith(tables.SUFFIXES):
            yield from tables.rows(path, columns)
        else:
            raise ImportRefused(_("{path} : ni extrait OSM, ni CSV, ni GeoJSON."), path=path)


def _drafts(
    rows: Iterable[Row | Ignored | Unreadable], choice: CategoryChoice, wanted: Filter | None
) -> Iterator[Draft | Ignored | Unreadable]:
    for row in rows:
        if not isinstance(row, Row):
            yield row
        elif wanted is None or wanted(row):
            try:
                yield draft(row, choice)
            except Unreadable as refusal:
                yield refusal


def parse_where(conditions: Sequence[str]) -> Filter | None:
    """Read `--where FIELD=VALUE` and `FIELD!=VALUE`, all of which must hold; of fields, OSM tags and columns."""
    tests = []
    for condition in conditions:
        parsed = re.fullmatch(r"([^=!]+)(!?=)(.*)", condition)
        if not parsed:
            raise InvalidParameter("where", _("Attendu : CHAMP=VALEUR ou CHAMP!=VALEUR."))
        name, sign, value = parsed.groups()
        tests.append((name.strip(), sign == "=", value.strip()))
    if not tests:
        return None
    return lambda row: all(((row.columns | row.tags | row.fields).get(n, "") == v) is equal for n, equal, v in tests)
