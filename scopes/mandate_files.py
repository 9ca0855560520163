"""Reads the file in which a landlord, an agent or an operator lists its buildings: CSV or XLSX, as such files are."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import InvalidParameter
from geo.texts import legible
from scopes.mandate_columns import Columns, best_columns

#: Bytes of the file, and of a spreadsheet once unpacked.
MOST_BYTES, MOST_UNPACKED = 2_000_000, 40_000_000
#: Filled lines under the names of the columns, and the columns, characters of a cell and addresses of a line.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL, MOST_ADDRESSES = 5_000, 60, 1_000, 50
#: The names of the columns are looked for in the first lines: titles and dates may stand above.
HEADER_LINES = 20
#: Most dwellings that one line can list: more is a mistake of column.
MOST_DWELLINGS = 20_000
XLSX, OLD_EXCEL, UTF_16 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")
_BEGINS_WITH_POSTCODE = re.compile(r"\d{5}\b")
#: A line break, a semicolon, or a slash after a word and before a number: "12/14 rue Haute" is one address.
_BETWEEN_ADDRESSES = re.compile(r"[\n\r;|]+|(?<=[^\W\d])\s*/\s*(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u202f\xa0](?=\d{3}\b)")
#: Spreadsheets take 01000 for a number.
_WITHOUT_ITS_ZERO = re.compile(r"\d{4}")
#: What a damaged, encrypted or foreign archive makes `zipfile` and `openpyxl` raise; they promise no one error.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ArithmeticError, AttributeError, EOFError, LookupError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip

Cells = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRow:
    """One line of the file, in its own words."""

    #: As a spreadsheet numbers it, from 1; a line of text with line breaks in a cell counts once.
    line: int
    landlord: str = ""
    #: One for each line of the cell; none where it is empty.
    addresses: tuple[str, ...]
    postcode: str = ""
    town: str = ""
    #: Dwellings of all its addresses together.
    dwellings: int | None = None
    #: What the file calls the residence.
    name: str = ""
    #: What could not be read of this line, for its reader.
    remarks: tuple[str, ...] = ()


def rows_of(content: bytes) -> list[MandateRow]:
    """Return the lines of an uploaded file; raise `InvalidParameter` naming the line or column that cannot be read."""
    if not content.strip():
        raise InvalidParameter("file", _("Ce fichier est vide."))
    if len(content) > MOST_BYTES:
        raise InvalidParameter("file", _("Au plus %(most)d Mo.") % {"most": MOST_BYTES // 1_000_000})
    if content.startswith(OLD_EXCEL):
        raise InvalidParameter("file", _("Enregistrez ce classeur au format .xlsx ou CSV."))
    records, columns = _sheet(content) if content.startswith(XLSX) else _text(content)
    filled = [row for line, cells in records if line > columns.line and (row := _row(line, cells, columns))]
    if not filled:
        raise InvalidParameter("file", _("Aucune ligne sous les noms de colonnes."))
    return filled


def _text(content: bytes) -> tuple[list[tuple[int, Cells]], Columns]:
    """Records of a CSV file, with the separator under which most columns are known."""
    text = _decoded(content)
    tries = {mark: list(islice(csv.reader(_lines(text), delimiter=mark), HEADER_LINES)) for mark in ";,\t"}
    found = {mark: best_columns(records) for mark, records in tries.items()}
    mark = max(found, key=lambda mark: len(found[mark].of) if found[mark] else 0)
    reader = csv.reader(_lines(text), delimiter=mark, strict=True)
    try:
        records = list(_limited(enumerate(reader, start=1)))
    except csv.Error as error:
        where = {"line": reader.line_num}
        raise InvalidParameter("file", _("Ligne %(line)d : guillemets mal fermés.") % where) from error
    return records, _known(found[mark])


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


def _decoded(content: bytes) -> str:
    """Text as Excel and the others write it: UTF-8 with or without a mark, UTF-16, else the Windows code page."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidParameter("file", _("Ce n’est ni un CSV ni un classeur .xlsx lisible."))


