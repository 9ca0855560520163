"""Columns that Django does not know: PostgreSQL's multirange of moments."""

from __future__ import annotations

from django.db import models


class DateTimeMultiRangeField(models.Field):
    """`tstzmultirange`: a set of moments, as a `psycopg.types.multirange.Multirange` of aware datetimes."""

    description = "tstzmultirange"

    def db_type(self, connection) -> str:
        """Name the PostgreSQL type (https://www.postgresql.org/docs/15/rangetypes.html)."""
        return "tstzmultirange"
