"""Monaco as OpenStreetMap knew it on 26 December 2023, out of the source archive of `quackosm`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from geo.codes import MONACO
from geo.importing import Ignored, Rejected, Row
from geo.packages import package

LICENCE, VINTAGE = "ODbL (© les contributeurs d’OpenStreetMap)", "2023-12-26"
#: The nine quarters have one postcode (La Poste de Monaco); 38,367 inhabitants at the end of 2023 (IMSEE).
TOLD = {"insee_code": MONACO, "name": "Monaco", "postcodes": ["98000"], "population": 38_367}


def extract() -> Path:
    """Return the extract on disk; it reaches a little into France."""
    return package("quackosm").unpacked("tests/test_files/monaco.osm.pbf")


@cache
def boundary() -> shapely.Geometry:
    """Return the land boundary as the archive has it: it crosses itself, and is repaired when it is loaded."""
    told = json.loads(package("quackosm").read("tests/test_files/monaco_boundary.geojson"))
    return shapely.from_geojson(json.dumps(told["features"][0]["geometry"]))


def municipality() -> Iterator[Row]:
    """The one row of the municipality."""
    yield Row(1, boundary(), TOLD)


def within(rows: Iterable[Row | Rejected | Ignored]) -> Iterator[Row | Rejected | Ignored]:
    """Leave out what lies in the neighbouring communes of France, of which the extract shows only a strip."""
    area = shapely.make_valid(boundary())
    shapely.prepare(area)
    for row in rows:
        if isinstance(row, Row) and row.geometry is not None and not shapely.intersects(area, row.geometry):
            yield Ignored(row.number, _("hors de Monaco"))
        else:
            yield row
