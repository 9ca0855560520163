"""Opens the demonstration towns through the importers that any town goes through."""

from __future__ import annotations

import shapely
from django.db import transaction

from config.demonstration import monaco, nantes
from geo.activation import activate
from geo.codes import MONACO
from geo.importing.loading import load
from geo.importing.running import import_files
from geo.importing.sources import SOURCES, Options
from geo.interpolation import interpolated_addresses
from geo.models import Release

#: What is loaded of Nantes, in this order: table of the package, source, dataset.
OF_NANTES = [
    ("commune", "bdtopo", "municipalities"),
    ("quartiers", "boundaries", "neighbourhoods"),
    ("iris", "boundaries", "neighbourhoods"),
    ("batiments", "bdtopo", "buildings"),
    ("troncons", "bdtopo", "streets"),
    ("carreaux", "filosofi", "squares"),
]
KINDS = {"quartiers": "quartier", "iris": "iris"}
OF_MONACO = ["neighbourhoods", "buildings", "streets", "addresses"]


@transaction.atomic
def open_nantes() -> None:
    """Load and activate Nantes-centre: commune, quarters, buildings, streets, squares, and addresses."""
    for name, source, dataset in OF_NANTES:
        options = Options(dataset=dataset, kind=KINDS.get(name, "quartier"), municipality=nantes.INSEE_CODE)
        path, table = nantes.nantes_file(name), nantes.TABLES[name]
        release = import_files(source=source, paths=[path], options=options, vintage=table.vintage)
        Release.objects.filter(pk=release.pk).update(licence=table.licence)
        # The quarters of today reach a few metres over the limits of 2022: a warning, known and looked at.
        activate(release=release, force=True)
    release = load(
        dataset="addresses",
        source="interpolated",
        territory=nantes.INSEE_CODE,
        vintage=nantes.TABLES["troncons"].vintage,
        licence=nantes.LICENCE,
        rows=interpolated_addresses(nantes.INSEE_CODE),
    )
    activate(release=release)


@transaction.atomic
def open_monaco() -> None:
    """Load and activate Monaco: boundary, quarters, buildings, streets and addresses."""
    told = {"source": "osm", "vintage": monaco.VINTAGE, "licence": monaco.LICENCE}
    release = load(dataset="municipalities", territory=MONACO, rows=monaco.municipality(), **told)
    activate(release=release)
    for dataset in OF_MONACO:
        options = Options(dataset=dataset, kind="quartier", municipality=MONACO)
        territory = f"{MONACO}/quartier" if dataset == "neighbourhoods" else MONACO
        with SOURCES["osm"].open(monaco.extract(), options) as contents:
            rows = monaco.within(contents.rows)
            extent = shapely.make_valid(monaco.boundary())
            release = load(dataset=dataset, territory=territory, rows=rows, crs=contents.crs, extent=extent, **told)
        activate(release=release)
