"""Real towns brought into the test database from the shared open data; a test skips where these are absent."""

import csv
import gzip
from pathlib import Path

from django.conf import settings

from geo.activation import activate
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import CensusArea, Municipality

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
NANTES = DATA / "nantes/nantes-centre-bdtopo-2025-06.gpkg.gz"


def nantes() -> Municipality:
    """Nantes-centre by BD TOPO, June 2025: its outline, eleven quarters, buildings and streets."""
    CensusArea.objects.create(
        code="441090000", insee_code="44109", population=1, dwellings=1000, main_residences=890, vintage="2021"
    )
    for source, options in (
        ("bdtopo", Options(dataset="municipalities")),
        ("boundaries", Options(dataset="neighbourhoods", municipality="44109", layer="quartiers")),
        ("bdtopo", Options(dataset="buildings")),
        ("bdtopo", Options(dataset="streets")),
    ):
        activate(release=import_files(source=source, paths=[NANTES], options=options), force=True)
    return Municipality.objects.get()


def perigueux() -> Municipality:
    """Périgueux by the BDNB: no source tells the dwellings of its 10,381 buildings, floor area and the census do."""
    folder = DATA / "perigueux"
    commune = Options(dataset="municipalities", mapping={"name": "NOM"})
    activate(release=import_files(source="boundaries", paths=[folder / "commune.geojson.gz"], options=commune))
    with gzip.open(DATA / "iris/iris_population_2021_shared_towns.csv.gz", "rt") as file:
        told = [row for row in csv.DictReader(file) if row["com"] == "24322"]
    CensusArea.objects.bulk_create(
        CensusArea(
            code=row["iris"],
            insee_code="24322",
            population=row["pop"],
            dwellings=row["logements"],
            main_residences=row["res_principales"],
            vintage="2021",
        )
        for row in told
    )
    options = Options(dataset="buildings", mapping={"id": "batiment_c", "height": "hauteur"})
    activate(release=import_files(source="file", paths=[folder / "batiments_bdnb.geojson.gz"], options=options))
    return Municipality.objects.get()
