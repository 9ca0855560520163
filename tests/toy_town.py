"""The toy town in a test database: loaded once by the importers, for all runs; answers are read off its grid.

`fixtures/toy/make_toy_town.py` says what stands where. A test finds it standing (`tests/toy_town_database.py`); one
that commits has its rows copied in:

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
    copies: list[Copied] = field(default_factory=list, init=False, repr=False)

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
            self.keep()

    def keep(self) -> None:
        """Take copies of the town where it stands."""
        self.copies = copies_of(model._meta.db_table for model in apps.get_app_config("geo").get_models())


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows of one table as PostgreSQL copies them, and the columns they stand in: a generated one is not written."""

    table: str
    columns: str
    #: Nothing is copied into a table under row-level security: its rows go by way of a draft.
    locked: bool
    rows: bytes


def copies_of(tables: Iterable[str]) -> list[Copied]:
    """Rows of those of these tables that have any, for `copy_back` in a later test."""
    copies = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_COLUMNS, [table])
            columns, locked = cursor.fetchone()
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                copies.append(Copied(table, columns, locked, b"".join(copy)))
    return [copied for copied in copies if copied.rows]


def copy_back(copies: Iterable[Copied]) -> None:
    """Write the rows again, into empty tables."""
    with connection.cursor() as cursor:
        for copied in copies:
            table, columns = copied.table, copied.columns
            if copied.locked:
                cursor.execute(f"CREATE TEMP TABLE draft ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
                table = "draft"
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(copied.rows)
            if copied.locked:
                cursor.execute(f"INSERT INTO {copied.table} ({columns}) SELECT {columns} FROM draft")
                cursor.execute("DROP TABLE draft")


_COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum), bool_or(relrowsecurity)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


TOY_TOWN = ToyTown()
