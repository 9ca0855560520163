"""The official files that open a town: what each is called, how it is recognised, and what its absence costs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Endings of the files that the importers read; a Shapefile is known by its `.shp`.
VECTOR = r"\.(gpkg|shp|geojson|json|fgb)(\.gz)?$"
TABLE = r"\.csv(\.gz)?$"
EXTRACT = r"\.(osm\.pbf|pbf|osm|osm\.gz|osm\.bz2)$"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One kind of data, and the files that may hold it, the best first."""

    dataset: str
    #: Kind of neighbourhood, for neighbourhoods.
    kind: str = ""
    #: Source of the importer, and what the names of its files look like.
    files: tuple[tuple[str, str], ...]
    title: str | Promise
    #: What to look for, and who publishes it.
    official: str | Promise
    #: What people of the town do without.
    cost: str | Promise


#: In the order they are imported: limits first, then what lies within them.
WANTED = (
    Wanted(
        dataset="municipalities",
        files=(("boundaries", rf"(admin.?express|commune).*{VECTOR}"),),
        title=_("limites de la commune"),
        official=_("ADMIN EXPRESS de l’IGN, ou la couche commune de BD TOPO"),
        cost=_("les limites simplifiées servent : jusqu’à 200 m d’écart au bord de la commune"),
    ),
    Wanted(
        dataset="neighbourhoods",
        kind="quartier",
        files=(("boundaries", rf"(?<!sous[-_])quartier(?!s?[-_ ]?prioritaire).*{VECTOR}"),),
        title=_("quartiers"),
        official=_("les quartiers de la ville, sur son portail de données ouvertes"),
        cost=_("pas de cercle « quartier » : il est remplacé par le voisinage"),
    ),
    Wanted(
        dataset="neighbourhoods",
        kind="sous_quartier",
        files=(("boundaries", rf"sous[-_]quartier.*{VECTOR}"),),
        title=_("sous-quartiers"),
        official=_("les sous-quartiers de la ville, sur son portail de données ouvertes"),
        cost=_("rien, si la ville a des quartiers"),
    ),
    Wanted(
        dataset="neighbourhoods",
        kind="iris",
        files=(("boundaries", rf"iris.*{VECTOR}"),),
        title=_("IRIS"),
        official=_("Contours… IRIS, de l’INSEE et de l’IGN"),
        cost=_("les logements inconnus sont estimés sans le recensement du quartier"),
    ),
    Wanted(
        dataset="neighbourhoods",
        kind="qpv",
        files=(("boundaries", rf"(qp(v|\d+)?[-_ .]|quartiers?[-_ ]?prioritaires?).*{VECTOR}"),),
        title=_("quartiers prioritaires"),
        official=_("Quartiers prioritaires de la politique de la ville, de l’ANCT"),
        cost=_("pas de couverture comparée pour les quartiers prioritaires"),
    ),
    Wanted(
        dataset="buildings",
        files=(
            ("bdtopo", rf"^(?!cadastre).*batiment.*{VECTOR}"),
            ("rnb", rf"rnb.*{TABLE}"),
            ("cadastre", rf"cadastre.*batiments.*{VECTOR}"),
            ("osm", rf".*{EXTRACT}"),
        ),
        title=_("bâtiments"),
        official=_("la couche batiment de BD TOPO (IGN), ou le RNB du département"),
        cost=_("pas de cercle « immeuble », pas de voisinage : seules les distances servent"),
    ),
    Wanted(
        dataset="streets",
        files=(("bdtopo", rf"troncon.*{VECTOR}"), ("osm", rf".*{EXTRACT}")),
        title=_("voies"),
        official=_("la couche troncon_de_route de BD TOPO (IGN)"),
        cost=_("une rue ne se trouve que si elle a une adresse ; pas de trajet à pied"),
    ),
    Wanted(
        dataset="addresses",
        files=(("ban", rf"adresses?.*{TABLE}"), ("bal", rf"bal[-_. ].*{TABLE}"), ("osm", rf".*{EXTRACT}")),
        title=_("adresses"),
        official=_("adresses-DEPARTEMENT.csv.gz de la Base Adresse Nationale"),
        cost=_("une adresse se trouve à la rue près, ou pas du tout"),
    ),
    Wanted(
        dataset="squares",
        files=(("filosofi", rf"carreaux_200m.*({VECTOR}|{TABLE})"),),
        title=_("carreaux de population"),
        official=_("carreaux_200m_met (ou _reun, _mart) des données carroyées Filosofi de l’INSEE"),
        cost=_("les habitants sont répartis par IRIS, moins finement"),
    ),
)


def recognise(wanted: Wanted, paths: Iterable[Path]) -> tuple[str, Path] | None:
    """Return the source and the file that best hold what is wanted, or nothing; of two vintages, the last by name."""
    names = sorted(paths, key=lambda path: path.name, reverse=True)
    for source, pattern in wanted.files:
        for path in names:
            if re.search(pattern, path.name.lower()):
                return source, path
    return None


def osm_extract(folder: Path) -> Path | None:
    """Return the extract of OpenStreetMap that a folder holds; of several, the last by name."""
    extracts = [path for path in folder.rglob("*") if path.is_file() and re.search(EXTRACT, path.name.lower())]
    return max(extracts, key=lambda path: path.name, default=None)
