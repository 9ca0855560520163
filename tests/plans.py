"""The plan that a prepared statement gets: one for any values, as the product's connections ask for."""

import re
from collections.abc import Mapping
from itertools import count

import psycopg
from django.db import connection

_number = count(1)


def generic_plan(statement: str, parameters: Mapping[str, object]) -> str:
    """Prepare a statement with named parameters as `geo.prepared` does, and answer its plan."""
    with psycopg.ClientCursor(connection.connection) as cursor:
        names = dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))
        places = {name: f"${number}" for number, name in enumerate(names, 1)}
        asked = f"asked_{next(_number)}"  # what psycopg has prepared stays
        cursor.execute(f"PREPARE {asked} AS {statement % places}")
        arguments = ", ".join(["%s"] * len(names))
        rows = cursor.execute(f"EXPLAIN EXECUTE {asked}({arguments})", [parameters[name] for name in names])
        return "\n".join(line for (line,) in rows)
