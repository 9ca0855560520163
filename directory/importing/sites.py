"""Reads sites of one's own for an analysis of coverage: a CSV or GeoJSON file, or typed lines; nothing of it is kept.

Each row that cannot be counted is named with its reason, and takes no other with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.importing import tables
from directory.importing.records import Record, table_in, text_in
from directory.importing.rows import Row, Unreadable
from directory.importing.site_places import located
from directory.own_sites import LONGEST_NAME, MOST, OwnSites, name_of_file, short_name
from directory.proposed_sites import Site
from geo.errors import ImportRefused
from geo.importing.values import decimal
from geo.models import Municipality
from geo.texts import legible

#: Bytes of a file, and rows that are read of it: those of a department, of which a town is looked at.
MOST_BYTES, MOST_ROWS = 5_000_000, 20_000
#: Rows of one reason that are named; the count says how many there are in all.
NAMED = 20
#: Usual names of columns, beside those of listings: plane coordinates, and both coordinates in one column.
ALIASES = {
    **{name: tables.ALIASES[name] for name in ("address", "housenumber", "street", "postcode")},
    "name": (*tables.ALIASES["name"], "enseigne", "etablissement", "nom etablissement", "nom de l etablissement",
             "nom du lieu", "equipement", "nom equipement", "appellation officielle", "intitule"),
    "city": ("city", "ville", "commune", "nom commune", "libelle commune", "addr city"),
    "longitude": (*tables.ALIASES["longitude"], "x wgs84", "x", "coord x", "coordx", "x l93", "x lambert93",
                  "x lambert 93", "coordonnee x", "coordonneelambertabscisseetablissement"),
    "latitude": (*tables.ALIASES["latitude"], "y wgs84", "y", "coord y", "coordy", "y l93", "y lambert93",
                 "y lambert 93", "coordonnee y", "coordonneelambertordonneeetablissement"),
    "point": ("geo point 2d", "geo point", "geopoint", "geolocalisation", "coordonnees", "coordonnees geographiques",
              "coordonnees gps", "position", "latlon", "lat lon", "latlong", "lat long", "location coordinates"),
}  # fmt: skip
COLUMNS = tables.Columns(aliases=ALIASES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSites:
    """The sites of a list, and what became of its other rows."""

    own: OwnSites
    #: Reason -> numbers of the rows: lines of a table, ranks of features.
    left_out: dict[str, list[str]]
    #: What should be known of how they were read.
    notes: tuple[str, ...]


def read_file(content: bytes, *, file_name: str, town: Municipality) -> ReadSites:
    """Read the sites of a file; raise `ImportRefused` where none can be counted, or all of it is none."""
    name = legible(file_name)[:LONGEST_NAME] or _("fichier")
    if len(content) > MOST_BYTES:
        raise ImportRefused(_("{path} : plus de {most} Mo."), path=name, most=MOST_BYTES // 1_000_000)
    text = text_in(content, Path(name))
    return _read(_rows(text, name), name=name_of_file(name), path=name, town=town)


def read_lines(text: str, *, name: str, town: Municipality, left_out: int = 0) -> ReadSites:
    """Read typed lines, or a pasted table or GeoJSON; `left_out` others of the list were not counted before.

    A typed line is an address, or latitude and longitude, after a name and a semicolon if wanted.
    """
    path = _("Votre liste")
    if len(text) > MOST_BYTES:
        raise ImportRefused(_("{path} : plus de {most} Mo."), path=path, most=MOST_BYTES // 1_000_000)
    rows = _rows(text, path) if _is_file(text) else _typed(text)
    return _read(rows, name=short_name(name), path=path, town=town, before=left_out)


def _read(rows: Iterable[Row | Unreadable], *, name: str, path: str, town: Municipality, before: int = 0) -> ReadSites:
    told = list(islice(rows, MOST_ROWS + 1))
    if len(told) > MOST_ROWS:
        raise ImportRefused(_("{path} : plus de {most} lignes."), path=path, most=MOST_ROWS)
    left_out: dict[str, list[str]] = defaultdict(list)
    for row in told:
        if isinstance(row, Unreadable):
            left_out[row.reason].append(row.number)
    readable = [row for row in told if isinstance(row, Row)]
    places, notes = located(readable, town=town, path=path)
    counted = _counted(readable, places, left_out)
    if not counted:
        raise _nothing(path, left_out)
    if len(counted) > MOST:
        raise ImportRefused(_("{path} : plus de {most} lieux."), path=path, most=MOST)
    own = OwnSites(
        name=name or _("Lieux donnés"),
        places=tuple(place for place, _name in counted),
        names=tuple(name for _place, name in counted),
        left_out=before + sum(map(len, left_out.values())),
    )
    return ReadSites(own=own, left_out=_in_order(left_out), notes=tuple(notes))


def _counted(rows: list[Row], places: list[Site | str], left_out: dict[str, list[str]]) -> list[tuple[Site, str]]:
    """Each place with its name, once; the others are added to those left out."""
    counted: dict[tuple[Site, str], None] = {}
    for row, place in zip(rows, places, strict=True):
        if isinstance(place, str):
            left_out[place].append(_told_apart(row))
        elif (place, _name(row)) in counted:
            left_out[_("déjà dans la liste")].append(row.number)
        else:
            counted[place, _name(row)] = None
    return list(counted)


def _in_order(left_out: dict[str, list[str]]) -> dict[str, list[str]]:
    """Reasons in the order of the first row of each."""
    return dict(sorted(left_out.items(), key=lambda told: int(told[1][0].split()[0])))


def said(reason: str, rows: list[str]) -> str:
    """Name the rows of one reason: "ligne 3 : coordonnées illisibles"."""
    words = ngettext("ligne %(rows)s : %(reason)s", "lignes %(rows)s : %(reason)s", len(rows))
    named = ", ".join(rows[:NAMED])
    if len(rows) > NAMED:
        named = _("%(rows)s et %(number)d autres") % {"rows": named, "number": len(rows) - NAMED}
    return words % {"rows": named, "reason": reason}


def _nothing(path: str, left_out: dict[str, list[str]]) -> ImportRefused:
    if not left_out:
        return ImportRefused(_("{path} : aucun lieu."), path=path)
    why = " · ".join(said(reason, rows) for reason, rows in _in_order(left_out).items())
    return ImportRefused(_("{path} : aucun lieu ne peut être compté ({why})."), path=path, why=why)


def _is_file(text: str) -> bool:
    """Whether lines are GeoJSON, or a table whose header says where things are: a line with coordinates is none."""
    first = text.strip().partition("\n")[0]
    if _with_coordinates("1", first):
        return False
    with suppress(ImportRefused):
        return first.startswith("{") or _says_where(COLUMNS.of(table_in(first, Path()).columns, Path()))
    return False


def _says_where(fields: dict[str, str]) -> bool:
    return {"longitude", "latitude"} <= fields.keys() or bool({"point", "address", "street"} & fields.keys())


def _rows(text: str, path: str) -> Iterator[Row | Unreadable]:
    if text.lstrip().startswith("{"):
        return tables.geojson_in(text, Path(path), COLUMNS)
    table = table_in(text, Path(path))
    fields = COLUMNS.of(table.columns, Path(path))
    if not _says_where(fields):
        words = _("{path} : aucune colonne latitude et longitude, x et y, ou adresse. Il y a : {known}.")
        raise ImportRefused(words, path=path, known=", ".join(map(legible, table.columns))[:200])
    return (
        tables.row_of(one.number, one.values, fields, point=None) if isinstance(one, Record) else one
        for one in table.records
    )


def _typed(text: str) -> Iterator[Row | Unreadable]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _with_coordinates(str(number), line) or _with_address(str(number), line)


def _with_coordinates(number: str, line: str) -> Row | None:
    """A line that ends by latitude and longitude; with commas between them where both have decimal points."""
    for separator in (";", "\t", ","):
        *name, latitude, longitude = ["", *line.rsplit(separator, 2)][-3:]
        if separator == "," and not ("." in latitude and "." in longitude):
            continue
        with suppress(ValueError):
            told = {"latitude": decimal(latitude), "longitude": decimal(longitude)}
            if None not in told.values():
                return Row(number=number, fields={"name": "".join(name)}, **told)
    return None


def _with_address(number: str, line: str) -> Row:
    name, _semicolon, address = line.rpartition(";")
    return Row(number=number, fields={"name": name or address, "address": address})


def _told_apart(row: Row) -> str:
    """The number of a row, and its address where that is what it is placed by."""
    address = legible(row.fields.get("address", ""))[:LONGEST_NAME]
    if not address or row.longitude is not None:
        return row.number
    return _("%(row)s (« %(address)s »)") % {"row": row.number, "address": address}


def _name(row: Row) -> str:
    return short_name(row.fields.get("name", "") or row.fields.get("address", ""))
