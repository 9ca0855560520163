"""The national register of associations (RNA, files "waldec"): active ones, at their commune.

Columns: https://www.data.gouv.fr/datasets/repertoire-national-des-associations. A seat is often the home of an officer:
the street, the manager's address, telephones and mail addresses are not even handed on. Moselle, Bas-Rhin and Haut-Rhin
keep registers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from directory.categories import category_of_social_objects
from directory.importing import cleaning
from directory.importing.records import Record, table_of
from directory.importing.rows import Ignored, Row, Unreadable
from directory.words import plain
from geo.errors import ImportRefused

NAME, LICENCE = "rna", "Licence Ouverte 2.0"
_NEEDED = ("id", "titre", "adrs_codeinsee", "position")
#: What the register writes where it has no date.
_NO_DATE = ("", "0001-01-01")
_ACTIVE = "A"


def rows(path: Path) -> Iterator[Row | Ignored | Unreadable]:
    """Yield a row for each association; those that are dissolved or struck off are left out."""
    table = table_of(path)
    if missing := [name for name in _NEEDED if name not in table.columns]:
        words = _("{path} : ce n’est pas un fichier du RNA, il manque la colonne « {name} ».")
        raise ImportRefused(words, path=path, name=missing[0])
    for record in table.records:
        yield record if isinstance(record, Unreadable) else _row(record)


def _row(record: Record) -> Row | Ignored | Unreadable:
    told = {name: text.strip() for name, text in record.values.items()}
    key = cleaning.rna(told["id"])
    if not key:
        return Unreadable(record.number, _("numéro RNA illisible"))
    if told["position"] != _ACTIVE or told.get("date_disso", "") not in _NO_DATE:
        return Ignored(record.number, _("association dissoute ou radiée"))
    fields = {
        "name": told["titre"] or told.get("titre_court", ""),
        "rna": key,
        "siret": told.get("siret", ""),
        "insee_code": told["adrs_codeinsee"],
        "postcode": told.get("adrs_codepostal", ""),
        "category": category_of_social_objects(told.get("objet_social1", ""), told.get("objet_social2", "")).code,
        "website": told.get("siteweb", "") if told.get("publiweb") == "1" else "",
        "description": _purpose(told),
    }
    return Row(number=record.number, key=key, fields={name: text for name, text in fields.items() if text})


def _purpose(told: Mapping[str, str]) -> str:
    """What it is for, unless that names the street of the seat."""
    purpose, street = told.get("objet", ""), plain(told.get("adrs_libvoie", ""))
    return "" if len(street) > 2 and street in plain(purpose) else purpose
