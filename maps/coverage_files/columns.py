"""The columns of every file, and the dictionary that says what they mean: one list for CSV, GeoJSON and GeoPackage.

Their names are French and never translated, so that what reads a file in one language reads it in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from directory.coverage import Covered
from directory.findings import Findings

#: In the place of a kind of neighbourhood: the town as far as it is loaded.
TOWN = "commune"
#: Datasets of which people are -> what files call them.
COUNTS = {"census": "recensement", "squares": "carreaux"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the type of its values, its unit, and what it means."""

    name: str
    type: type
    unit: Any
    meaning: Any


FIGURES = (
    Column("type", str, "", _("commune, ou sorte de quartier : quartier, iris, qpv…")),
    Column(
        "code", str, "", _("code du quartier, par qui le publie ; plusieurs, s’ils sont dits ensemble ; vide ailleurs")
    ),
    Column("nom", str, "", _("nom ; plusieurs, si les logements de l’un seul seraient moins de onze")),
    Column("logements", int, _("logements"), _("logements des bâtiments chargés")),
    Column(
        "logements_estimes",
        int,
        _("logements"),
        _("dont ceux dont le nombre est estimé ; vide dans un résultat gardé avant que ce ne soit dit"),
    ),
    Column("logements_desservis", int, _("logements"), _("dont ceux qui ont le service assez près")),
    Column("part_desservie", float, "%", _("part des logements desservis, de 0 à 100")),
    Column(
        "logements_desservis_avant",
        int,
        _("logements"),
        _("ceux qui le sont sans les lieux proposés ; vide s’il n’y en a pas"),
    ),
    Column(
        "habitants", int, _("habitants"), _("habitants que compte l’INSEE ; vide là où ils ne sont pas tous connus")
    ),
    Column(
        "habitants_desservis",
        int,
        _("habitants"),
        _(
            "dont ceux des logements desservis, à la dizaine près ; vide là où moins de onze logements seraient"
            " desservis, ou trop loin, ou se déduiraient des autres lignes"
        ),
    ),
    Column(
        "habitants_desservis_avant",
        int,
        _("habitants"),
        _("ceux qui le sont sans les lieux proposés, à la dizaine près ; vide s’il n’y en a pas, ou de même"),
    ),
    Column(
        "logements_par_carreaux",
        int,
        _("logements"),
        _("logements dont les carreaux de 200 m disent les habitants ; le recensement dit ceux des autres"),
    ),
    Column(
        "metres_le_plus_proche",
        float,
        "m",
        _("distance au lieu le plus proche, pour le logement du milieu ; vide au-delà de 5 km"),
    ),
    Column(
        "metres_le_troisieme",
        float,
        "m",
        _("distance au troisième lieu, pour le logement du milieu ; vide au-delà de 5 km"),
    ),
    Column("comptes_habitants", str, "", _("comptes de l’INSEE dont viennent les habitants, et leurs années")),
    Column("part_chargee", int, "%", _("part de la commune où les bâtiments sont chargés ; le reste n’est pas compté")),
    Column("fait_le", str, "", _("jour de l’analyse, comme 2026-12-03")),
)
GAPS = (
    Column("zone", int, "", _("numéro de la zone trop loin, la plus peuplée d’abord")),
    Column("logements", int, _("logements"), _("logements de la zone, tous trop loin ; jamais moins de onze")),
    Column("rues", str, "", _("rues de la plupart de ses adresses")),
)
BUILDINGS = (
    Column("batiment", str, "", _("identifiant du bâtiment")),
    Column("logements", int, _("logements"), _("logements du bâtiment, d’après les données publiques")),
    Column("estime", bool, "", _("si ce nombre est estimé ; vide dans un résultat gardé avant que ce ne soit dit")),
    Column(
        "metres",
        float,
        "m",
        _("distance au lieu le plus proche ; vide au-delà de 5 km, et partout si un lieu compté n’est plus public"),
    ),
    Column("desservi", bool, "", _("si le service est assez près ; vide si un lieu compté n’est plus public")),
)
SITES = (
    Column("lieu", int, "", _("numéro du lieu où se trouve le service")),
    Column("propose", bool, "", _("si le lieu n’existe pas, et n’est que proposé")),
    Column("nom", str, "", _("nom du lieu, dans la liste donnée pour l’analyse ; vide s’il vient de l’annuaire")),
)
#: How the dictionary calls the types.
TYPES = {str: _("texte"), int: _("entier"), float: _("décimal"), bool: _("oui ou non")}
#: Columns of the dictionary itself.
DICTIONARY = tuple(Column(name, str, "", "") for name in ("table", "colonne", "type", "unite", "description"))
#: Name of a table, or of a layer -> its columns.
TABLES = {"couverture": FIGURES, "zones_trop_loin": GAPS, "batiments": BUILDINGS, "lieux": SITES}


