"""The register of establishments (SIRENE, StockEtablissement): open ones, where the register knows the door.

Columns: https://www.sirene.fr/sirene/public/variable/index. One row has all that is needed: what INSEE publishes as the
file of establishments, joined by SIRET with that of their coordinates and with `categorieJuridiqueUniteLegale`. Whose
legal category is not told may be a natural person, and is taken for one (`directory.premises`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from directory.categories import category_of_naf
from directory.importing.records import Record, table_of
from directory.importing.rows import Ignored, Row, Unreadable
from directory.premises import NATURAL_PERSON, is_a_persons_own_name
from geo.codes import department_of
from geo.errors import ImportRefused
from geo.importing.reprojection import in_france, to_wgs84
from geo.importing.sources.ban import LOCAL_SYSTEMS

NAME, LICENCE = "sirene", "Licence Ouverte 2.0"
_NEEDED = ("siret", "etatAdministratifEtablissement", "activitePrincipaleEtablissement", "codeCommuneEtablissement")
_OPEN, _DIFFUSIBLE, _HIDDEN = "A", "O", "[ND]"
#: Qualities of a position at a number: the others lie anywhere in the street (12, 22) or in the commune (33).
_AT_A_NUMBER = ("", "11", "21")
_SIGNS = ("enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement")
_NAMES = ("denominationUsuelleEtablissement", "denominationUniteLegale")
_OF_THE_PERSON = (
    "nomUniteLegale", "nomUsageUniteLegale", "prenomUsuelUniteLegale", "prenom1UniteLegale", "prenom2UniteLegale",
    "prenom3UniteLegale", "prenom4UniteLegale", "pseudonymeUniteLegale",
)  # fmt: skip
_STREET = ("indiceRepetitionEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement")
#: Pairs of columns with a position, the surest first, and the system they are in; "" is told by the row's own `epsg`, a
#: dash by its department.
_POSITIONS = (
    ("x_longitude", "y_latitude", "EPSG:4326"),
    ("longitude", "latitude", "EPSG:4326"),
    ("x", "y", ""),
    ("coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement", "-"),
)
_LAMBERT_93 = "EPSG:2154"
_SYSTEMS = {_LAMBERT_93, *LOCAL_SYSTEMS.values()}


def rows(path: Path) -> Iterator[Row | Ignored | Unreadable]:
    """Yield a row for each establishment; closed ones, and those that are not for the public, are left out."""
    table = table_of(path)
    if missing := [name for name in _NEEDED if name not in table.columns]:
        words = _("{path} : ce n’est pas un fichier des établissements de SIRENE, il manque la colonne « {name} ».")
        raise ImportRefused(words, path=path, name=missing[0])
    for record in table.records:
        yield record if isinstance(record, Unreadable) else _row(record)


def _row(record: Record) -> Row | Ignored | Unreadable:
    told = {name: "" if text.strip() == _HIDDEN else text.strip() for name, text in record.values.items()}
    if not told["siret"]:
        return Unreadable(record.number, _("SIRET absent"))
    if told["etatAdministratifEtablissement"] != _OPEN:
        return Ignored(record.number, _("établissement fermé"))
    if told.get("statutDiffusionEtablissement", _DIFFUSIBLE) != _DIFFUSIBLE:
        return Ignored(record.number, _("non diffusible : son titulaire s’y oppose"))
    if category_of_naf(told["activitePrincipaleEtablissement"]) is None:
        return Ignored(record.number, _("activité que l’annuaire ne montre pas"))
    try:
        point = _point(told)
    except ValueError:
        return Unreadable(record.number, _("coordonnées illisibles"), told["siret"])
    fields = {
        "name": next((told[name] for name in _NAMES if told.get(name)), ""),
        "sign": _sign(told),
        "naf": told["activitePrincipaleEtablissement"],
        "siret": told["siret"],
        "legal_category": _legal_category(told),
        "housenumber": told.get("numeroVoieEtablissement", ""),
        "street": " ".join(filter(None, (told.get(name, "") for name in _STREET))),
        "postcode": told.get("codePostalEtablissement", ""),
        "insee_code": told["codeCommuneEtablissement"],
    }
    longitude, latitude = point or (None, None)
    return Row(
        number=record.number,
        key=told["siret"],
        fields={name: text for name, text in fields.items() if text},
        longitude=longitude,
        latitude=latitude,
    )


def _sign(told: Mapping[str, str]) -> str:
    """The first shop sign that is not the very name of the person whose shop it is."""
    signs = (told[name] for name in _SIGNS if told.get(name))
    if _legal_category(told) != NATURAL_PERSON:
        return next(signs, "")
    own = " ".join(told.get(name, "") for name in _OF_THE_PERSON)
    return next((sign for sign in signs if not is_a_persons_own_name(sign, own)), "")


def _legal_category(told: Mapping[str, str]) -> str:
    return told.get("categorieJuridiqueUniteLegale") or NATURAL_PERSON


def _point(told: Mapping[str, str]) -> tuple[float, float] | None:
    """Where the register places the door, each row in its own system; raise `ValueError` for what is no position."""
    if told.get("qualite_xy", "") not in _AT_A_NUMBER:
        return None
    for across, up, system in _POSITIONS:
        x, y = told.get(across, ""), told.get(up, "")
        if x and y:
            return _in_degrees(_number(x), _number(y), _system(told, system))
    return None


def _system(told: Mapping[str, str], system: str) -> str:
    if system == "":
        system = f"EPSG:{told['epsg']}" if told.get("epsg") else "-"
    if system == "-":
        system = LOCAL_SYSTEMS.get(department_of(told["codeCommuneEtablissement"]), _LAMBERT_93)
    if system not in (*_SYSTEMS, "EPSG:4326"):
        raise ValueError(system)
    return system


def _in_degrees(x: float, y: float, system: str) -> tuple[float, float]:
    transformer = to_wgs84(system)
    longitude, latitude = transformer.transform(x, y) if transformer else (x, y)
    if not in_france(np.array([[longitude, latitude, longitude, latitude]])).all():
        raise ValueError(system)
    return longitude, latitude


def _number(text: str) -> float:
    return float(text.replace(",", "."))