def _sheet(content: bytes) -> tuple[list[tuple[int, Cells]], Columns]:
    """Records of the first sheet of a workbook in which an address column is found."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # `zipfile` reads no member beyond the size it declares.
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise InvalidParameter("file", _("Ce classeur est trop gros une fois ouvert."))
        return _first_sheet(load_workbook(io.BytesIO(content), read_only=True, data_only=True))
    except _BROKEN as error:
        raise InvalidParameter("file", _("Ce n’est ni un CSV ni un classeur .xlsx lisible.")) from error


def _first_sheet(book: Workbook) -> tuple[list[tuple[int, Cells]], Columns]:
    """Read its sheets, one line at a time, until one names an address column."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what it declares may be wrong
        values = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        records = list(_limited((line, list(map(_as_text, row))) for line, row in enumerate(values, start=1)))
        if columns := best_columns([cells for _line, cells in records[:HEADER_LINES]]):
            return records, columns
    return [], _known(None)


def _as_text(value: object) -> str:
    """What a cell shows: 24, not 24.0."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _known(columns: Columns | None) -> Columns:
    if columns is None:
        raise InvalidParameter(
            "file", _("Aucune colonne d’adresses : nommez-en une « adresse », ou deux « numéro » et « voie ».")
        )
    return columns


def _limited(records: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """The same, until there is too much of it."""
    filled = 0
    for line, cells in records:
        if line > 10 * MOST_ROWS or (filled := filled + any(map(str.strip, cells))) > MOST_ROWS + HEADER_LINES:
            raise InvalidParameter("file", _("Au plus %(most)d lignes.") % {"most": MOST_ROWS})
        where = {"line": line, "most": MOST_COLUMNS}
        if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
            raise InvalidParameter("file", _("Ligne %(line)d : au plus %(most)d colonnes.") % where)
        for rank, cell in enumerate(cells, start=1):
            if len(cell) > LONGEST_CELL:
                where = {"line": line, "column": rank, "most": LONGEST_CELL}
                raise InvalidParameter(
                    "file", _("Ligne %(line)d, colonne %(column)d : au plus %(most)d caractères.") % where
                )
        yield line, cells


def _row(line: int, cells: Cells, columns: Columns) -> MandateRow | None:
    """What a line says; nothing of one that is blank."""
    if not any(cell.strip() for cell in cells):
        return None
    told = columns.read(cells)
    addresses = _addresses(told.get("address", ""))
    if len(addresses) > MOST_ADDRESSES:
        where = {"line": line, "most": MOST_ADDRESSES}
        raise InvalidParameter("file", _("Ligne %(line)d : au plus %(most)d adresses.") % where)
    dwellings, remarks = _dwellings(told.get("dwellings", ""))
    one_line = {name: legible(told.get(name, "")) for name in ("landlord", "postcode", "town", "name")}
    if _WITHOUT_ITS_ZERO.fullmatch(one_line["postcode"]):
        one_line["postcode"] = f"0{one_line['postcode']}"
    return MandateRow(
        line=line,
        addresses=addresses,
        dwellings=dwellings,
        remarks=remarks,
        **one_line,
    )


def _addresses(cell: str) -> tuple[str, ...]:
    """The addresses of a cell, one a line or between semicolons; a line with a postcode goes with the one before it."""
    addresses: list[str] = []
    for line in filter(None, map(legible, _BETWEEN_ADDRESSES.split(cell))):
        if addresses and _BEGINS_WITH_POSTCODE.match(line):
            addresses[-1] = f"{addresses[-1]}, {line}"
        else:
            addresses.append(line)
    return tuple(addresses)


def _dwellings(cell: str) -> tuple[int | None, tuple[str, ...]]:
    """The number of dwellings, added up where a cell has several; and what is said of one that cannot be read."""
    numbers = [int(number) for number in re.findall(r"\d+", _THOUSANDS.sub("", re.sub(r"[.,]0+\b", "", cell)))]
    if numbers and sum(numbers) <= MOST_DWELLINGS:
        return sum(numbers), ()
    if not cell.strip():
        return None, ()
    return None, (_("nombre de logements illisible : « %(cell)s »") % {"cell": legible(cell)[:40]},)
