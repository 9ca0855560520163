"""Boundaries of communes and neighbourhoods, from any vector file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.importing.columns import Columns
from geo.importing.files import Layer, Record, unpacked, vector_layer
from geo.importing.rows import Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, rows_of
from geo.importing.values import code, postcodes, slug, text, whole
from geo.models import Neighbourhood

#: ADMIN EXPRESS and BD TOPO in both spellings, INSEE's and the open data portals' habits.
OF_MUNICIPALITIES = {
    "insee_code": ("code_insee", "insee_com", "codgeo", "insee", "ref:insee", "code", "depcom"),
    "name": ("nom_officiel", "nom_com", "nom", "libgeo", "libcom", "name", "libelle"),
    "population": ("population", "pop"),
    # BD TOPO's `code_postal` is one of several (44000 of Nantes' four): other sources know them all.
    "postcodes": ("codes_postaux",),
}
OF_NEIGHBOURHOODS = {
    "code": (
        "code_iris",
        "code_qp",
        "code_qpv",
        "code_quartier",
        "idobj",
        "squartmno",
        "quartmno",
        "code",
        "num",
        "id",
    ),
    "name": ("nom_iris", "libiris", "lab_iris", "nom_qp", "nom_qua", "libsquart", "libquart", "nom", "name", "libelle"),
    "insee_code": ("insee_com", "code_insee_com", "code_insee", "insee", "depco", "depcom", "com"),
    "population": ("population", "pop"),
}
#: Kinds whose own code is an INSEE code, which names their city too.
COMMUNES_WITHIN = (Neighbourhood.Kind.ARRONDISSEMENT, Neighbourhood.Kind.DELEGATED)
Make = Callable[[Record], Row | Rejected]
USUAL_LAYERS = {"municipalities": ("commune",), "neighbourhoods": ("iris", "quartier", "arrondissement")}


@contextmanager
def open_boundaries(path: Path, options: Options) -> Iterator[Contents]:
    """Open a file of boundaries, one feature for each commune or neighbourhood."""
    with unpacked(path) as file:
        layer = vector_layer(
            file,
            layer=options.layer,
            usual_layers=USUAL_LAYERS[options.dataset],
            where=options.where,
            encoding=options.encoding,
            crs=options.crs,
        )
        read = _municipalities if options.dataset == "municipalities" else _neighbourhoods
        yield Contents(rows_of(*read(layer, options)), layer.crs, layer.total)


def _municipalities(layer: Layer, options: Options) -> tuple[Layer, Make]:
    columns = Columns(OF_MUNICIPALITIES, present=layer.columns, mapping=options.mapping)
    if not options.municipality:
        columns.require("insee_code")

    def municipality(record: Record) -> Row | Rejected:
        insee_code = insee_code_of(record, columns, options)
        if not insee_code:
            return Rejected(record.number, _("code INSEE absent"))
        told = {
            "insee_code": insee_code,
            "name": text(columns.get(record.values, "name")),
            "population": whole(columns.get(record.values, "population")),
            "postcodes": postcodes(columns.get(record.values, "postcodes")),
        }
        return Row(record.number, record.geometry, told)

    return layer, municipality


def _neighbourhoods(layer: Layer, options: Options) -> tuple[Layer, Make]:
    """Codes tell neighbourhoods apart; those that do not are completed, so all records are looked at first."""
    columns = _columns_of_neighbourhoods(layer, options)

    def told_of(record: Record) -> tuple[str, str, str]:
        """The commune's code, the neighbourhood's own, and its name."""
        name = text(columns.get(record.values, "name"))
        own = record.values.get("code_insee") if options.kind in COMMUNES_WITHIN else None
        own_code = code(own or columns.get(record.values, "code")) or slug(name)
        return insee_code_of(record, columns, options), own_code, name

    records = list(layer.records)
    names: dict[tuple[str, str], set[str]] = {}
    for insee_code, own_code, name in map(told_of, records):
        names.setdefault((insee_code, own_code), set()).add(name)

    def neighbourhood(record: Record) -> Row | Rejected:
        insee_code, own_code, name = told_of(record)
        if not insee_code or not own_code:
            return Rejected(record.number, _("commune ou nom absent"))
        mended = ""
        if len(names[insee_code, own_code]) > 1:
            # Two sub-quarters of Montpellier, La Pompignane and Port Marianne, are both MIP.
            own_code, mended = f"{own_code}-{slug(name)}", _("code commun à plusieurs quartiers, complété par le nom")
        told = {
            "kind": options.kind,
            "code": own_code,
            "name": name or own_code,
            "population": whole(columns.get(record.values, "population")),
        }
        key = f"{insee_code}/{options.kind}/{own_code}"
        return Row(record.number, record.geometry, told, key=key, insee_code=insee_code, mended=mended)

    return replace(layer, records=records), neighbourhood


def _columns_of_neighbourhoods(layer: Layer, options: Options) -> Columns:
    """Find the columns; say what is missing to tell the neighbourhoods apart."""
    columns = Columns(OF_NEIGHBOURHOODS, present=layer.columns, mapping=options.mapping)
    if options.kind not in Neighbourhood.Kind.values:
        told = {"kind": options.kind, "names": ", ".join(Neighbourhood.Kind.values)}
        raise InvalidParameter("kind", _("Type de quartier inconnu : %(kind)s ; il y a : %(names)s.") % told)
    if not options.municipality and not columns.names["insee_code"]:
        raise InvalidParameter("municipality", _("Le fichier ne dit pas la commune : précisez --municipality CODE."))
    if not columns.names["code"]:
        columns.require("name")
    return columns


SOURCE = Source(name="boundaries", datasets=("neighbourhoods", "municipalities"), open=open_boundaries)
