"""Buildings, addresses and streets from any vector file; `--map` says which column is which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.importing.columns import Columns
from geo.importing.files import Record, unpacked, vector_layer
from geo.importing.rows import Rejected, Row
from geo.importing.sources import ban
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, rows_of
from geo.importing.values import code, decimal, leading_number, rnb_ids, text, whole

NAME = "file"
OF_BUILDINGS = {
    "id": ("id", "osm_id", "objectid"),
    "name": ("name", "nom"),
    "dwellings": ("dwellings", "nb_log", "nb_logts"),
    "storeys": ("storeys", "building:levels", "nb_niveau"),
    "height": ("height", "hauteur"),
    "rnb_ids": ("rnb_ids", "rnb_id"),
    "insee_code": ("insee_code", "code_insee", "insee_com", "code_commu"),
}
OF_ADDRESSES = {
    **ban.SPELLINGS,
    "id": ("osm_id", *ban.SPELLINGS["id"]),
    "number": ("addr:housenumber", *ban.SPELLINGS["number"]),
    "street_name": ("addr:street", *ban.SPELLINGS["street_name"]),
    "postcode": ("addr:postcode", *ban.SPELLINGS["postcode"]),
}
OF_STREETS = {
    "id": ("id", "osm_id"),
    "name": ("name", "nom"),
    "road_class": ("highway", "nature"),
    "left_from": ("left_from",),
    "left_to": ("left_to",),
    "right_from": ("right_from",),
    "right_to": ("right_to",),
    "insee_code": ("insee_code", "code_insee", "insee_com"),
}


@contextmanager
def open_file(path: Path, options: Options) -> Iterator[Contents]:
    """Open a vector file of one dataset."""
    spellings, make = {
        "buildings": (OF_BUILDINGS, _building),
        "addresses": (OF_ADDRESSES, _address),
        "streets": (OF_STREETS, _street),
    }[options.dataset]
    with unpacked(path) as file:
        layer = vector_layer(file, layer=options.layer, where=options.where, encoding=options.encoding, crs=options.crs)
        columns = Columns(spellings, present=layer.columns, mapping=options.mapping)
        rows = rows_of(layer, lambda record: make(record, columns, options))
        yield Contents(rows, layer.crs, layer.total)


def _address(record: Record, columns: Columns, options: Options) -> Row | Rejected:
    return ban.address(record, columns, options, source=NAME)


def _building(record: Record, columns: Columns, options: Options) -> Row:
    told = {name: columns.get(record.values, name) for name in columns.names}
    attributes = {
        "name": text(told["name"]),
        "dwellings": whole(told["dwellings"]),
        "storeys": whole(told["storeys"]),
        "height": decimal(told["height"]),
        "rnb_ids": rnb_ids(told["rnb_ids"]),
    }
    return _row(record, attributes, columns, options)


def _street(record: Record, columns: Columns, options: Options) -> Row:
    told = {name: columns.get(record.values, name) for name in columns.names}
    ranges = {name: leading_number(told[name]) for name in ("left_from", "left_to", "right_from", "right_to")}
    return _row(
        record, {"name": text(told["name"]), "road_class": text(told["road_class"]), **ranges}, columns, options
    )


def _row(record: Record, attributes: dict[str, object], columns: Columns, options: Options) -> Row:
    """A place known by its own identifier within its territory, else by its geometry."""
    own_id, insee_code = code(columns.get(record.values, "id")), insee_code_of(record, columns, options)
    key = f"{NAME}:{insee_code}:{own_id}" if own_id else ""
    return Row(record.number, record.geometry, attributes, key=key, insee_code=insee_code)


SOURCE = Source(name=NAME, datasets=("buildings", "addresses", "streets"), open=open_file)
