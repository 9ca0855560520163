"""The toy town in a test database: loaded once by the importers, then copied back; answers are read off its grid.

`fixtures/toy/make_toy_town.py` says what stands where. In a test:

    def test_something(toy_town):
        Municipality.objects.covering(toy_town.point(50, 50)).get()  # metres from the south-west corner
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from pyproj import Transformer

from geo.activation import activate
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Municipality

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "toy"
ORIGIN = (700_000, 6_877_000)
TOWN, NEIGHBOUR = "77998", "77999"

#: Source, file and dataset, in the order a town is opened in.
FILES = (
    ("boundaries", "communes.geojson", Options(dataset="municipalities")),
    ("boundaries", "quartiers.geojson", Options(dataset="neighbourhoods")),
    ("boundaries", "sous_quartiers.geojson", Options(dataset="neighbourhoods", kind="sous_quartier")),
    ("bdtopo", "batiment.geojson", Options(dataset="buildings")),
    ("bdtopo", "troncon_de_route.geojson", Options(dataset="streets")),
    ("ban", "adresses.csv", Options(dataset="addresses")),
)

_to_degrees = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)


@dataclass
class ToyTown:
    """Villegrille, 2 x 2 km, and its neighbour Voisine."""

    #: Rows of every table of `geo`, as PostgreSQL copies them.
    copies: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    @property
    def municipality(self) -> Municipality:
        """Villegrille."""
        return Municipality.objects.get(insee_code=TOWN)

    @property
    def neighbour(self) -> Municipality:
        """Voisine, without quarters and with nine houses."""
        return Municipality.objects.get(insee_code=NEIGHBOUR)

    @staticmethod
    def point(x: float, y: float) -> Point:
        """The point of the grid, in degrees; x and y in metres from the south-west corner."""
        return Point(*_to_degrees.transform(ORIGIN[0] + x, ORIGIN[1] + y), srid=4326)

    def load(self) -> None:
        """Fill the database: by the importers the first time, by copying what they made afterwards."""
        with transaction.atomic():
            if self.copies:
                copy_back(self.copies)
                return
            for source, name, options in FILES:
                activate(release=import_files(source=source, paths=[FOLDER / name], options=options))
            self.copies = copies_of(model._meta.db_table for model in apps.get_app_config("geo").get_models())


def copies_of(tables: Iterable[str]) -> dict[str, bytes]:
    """Rows of these tables as PostgreSQL copies them, for `copy_back` in a later test."""
    copies = {}
    for table in tables:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({_columns(table)}) TO STDOUT") as copy:
            copies[table] = b"".join(copy)
    return copies


def copy_back(copies: dict[str, bytes]) -> None:
    """Write the rows again, into empty tables: by way of a draft, since nothing is copied into a locked table."""
    for table, rows in copies.items():
        columns = _columns(table)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE draft ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
            with cursor.copy("COPY draft FROM STDIN") as copy:
                copy.write(rows)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM draft")
            cursor.execute("DROP TABLE draft")


def _columns(table: str) -> str:
    """Columns that are written: a generated one is not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) "
            "FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return cursor.fetchone()[0]


TOY_TOWN = ToyTown()
