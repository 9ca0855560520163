"""Columns that Django does not know: PostgreSQL's multirange of moments."""

from __future__ import annotations

from django.db import models


class DateTimeMultiRangeField(models.Field):
    """`tstzmultirange`: a set of moments, as a `psycopg.types.multirange.Multirange` of aware datetimes."""

    description = "tstzmultirange"

    def db_type(self, connection) -> str:
        """Name the PostgreSQL type (https://www.postgresql.org/docs/15/rangetypes.html)."""
        return "tstzmultirange"


@DateTimeMultiRangeField.register_lookup
class ContainsMoment(models.Lookup):
    """`open_periods__contains=moment`: the moment is one of the set."""

    lookup_name = "contains"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        """Write it with the operator of multiranges."""
        (left, of_left), (right, of_right) = (
            self.process_lhs(compiler, connection),
            self.process_rhs(compiler, connection),
        )
        return f"{left} @> {right}::timestamptz", [*of_left, *of_right]
