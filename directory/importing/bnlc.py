"""The national base of carpool meeting places (*Base nationale des lieux de covoiturage*): car parks, stops, areas.

Columns: https://schema.data.gouv.fr/etalab/schema-lieux-covoiturage (0.2.8), and those that the national access point
adds (https://transport.data.gouv.fr). A file of a town is known by its own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from directory.importing.records import Record, table_of
from directory.importing.rows import Ignored, Row, Unreadable
from geo.errors import ImportRefused
from geo.importing.reprojection import in_france

NAME, LICENCE = "bnlc", "ODbL 1.0"
CATEGORY = "carpool_stop"
_NEEDED = ("nom_lieu", "insee", "ouvert", "Xlong", "Ylat")
_KEYS = ("id_lieu", "id_local")
_OPEN, _CLOSED = ("true", "1", "vrai", "oui"), ("false", "0", "faux", "non")
#: Digits of a degree that two rows share where they are one place: about a metre.
_SAME = 5


def rows(path: Path) -> Iterator[Row | Ignored | Unreadable]:
    """Yield a row for each place; those that are closed, and the second of two at one point, are left out."""
    table = table_of(path)
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing or not set(_KEYS) & set(table.columns):
        words = _("{path} : ce n’est pas un fichier de la BNLC, il manque la colonne « {name} ».")
        raise ImportRefused(words, path=path, name=next(iter(missing), _KEYS[0]))
    points: set[tuple[float, float]] = set()
    for record in table.records:
        row = record if isinstance(record, Unreadable) else _row(record)
        if isinstance(row, Row):
            point = (round(row.longitude, _SAME), round(row.latitude, _SAME))
            if point in points:
                row = Ignored(row.number, _("au même point qu’une ligne plus haut"))
            points.add(point)
        yield row


def _row(record: Record) -> Row | Ignored | Unreadable:
    told = {name: text.strip() for name, text in record.values.items()}
    key = next((told[name] for name in _KEYS if told.get(name)), "")
    if not key:
        return Unreadable(record.number, _("identifiant absent"))
    if told["ouvert"].lower() in _CLOSED:
        return Ignored(record.number, _("lieu fermé"))
    if told["ouvert"].lower() not in _OPEN:
        return Unreadable(record.number, _("« ouvert » ne dit ni oui ni non"), key)
    if not told["nom_lieu"]:
        return Unreadable(record.number, _("sans nom"), key)
    try:
        longitude, latitude = _point(told)
    except ValueError:
        return Unreadable(record.number, _("coordonnées illisibles"), key)
    fields = {
        "name": told["nom_lieu"],
        "category": CATEGORY,
        "address": told.get("ad_lieu", ""),
        "insee_code": told["insee"],
        "opening_hours": told.get("horaires", ""),
    }
    fields = {name: text for name, text in fields.items() if text}
    return Row(number=record.number, key=key, fields=fields, longitude=longitude, latitude=latitude)


def _point(told: Mapping[str, str]) -> tuple[float, float]:
    """Longitude and latitude, in degrees; raise `ValueError` for what is none, or not in France."""
    longitude, latitude = (float(told[name].replace(",", ".")) for name in ("Xlong", "Ylat"))
    if not in_france(np.array([[longitude, latitude, longitude, latitude]])).all():
        raise ValueError
    return longitude, latitude
