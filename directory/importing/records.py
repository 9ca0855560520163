"""Reads the lines of a table: compressed or not, in the encodings and with the separators found in France."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from directory.importing.rows import Unreadable
from geo.errors import Filled, ImportRefused

#: Characters of one value. The limit of `csv` is the whole process's, and geometries of places need a higher one.
LONGEST_VALUE = 131_072
#: Bytes of a file once unpacked: a department of SIRENE has 400 MB, and a bomb a thousand times what it weighs.
MOST_BYTES = 1 << 30
_BLOCK = 1 << 20
#: How a zip, a PDF and two formats of offices begin: whatever their names say, they are no text.
_NO_TEXT = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x89PNG")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table: where it ends in its file, and its values by column."""

    number: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table, as written, and its lines, those that cannot be read too."""

    columns: list[str]
    records: Iterator[Record | Unreadable]


def table_of(path: Path) -> Table:
    """Open a CSV file; raise `ImportRefused` for one that is none, empty, or without names of columns."""
    return table_in(text_of(path), path)


def table_in(text: str, path: Path) -> Table:
    """The same of a text at hand; `path` names it."""
    if not text.strip():
        raise ImportRefused(_("{path} : le fichier est vide."), path=path)
    lines = _lines(text, path)
    _end, header = next(lines)
    if header is None or any(len(name) > LONGEST_VALUE for name in header):
        raise ImportRefused(_("{path} : les noms des colonnes sont illisibles."), path=path)
    return Table(header, _records(header, lines))


def text_of(path: Path) -> str:
    """Return the file's text: UTF-8 or UTF-16 with or without its mark, else Windows' Latin-1."""
    try:
        content = _unpacked(path)
    except (OSError, EOFError, gzip.zlib.error) as error:
        raise ImportRefused(_("{path} : fichier illisible ({error})."), path=path, error=error) from error
    return text_in(content, path)


def text_in(content: bytes, path: Path) -> str:
    """The same of bytes at hand; `path` names them."""
    if content.startswith(_NO_TEXT):
        raise ImportRefused(_("{path} : ce n’est pas un fichier de texte. Un CSV est attendu."), path=path)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, unpacked as far as is reasonable: what weighs more is never held."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    content = bytearray()
    with opened(path, "rb") as file:
        while block := file.read(_BLOCK):
            content += block
            if len(content) > MOST_BYTES:
                most = MOST_BYTES >> 20
                words = _("{path} : plus de {most} Mo une fois décompressé. Coupez-le, par département par exemple.")
                raise ImportRefused(words, path=path, most=most)
    return bytes(content)


def _records(header: list[str], lines: Iterator[tuple[str, list[str] | None]]) -> Iterator[Record | Unreadable]:
    for number, values in lines:
        if values is None:
            yield Unreadable(number, _("valeur beaucoup trop longue"))
            continue
        if not any(value.strip() for value in values):
            continue
        if too_long := [rank for rank, value in enumerate(values) if len(value) > LONGEST_VALUE]:
            name = header[too_long[0]] if too_long[0] < len(header) else too_long[0] + 1
            yield Unreadable(number, Filled(_("valeur beaucoup trop longue, colonne « {name} »"), name=name))
        elif len(values) != len(header):
            counts = {"found": len(values), "expected": len(header)}
            yield Unreadable(number, Filled(_("{found} colonnes au lieu de {expected}"), **counts))
        else:
            yield Record(number, dict(zip(header, values, strict=True)))


def _lines(text: str, path: Path) -> Iterator[tuple[str, list[str] | None]]:
    """Yield the lines of a table, nothing for one beyond all measure, each with the number of its last line.

    A quote that is never closed swallows the rest of the file: such a file is refused, or all of that would be gone.
    """
    delimiter = _delimiter(text)
    taken: list[str] = []

    def remembered() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(remembered(), delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            values = None
        last = list(taken)
        taken.clear()
        if _is_cut_short(last, delimiter):
            words = _("{path} : un guillemet ouvert à la ligne {number} n’est jamais fermé ; rien n’a été lu.")
            raise ImportRefused(words, path=path, number=first)
        yield str(reader.line_num), values


def _is_cut_short(lines: list[str], delimiter: str) -> bool:
    """Whether these lines end inside a quoted value, which only the last of a file can do."""
    if sum(line.count('"') for line in lines) % 2 == 0:
        return False
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(";,\t|", key=header.count)
