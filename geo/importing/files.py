"""Opens the files of open data: any vector file GDAL reads, and CSV in any of the spellings found in France."""

from __future__ import annotations

import csv
import gzip
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from geo.errors import ImportRefused, InvalidParameter

csv.field_size_limit(sys.maxsize)  # a footprint of RNB may take over 128 KB

#: Features read at once.
BATCH = 5_000
#: Rows of a CSV file that decide its encoding and delimiter.
SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file: its number (from 1, header not counted), its geometry and its values by lower-case name."""

    number: int
    geometry: shapely.Geometry | None
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a file holds."""

    crs: str
    #: Names of its columns, as written.
    columns: tuple[str, ...]
    total: int | None
    records: Iterable[Record]
    #: What GDAL remarks while the records are read, each remark once.
    remarks: list[str] = field(default_factory=list)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the path of the file itself; one compressed by gzip is unpacked beside for as long as it is read.

    GDAL can read inside gzip, but a GeoPackage there is read from its beginning again for each page.
    """
    if not path.is_file():
        raise ImportRefused(_("%(path)s : ce fichier n’existe pas.") % {"path": path})
    if path.suffix != ".gz":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="alentour-") as folder:
        inside = Path(folder) / path.stem
        try:
            with gzip.open(path) as packed, inside.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        except (OSError, EOFError) as error:
            raise ImportRefused(_("%(path)s : archive gzip abîmée.") % {"path": path.name}) from error
        yield inside


def fingerprint(paths: Iterable[Path], options: object) -> str:
    """SHA-256 over the content of the files and the options that change what is read from them."""
    digest = sha256(repr(options).encode())
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def vector_layer(
    path: Path, *, layer: str = "", usual_layers: Iterable[str] = (), where: str = "", encoding: str = "", crs: str = ""
) -> Layer:
    """Open a layer of a vector file; `crs`, where given, overrides what the file says.

    Without `layer`, takes the first whose name holds one of `usual_layers`, else the only one. Raises `ImportRefused`
    for a file that cannot be read, `InvalidParameter` for a layer, condition or coordinate system that does not do.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # what it remarks is said again while reading
            name = _layer_name(path, layer, usual_layers)
            told = pyogrio.read_info(path, layer=name, encoding=encoding or None)
    except (DataSourceError, DataLayerError) as error:
        raise ImportRefused(_("%(path)s : fichier illisible (%(why)s).") % {"path": path.name, "why": error}) from error
    system = crs or told["crs"]
    if not system:
        raise InvalidParameter(
            "crs", _("%(path)s ne dit pas son système de coordonnées : précisez --crs.") % {"path": path.name}
        )
    remarks: list[str] = []
    records = _vector_records(path, name, where, encoding, remarks)
    total = told["features"] if not where and told["features"] >= 0 else None
    return Layer(system, tuple(told["fields"]), total, records, remarks)


def _layer_name(path: Path, layer: str, usual: Iterable[str]) -> str:
    """Choose the layer to read."""
    names = [str(name) for name, geometry_type in pyogrio.list_layers(path) if geometry_type is not None]
    if layer and layer not in names:
        raise InvalidParameter(
            "layer",
            _("Couche inconnue : %(layer)s ; il y a : %(names)s.") % {"layer": layer, "names": ", ".join(names)},
        )
    for wanted in (layer, *usual):
        for name in names:
            if wanted and wanted in name.lower():
                return name
    if len(names) == 1:
        return names[0]
    if not names:
        raise ImportRefused(_("%(path)s : aucune couche géographique.") % {"path": path.name})
    raise InvalidParameter("layer", _("Précisez --layer, une de : %(names)s.") % {"names": ", ".join(names)})


def _vector_records(path: Path, layer: str, where: str, encoding: str, remarks: list[str]) -> Iterator[Record]:
    """Read features batch by batch, as Arrow."""
    number = 0
    try:
        with ExitStack() as opened:
            with _remarked(remarks):
                arrow = pyogrio.open_arrow(
                    path,
                    layer=layer,
                    where=where or None,
                    encoding=encoding or None,
                    batch_size=BATCH,
                    use_pyarrow=True,
                )
                meta, reader = opened.enter_context(arrow)
            shape = meta["geometry_name"] or "wkb_geometry"
            while True:
                with _remarked(remarks):
                    batch = next(iter(reader), None)
                if batch is None:
                    return
                names = [name.lower() for name in batch.schema.names]
                columns = [batch.column(i).to_pylist() for i in range(batch.num_columns)]
                # Rings that are not closed are closed; what cannot be read at all becomes None.
                geometries = shapely.from_wkb(columns[batch.schema.get_field_index(shape)], on_invalid="fix")
                for geometry, values in zip(geometries, zip(*columns, strict=True), strict=True):
                    number += 1
                    yield Record(number, geometry, dict(zip(names, values, strict=True)))
    except (DataSourceError, DataLayerError, FieldError, RuntimeError, ValueError) as error:
        if where and not number:
            raise InvalidParameter("where", _("Condition non valable : %(why)s.") % {"why": error}) from error
        told = {"path": path.name, "n": number + 1, "why": error}
        raise ImportRefused(_("%(path)s : lecture interrompue à la ligne %(n)d (%(why)s).") % told) from error


@contextmanager
def _remarked(remarks: list[str]) -> Iterator[None]:
    """Keep what GDAL warns of, each remark once."""
    with warnings.catch_warnings(record=True, action="always") as caught:
        yield
    remarks += [text for text in dict.fromkeys(str(one.message) for one in caught) if text not in remarks]


def text_table(path: Path, *, encoding: str = "", columns: tuple[str, ...] = ()) -> Layer:
    """Open a CSV file: UTF-8 with or without BOM, else Windows-1252; `;`, `,`, tab or `|` between values.

    `columns` name the values of a file that has no header.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = encoding or _encoding(sample)
    try:
        first = sample.decode(encoding, errors="replace").split("\n", 1)[0].rstrip("\r")
    except LookupError as error:
        raise InvalidParameter("encoding", _("Encodage inconnu : %(encoding)s.") % {"encoding": encoding}) from error
    delimiter = max(";,\t|", key=first.count)
    header = columns or tuple(next(csv.reader([first], delimiter=delimiter), ()))
    return Layer("", header, None, _text_records(path, encoding, delimiter, columns))


def _encoding(sample: bytes) -> str:
    try:
        sample.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The sample may end in the middle of a character.
        return "utf-8-sig" if error.start >= len(sample) - 3 and len(sample) == SAMPLE else "cp1252"
    return "utf-8-sig"


def _text_records(path: Path, encoding: str, delimiter: str, columns: tuple[str, ...]) -> Iterator[Record]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, values in enumerate(csv.DictReader(file, columns or None, delimiter=delimiter), start=1):
                told = {name.strip().lower(): value for name, value in values.items() if isinstance(name, str)}
                yield Record(number, None, told)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImportRefused(
            _("%(path)s : lecture interrompue (%(why)s).") % {"path": path.name, "why": error}
        ) from error
