"""Boundaries of communes and neighbourhoods, from any vector file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.importing.columns import Columns
from geo.importing.files import Record, unpacked, vector_layer
from geo.importing.rows import Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, rows_of
from geo.importing.values import code, slug, text, whole
from geo.models import Neighbourhood

#: ADMIN EXPRESS and BD TOPO in both spellings, INSEE's and the open data portals' habits.
OF_MUNICIPALITIES = {
    "insee_code": ("code_insee", "insee_com", "codgeo", "insee", "ref:insee", "code", "depcom"),
    "name": ("nom_officiel", "nom_com", "nom", "libgeo", "libcom", "name", "libelle"),
    "population": ("population", "pop"),
    "postcodes": ("codes_postaux", "code_postal", "code_post"),
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
        make = _municipalities if options.dataset == "municipalities" else _neighbourhoods
        yield Contents(rows_of(layer, make(layer.columns, options)), layer.crs, layer.total)


def _municipalities(present: tuple[str, ...], options: Options):
    columns = Columns(OF_MUNICIPALITIES, present=present, mapping=options.mapping)
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
            "postcodes": text(columns.get(record.values, "postcodes")).replace("/", " ").replace(",", " ").split(),
        }
        return Row(record.number, record.geometry, told)

    return municipality


def _neighbourhoods(present: tuple[str, ...], options: Options):
    columns = Columns(OF_NEIGHBOURHOODS, present=present, mapping=options.mapping)
    if options.kind not in Neighbourhood.Kind.values:
        raise InvalidParameter(
            "kind",
            _("Type de quartier inconnu : %(kind)s ; il y a : %(names)s.")
            % {"kind": options.kind, "names": ", ".join(Neighbourhood.Kind.values)},
        )
    if not options.municipality and not columns.names["insee_code"]:
        raise InvalidParameter("municipality", _("Le fichier ne dit pas la commune : précisez --municipality CODE."))
    if not columns.names["code"]:
        columns.require("name")

    def neighbourhood(record: Record) -> Row | Rejected:
        insee_code = insee_code_of(record, columns, options)
        name = text(columns.get(record.values, "name"))
        own_code = code(columns.get(record.values, "code")) or slug(name)
        if options.kind in COMMUNES_WITHIN:
            own_code = code(record.values.get("code_insee")) or own_code
        if not insee_code or not own_code:
            return Rejected(record.number, _("commune ou nom absent"))
        told = {
            "kind": options.kind,
            "code": own_code,
            "name": name or own_code,
            "population": whole(columns.get(record.values, "population")),
        }
        key = f"{insee_code}/{options.kind}/{own_code}"
        return Row(record.number, record.geometry, told, key=key, insee_code=insee_code)

    return neighbourhood


SOURCE = Source(name="boundaries", datasets=("neighbourhoods", "municipalities"), open=open_boundaries)
