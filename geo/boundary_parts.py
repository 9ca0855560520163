"""Keeps the pieces of big boundaries that points are looked up in."""

from __future__ import annotations

from django.db import connection

from geo.settling import Settled

#: Vertices of a piece; PostGIS's documentation of ST_Subdivide advises powers of two between 64 and 256.
VERTICES = 128

# Raw SQL: ST_Subdivide returns a set, which Django's ORM cannot insert from.
DIVIDE = """
    INSERT INTO geo_boundarypart ({column}, division)
    SELECT id, (ST_Dump(ST_CollectionExtract(division, 3))).geom
    FROM (
        SELECT id, ST_Subdivide(boundary, %(vertices)s) AS division FROM {table}
        WHERE {town} = ANY(%(municipalities)s) AND closed_on IS NULL AND boundary IS NOT NULL
    ) AS divided"""
FORGET = """
    DELETE FROM geo_boundarypart part USING {table} area
    WHERE part.{column} = area.id AND area.{town} = ANY(%(municipalities)s)"""

OF_MUNICIPALITIES = {"table": "geo_municipality", "column": "municipality_id", "town": "id"}
OF_NEIGHBOURHOODS = {"table": "geo_neighbourhood", "column": "neighbourhood_id", "town": "municipality_id"}


def divide_municipalities(settled: Settled) -> None:
    """Divide anew the boundaries of the municipalities that changed."""
    _divide(settled, OF_MUNICIPALITIES)


def divide_neighbourhoods(settled: Settled) -> None:
    """Divide anew the neighbourhoods of the municipalities where one changed."""
    _divide(settled, OF_NEIGHBOURHOODS)


def _divide(settled: Settled, names: dict[str, str]) -> None:
    parameters = {"municipalities": settled.municipality_ids, "vertices": VERTICES}
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(**names), parameters)
        cursor.execute(DIVIDE.format(**names), parameters)
        cursor.execute("ANALYZE geo_boundarypart")