def figures(findings: Findings) -> Iterator[tuple[str, Covered | None, dict[str, Any]]]:
    """Each row of every table of the page: its kind, the row itself, and its values by column."""
    of_all = {"part_chargee": findings.loaded, "fait_le": findings.made_on.isoformat()}
    counts, before = _counts_of_people(findings), findings.before
    town = _figures(TOWN, findings.town.insee_code, findings.town.name, findings.whole, counts)
    yield TOWN, findings.whole, town | _before(before and before.whole) | of_all
    for kind, rows in findings.by.items():
        for row, row_before in zip(rows, before.by[kind] if before else [None] * len(rows), strict=True):
            code, name = (
                " + ".join(part) for part in ([one.code for one in row.areas], [one.name for one in row.areas])
            )
            told = _figures(kind, code, name or str(_("Ailleurs")), row, counts)
            yield kind, row, told | _before(row_before) | of_all


def _before(row: Covered | None) -> dict[str, Any]:
    """What a row told without the proposed sites."""
    return {
        "logements_desservis_avant": row and row.homes.served,
        "habitants_desservis_avant": row and row.people and row.people.served,
    }


def _counts_of_people(findings: Findings) -> str:
    """INSEE's counts with their years, as files of every language name them: "recensement 2021 + carreaux 2019"."""
    named = {f"{COUNTS[one.dataset]} {one.vintage}".strip() for one in findings.sources if one.dataset in COUNTS}
    return " + ".join(sorted(named, reverse=True))


def _figures(kind: str, code: str, name: str, row: Covered, counts: str) -> dict[str, Any]:
    share, people = row.homes.percent, row.people
    return {
        "type": kind,
        "code": code,
        "nom": name,
        "logements": row.homes.total,
        "logements_estimes": row.estimated,
        "logements_desservis": row.homes.served,
        "part_desservie": None if share is None else round(share, 1),
        "habitants": people and people.total,
        "habitants_desservis": people and people.served,
        "logements_par_carreaux": people and people.homes_by_square,
        "metres_le_plus_proche": finite(row.nearest),
        "metres_le_troisieme": finite(row.nth),
        "comptes_habitants": counts if people else "",
    }


def gaps(findings: Findings) -> Iterator[dict[str, Any]]:
    """Each gap, the largest first."""
    for number, gap in enumerate(findings.gaps, start=1):
        yield {"zone": number, "logements": gap.homes, "rues": ", ".join(gap.streets)}


def sites(findings: Findings) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Where the service is found, then where it is proposed: places, shape (m, 2) in degrees, and their values."""
    places = np.concatenate([findings.sites, findings.proposed])
    names = [*findings.site_names, *[""] * (len(places) - len(findings.site_names))]
    told = [
        {"lieu": number, "propose": number > len(findings.sites), "nom": name}
        for number, name in enumerate(names, start=1)
    ]
    return places, told


def dictionary(names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What each column of these tables holds."""
    for name in names:
        for column in TABLES[name]:
            told = (name, column.name, str(TYPES[column.type]), str(column.unit), str(column.meaning))
            yield dict(zip((one.name for one in DICTIONARY), told, strict=True))


def finite(metres: float) -> float | None:
    """A distance to the metre; nothing beyond 5 km."""
    return float(round(metres)) if np.isfinite(metres) else None
