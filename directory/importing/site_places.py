"""Where the rows of a list of sites are: by their coordinates, whatever system these are in, else by their address."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.coverage import within_reach
from directory.importing.rows import Row
from directory.own_sites import DIGITS
from directory.proposed_sites import COORDINATES, Site, place_of
from geo.errors import ImportRefused, InvalidParameter
from geo.housing import Housing, housing_of
from geo.importing.reprojection import USUAL_SYSTEMS, WGS84, to_wgs84
from geo.models import Municipality
from geo.parameters import LONGEST
from geo.texts import legible

#: Addresses without coordinates that are looked up while someone waits.
MOST_ADDRESSES = 200
#: The conformal conics of each parallel (EPSG:3942 to 3950), which towns of the mainland draw their plans in.
CONICS = {f"EPSG:{3900 + parallel}": f"CC{parallel}" for parallel in range(42, 51)}
SYSTEMS = {code: name for code, (name, _range) in USUAL_SYSTEMS.items() if code != WGS84} | CONICS


def located(rows: Sequence[Row], *, town: Municipality, path: str) -> tuple[list[Site | str], list[str]]:
    """Return the place of each row, or why it has none that counts, and what should be known of them all.

    Raises `ImportRefused`, naming the list as `path`, where there are too many addresses or its coordinates are
    turned around.
    """
    housing = housing_of(town)
    degrees, notes = _in_degrees(np.array([_coordinates(row) for row in rows]).reshape(-1, 2), housing, path)
    looked_up = np.flatnonzero(np.isnan(degrees).any(axis=1))
    addresses = {place: _address(rows[place]) for place in looked_up.tolist()}
    if sum(map(bool, addresses.values())) > MOST_ADDRESSES:
        words = _("{path} : plus de {most} adresses sans coordonnées. Ajoutez-y d’abord latitude et longitude.")
        raise ImportRefused(words, path=path, most=MOST_ADDRESSES)
    reasons: dict[int, str] = {}
    for place, address in addresses.items():
        try:
            degrees[place] = _found(rows[place], address, town)
        except InvalidParameter:
            reasons[place] = _("adresse introuvable") if address else _("ni coordonnées ni adresse")
    near = within_reach(degrees, housing)
    far = _("à plus de 5 km des logements de la commune")
    told = [reasons.get(place) or (_rounded(degrees[place]) if near[place] else far) for place in range(len(rows))]
    return told, [*notes, *_note_of_addresses(len(addresses) - len(reasons))]


def _coordinates(row: Row) -> tuple[float, float]:
    """The two numbers of a row; NaN where it has none."""
    if row.longitude is not None and row.latitude is not None:
        return row.longitude, row.latitude
    told = COORDINATES.fullmatch(row.fields.get("point", "").strip())
    return (float(told[2]), float(told[1])) if told else (np.nan, np.nan)


def _in_degrees(told: np.ndarray, housing: Housing, path: str) -> tuple[np.ndarray, list[str]]:
    """Bring coordinates, of shape (n, 2), to degrees: from the system by which most of them are near the town."""
    known = told[np.isfinite(told).all(axis=1)]
    if not len(known):
        return told, []
    if (np.abs(known) <= (180, 90)).all(axis=1).mean() >= 0.5:
        if not within_reach(known, housing).any() and within_reach(known[:, ::-1], housing).any():
            raise ImportRefused(_("{path} : la longitude et la latitude semblent inversées."), path=path)
        return told, []
    number_near = {code: int(within_reach(_transformed(known, code), housing).sum()) for code in SYSTEMS}
    best = max(number_near, key=number_near.get)
    note = _("Les coordonnées sont lues en %(system)s.") % {"system": SYSTEMS[best]}
    return _transformed(told, best), [note] if number_near[best] else []


def _transformed(points: np.ndarray, system: str) -> np.ndarray:
    """Longitudes and latitudes; infinite outside the domain of the system."""
    return np.column_stack(to_wgs84(system).transform(*points.T))


def _address(row: Row) -> str:
    """The address of a row on one line; empty where it has none."""
    said = row.fields
    street = said.get("address") or " ".join(filter(None, (said.get("housenumber"), said.get("street"))))
    town = " ".join(said[name] for name in ("postcode", "city") if said.get(name) and said[name] not in street)
    return legible(f"{street} {town}" if street else "")[:LONGEST]


def _found(row: Row, address: str, town: Municipality) -> Site:
    if not address:
        raise InvalidParameter("address")
    says_town = bool(row.fields.get("postcode") or row.fields.get("city"))
    return place_of(address, town, anywhere=says_town)


def _rounded(degrees: np.ndarray) -> Site:
    longitude, latitude = degrees.round(DIGITS).tolist()
    return longitude, latitude


def _note_of_addresses(number: int) -> list[str]:
    words = ngettext(
        "%(number)d lieu est placé par son adresse.", "%(number)d lieux sont placés par leur adresse.", number
    )
    return [words % {"number": number}] if number else []
