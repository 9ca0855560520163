"""Which column of a landlord's file says what, by the names that French files give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from geo.errors import InvalidParameter
from geo.wording import plain

#: As `plain` writes them; several columns may make up an address.
NAMES = {
    "address": (
        "adresse", "adresses", "adresse complete", "adresse postale", "adresse de l immeuble", "adresse immeuble",
        "adresse du batiment", "adresse de la residence", "n et voie", "no et voie", "numero et voie", "adresse 1",
    ),
    "number": ("n", "no", "num", "numero", "n de voie", "no de voie", "numero de voie", "n voie", "n de rue"),
    "suffix": ("indice", "indice de repetition", "suffixe", "bis ter", "rep"),
    "street_type": ("type de voie", "type voie", "nature de voie"),
    "street": ("voie", "rue", "nom de voie", "nom de la voie", "nom voie", "libelle de voie", "libelle voie"),
    "postcode": ("code postal", "cp", "c p", "codepostal", "code post"),
    "town": ("ville", "commune", "localite", "nom de la commune", "nom commune"),
    "landlord": (
        "bailleur", "proprietaire", "gestionnaire", "organisme", "societe", "syndic", "bailleur social",
        "nom du bailleur", "nom du proprietaire", "raison sociale", "maitre d ouvrage",
    ),
    "dwellings": (
        "nb logements", "nbre logements", "nombre de logements", "nombre logements", "logements", "nb de logements",
        "nb logts", "nb lgts", "nb logt", "lgts", "nbre de logements", "nb log",
    ),
    "name": (
        "residence", "nom", "nom de la residence", "nom residence", "programme", "nom du programme", "immeuble",
        "nom de l immeuble", "ensemble immobilier", "groupe",
    ),
}  # fmt: skip
PARTS_OF_ADDRESS = ("number", "suffix", "street_type", "street")
#: How like one of these (0 to 100) the name of a column must be: "adrese" is, "adresse du siège" is not.
LIKE = 85
SHORTEST_MISSPELT = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands, and on which line (from 1) the columns are named."""

    line: int
    of: dict[str, int]

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """Return what a line says of each; the parts of an address put together."""
        told = {meaning: cells[column] for meaning, column in self.of.items() if column < len(cells)}
        parts = " ".join(filter(None, (told.pop(part, "").strip() for part in PARTS_OF_ADDRESS)))
        return told if told.get("address", "").strip() else {**told, "address": parts}


def best_columns(records: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns of the first line that names most of them, an address among them; nothing where none does.

    Raise `InvalidParameter` where two columns of that line say the same.
    """
    lines = [(line, [_meaning(cell) for cell in cells]) for line, cells in enumerate(records, start=1)]
    named = [(line, meanings) for line, meanings in lines if {"address", "street"} & set(meanings)]
    if not named:
        return None
    line, meanings = max(named, key=lambda one: (len(set(one[1])), -one[0]))
    columns: dict[str, int] = {}
    for column, meaning in enumerate(meanings):
        if meaning in columns:
            names = {"one": records[line - 1][columns[meaning]].strip(), "other": records[line - 1][column].strip()}
            raise InvalidParameter(
                "file", _("Deux colonnes disent la même chose : « %(one)s » et « %(other)s ».") % names
            )
        if meaning:
            columns[meaning] = column
    return Columns(line, columns)


def _meaning(name: str) -> str:
    """What a column of this name says; nothing where it is none of ours."""
    written = plain(name)
    for meaning, names in NAMES.items():
        if written in names:
            return meaning
    if len(written) < SHORTEST_MISSPELT:
        return ""
    likeness = {meaning: max(fuzz.ratio(written, known) for known in names) for meaning, names in NAMES.items()}
    best = max(likeness, key=likeness.get)
    return best if likeness[best] >= LIKE else ""
