"""The forms that an analysis of coverage is taken away in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from directory.findings import Findings
from maps.coverage_files import geojson, geopackage, paper, picture, standalone, tables
from maps.coverage_files.about import About


@dataclass(frozen=True, slots=True)
class Form:
    """One form that an analysis is taken away in."""

    name: Any
    content_type: str
    write: Callable[[Findings, About], bytes]


#: End of a file's name -> its form, in the order of the menu.
FORMS = {
    "pdf": Form(gettext_lazy("Rapport à imprimer, A4 (PDF)"), "application/pdf", paper.report),
    "png": Form(gettext_lazy("Image de la carte (PNG)"), "image/png", picture.picture),
    "html": Form(gettext_lazy("Carte à ouvrir sans réseau (HTML)"), "text/html; charset=utf-8", standalone.page),
    "csv": Form(gettext_lazy("Tableau pour tableur (CSV)"), "text/csv; charset=utf-8", tables.table),
    "zip": Form(gettext_lazy("Tableaux avec leur dictionnaire (CSV, ZIP)"), "application/zip", tables.archive),
    "geojson": Form(gettext_lazy("Données pour programmes (GeoJSON)"), "application/geo+json", geojson.document),
    "gpkg": Form(gettext_lazy("Couches pour QGIS (GeoPackage)"), "application/geopackage+sqlite3", geopackage.package),
}
