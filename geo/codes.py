"""Official codes of French communes, and what can be read off them: department, and city of an arrondissement."""

from __future__ import annotations

import re

#: Monaco in the Code officiel géographique, "pays et territoires étrangers"; it is no French commune.
MONACO = "99138"
INSEE_CODE = re.compile(r"\d[\dAB]\d{3}")
POSTCODE = re.compile(r"\d{5}")

#: Codes of municipal arrondissements begin so; they belong to these communes (Code officiel géographique, type ARM).
CITY_OF_ARRONDISSEMENTS = {"751": "75056", "6938": "69123", "132": "13055"}


def department_of(insee_code: str) -> str:
    """Department of a commune, arrondissement or department code: `2A`, `44`, `974`, `99` for Monaco."""
    return insee_code[:3] if insee_code[:2] in ("97", "98") else insee_code[:2]


def city_of(insee_code: str) -> str:
    """Commune of an arrondissement of Paris, Lyon or Marseille; any other code is returned as it is."""
    for prefix, city in CITY_OF_ARRONDISSEMENTS.items():
        if insee_code.startswith(prefix) and len(insee_code) == 5:
            return city
    return insee_code
