"""Squares of 200 m in which INSEE counts the people of tax households (Filosofi, *données carroyées*): layers and CSV.

https://www.insee.fr/fr/statistiques/7655515 (2019), 6215217 (2017), 4176290 (2015). A square is named as INSPIRE names
cells: `CRS3035RES200mN2745200E3448800` has its south-west corner there, in EPSG:3035; overseas the system is another
(2975, 5490). Its outline follows from that name alone, exactly: what a file draws is not looked at. Where a file has no
names, centres in `x` and `y` do, in the system that `--crs` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import shapely
from django.utils.translation import gettext as _
from pyproj import CRS

from geo.codes import INSEE_CODE, city_of
from geo.errors import InvalidParameter
from geo.importing.columns import Columns
from geo.importing.files import Layer, Record, text_table, unpacked, vector_layer
from geo.importing.reprojection import WGS84, to_wgs84
from geo.importing.rows import Rejected, Row, Told
from geo.importing.sources.reading import Contents, Options, Source, refuse_where, rows_of
from geo.importing.values import code, decimal, text

#: As INSEE spelt them in 2019, 2017, 2015 and 2010.
SPELLINGS = {
    "id": ("idcar_200m", "idinspire"),
    "x": ("x",),
    "y": ("y",),
    "population": ("ind", "ind_c"),
    "households": ("men",),
    "imputed": ("i_est_200", "i_est_cr"),
    "insee_code": ("lcog_geo", "depcom"),
}
IDENTIFIER = re.compile(r"CRS(?P<epsg>\d{4,5})RES(?P<side>\d+)mN(?P<north>\d+)E(?P<east>\d+)")
#: Metres.
SIDE = 200
#: Households: INSEE publishes the figures of no square of fewer, and estimates them.
LEAST = 11
#: The name of a square from a record; raises `ValueError` in the words of who imports it.
Naming = Callable[[Record], str]


@contextmanager
def open_filosofi(path: Path, options: Options) -> Iterator[Contents]:
    """Open a file of squares, all of one grid."""
    with unpacked(path) as file:
        layer = _layer(file, options)
        columns = Columns(SPELLINGS, present=layer.columns, mapping=options.mapping)
        columns.require("population")
        named = _naming(columns, options)
        crs, rows = _in_one_system(rows_of(layer, lambda record: _square(record, named, columns, options)))
        yield Contents(rows, crs, layer.total)


def _layer(file: Path, options: Options) -> Layer:
    if file.suffix.lower() == ".csv":
        refuse_where(options, SOURCE.name)
        return text_table(file, encoding=options.encoding)
    # The system of what it draws does not matter; a file that keeps it to itself is no worse.
    told = {"layer": options.layer, "where": options.where, "encoding": options.encoding, "crs": WGS84}
    return vector_layer(file, usual_layers=("carreaux", "200m"), **told)


def _naming(columns: Columns, options: Options) -> Naming:
    """How squares are named in this file: by their names, else by their centres."""
    if columns.names["id"]:
        if options.crs:
            raise InvalidParameter("crs", _("Les identifiants des carreaux disent leur système : ôtez --crs."))
        return lambda record: _read(text(columns.get(record.values, "id")))
    if not (columns.names["x"] and columns.names["y"]):
        columns.require("id")
    if not options.crs:
        raise InvalidParameter("crs", _("Ce fichier ne donne que des centres de carreaux : précisez --crs."))
    to_wgs84(options.crs)  # refuses what is no system
    epsg = CRS.from_user_input(options.crs).to_epsg()

    def named(record: Record) -> str:
        x, y = (decimal(columns.get(record.values, name)) for name in ("x", "y"))
        if x is None or y is None:
            raise ValueError(_("centre du carreau absent"))
        east, north = x - SIDE / 2, y - SIDE / 2
        if east % SIDE or north % SIDE:
            raise ValueError(_("%(x).12g, %(y).12g n’est pas le centre d’un carreau de 200 m") % {"x": x, "y": y})
        return f"CRS{epsg}RES{SIDE}mN{north:.0f}E{east:.0f}"

    return named


def _read(name: str) -> str:
    """Return the name of a square of 200 m as it is, or say what is wrong with it."""
    if not name:
        raise ValueError(_("identifiant de carreau absent"))
    read = IDENTIFIER.fullmatch(name)
    if not read:
        raise ValueError(_("ce n’est pas l’identifiant d’un carreau : %(name)s") % {"name": name})
    if int(read["side"]) != SIDE or int(read["north"]) % SIDE or int(read["east"]) % SIDE:
        raise ValueError(_("ce n’est pas un carreau de la grille de 200 m : %(name)s") % {"name": name})
    return name


def _square(record: Record, named: Naming, columns: Columns, options: Options) -> Told:
    try:
        name = named(record)
    except ValueError as error:
        return Rejected(record.number, str(error))
    people = decimal(columns.get(record.values, "population"))
    if people is None:
        return Rejected(record.number, _("nombre d’habitants absent"))
    told = {"population": round(people), "imputed": _is_imputed(record, columns)}
    mended = "" if people == round(people) else _("habitants arrondis à l’entier")
    return Row(
        record.number, outline_of(name), told, key=name, insee_code=_town_of(record, columns, options), mended=mended
    )


def outline_of(name: str) -> shapely.Polygon:
    """The outline of a square, in the system that its name says."""
    read = IDENTIFIER.fullmatch(name)
    east, north = int(read["east"]), int(read["north"])
    return shapely.box(east, north, east + SIDE, north + SIDE)


def _is_imputed(record: Record, columns: Columns) -> bool:
    """Whether the file says so; where it does not, whether there are too few households."""
    if columns.names["imputed"]:
        return code(columns.get(record.values, "imputed")) not in ("", "0")
    households = decimal(columns.get(record.values, "households"))
    return households is not None and households < LEAST


def _town_of(record: Record, columns: Columns, options: Options) -> str:
    """The first of the communes that a square lies in; none where it cannot be read: it only names the territory."""
    said = options.municipality or city_of(code(columns.get(record.values, "insee_code"))[:5])
    return said if INSEE_CODE.fullmatch(said) else ""


def _in_one_system(rows: Iterable[Told]) -> tuple[str, Iterator[Told]]:
    """Return the system of the first square, and all rows: a square of another grid is rejected."""
    rows, head = iter(rows), []
    for row in rows:
        head.append(row)
        if isinstance(row, Row):
            break
    epsg = next((IDENTIFIER.fullmatch(row.key)["epsg"] for row in head if isinstance(row, Row)), "")

    def checked() -> Iterator[Told]:
        for row in chain(head, rows):
            if isinstance(row, Row) and IDENTIFIER.fullmatch(row.key)["epsg"] != epsg:
                yield Rejected(
                    row.number, _("carreau d’une autre grille que le premier du fichier : %(name)s") % {"name": row.key}
                )
            else:
                yield row

    return f"EPSG:{epsg}" if epsg else WGS84, checked()


SOURCE = Source(name="filosofi", datasets=("squares",), open=open_filosofi, licence="Licence Ouverte 2.0 (INSEE)")
