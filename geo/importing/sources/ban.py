"""Addresses of the Base Adresse Nationale and of the communes' own Bases Adresses Locales: CSV.

BAN's columns: https://adresse.data.gouv.fr/data/ban/adresses/latest/csv; BAL 1.x: https://aitf-sig-topo.github.io/voies-adresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from geo.codes import department_of
from geo.importing.columns import Columns
from geo.importing.files import Record, text_table, unpacked
from geo.importing.reprojection import to_wgs84
from geo.importing.rows import Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, refuse_where, rows_of
from geo.importing.values import code, decimal, leading_number, slug, text
from geo.metric_systems import OVERSEAS

SPELLINGS = {
    "id": ("id", "cle_interop"),
    "number": ("numero", "housenumber", "number"),
    "suffix": ("rep", "suffixe"),
    "street_name": ("nom_voie", "voie_nom", "street"),
    "locality": ("nom_ld", "lieudit_complement_nom"),
    "postcode": ("code_postal", "postcode"),
    "insee_code": ("code_insee", "commune_insee"),
    "lon": ("lon", "long", "longitude"),
    "lat": ("lat", "latitude"),
    "x": ("x",),
    "y": ("y",),
}
#: Legal system of `x` and `y` in each department overseas (décret n° 2000-1276, arrêté of 5 March 2019).
LOCAL_SYSTEMS = {code: f"EPSG:{system}" for code, system in OVERSEAS.items()}


@contextmanager
def open_ban(path: Path, options: Options) -> Iterator[Contents]:
    """Open a CSV of addresses; where longitude and latitude lack, x and y are read in the department's own system."""
    refuse_where(options, "ban")
    with unpacked(path) as file:
        table = text_table(file, encoding=options.encoding)
        columns = Columns(SPELLINGS, present=table.columns, mapping=options.mapping)
        columns.require("number", "lon" if not columns.names["x"] else "x", "lat" if not columns.names["y"] else "y")
        yield Contents(rows_of(table, lambda record: address(record, columns, options, source="ban")))


def address(record: Record, columns: Columns, options: Options, *, source: str) -> Row | Rejected:
    """An address: at its point, known by its own identifier, else by its commune, street and number."""
    told = {name: columns.get(record.values, name) for name in columns.names}
    insee_code = insee_code_of(record, columns, options)
    number, street = leading_number(told["number"]), text(told["street_name"]) or text(told["locality"])
    if not street:
        return Rejected(record.number, _("nom de voie absent"))
    if number is None:
        return Rejected(record.number, _("numéro absent"))
    suffix = text(told["suffix"]) or text(told["number"]).lstrip("0123456789").strip(" -").lower()
    own_id = code(told["id"]) or (
        insee_code and "_".join(filter(None, (insee_code, slug(street), str(number), slug(suffix))))
    )
    attributes = {
        "number": number,
        "suffix": suffix,
        "street_name": street,
        "postcode": code(told["postcode"]).zfill(5) if told["postcode"] else "",
    }
    geometry = record.geometry or _point(told, insee_code)
    key = f"{source}:{own_id}" if own_id else ""
    return Row(record.number, geometry, attributes, key=key, insee_code=insee_code)


def _point(told: dict[str, object], insee_code: str) -> shapely.Point | None:
    """Where the row says it is; None where it does not."""
    lon, lat = decimal(told["lon"]), decimal(told["lat"])
    if lon is None or lat is None:
        x, y = decimal(told["x"]), decimal(told["y"])
        if x is None or y is None:
            return None
        system = LOCAL_SYSTEMS.get(department_of(insee_code), "EPSG:2154")
        lon, lat = to_wgs84(system).transform(x, y)
    return shapely.Point(lon, lat)


SOURCE = Source(
    name="ban", datasets=("addresses",), open=open_ban, licence="Licence Ouverte 2.0 (Base Adresse Nationale)"
)
