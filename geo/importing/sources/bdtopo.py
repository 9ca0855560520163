"""BD TOPO of IGN (https://geoservices.ign.fr/bdtopo): buildings and streets, as GeoPackage or Shapefile spells them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from geo.importing.columns import Columns
from geo.importing.files import Record, unpacked, vector_layer
from geo.importing.rows import Ignored, Rejected, Row
from geo.importing.sources import boundaries
from geo.importing.sources.reading import Contents, Options, Source, insee_code_of, rows_of
from geo.importing.values import decimal, leading_number, rnb_ids, text, truth, whole
from geo.models import Building
from geo.wording import in_lower_case

OF_BUILDINGS = {
    "id": ("cleabs", "id"),
    "use": ("usage_1", "usage1"),
    "second_use": ("usage_2", "usage2"),
    "nature": ("nature",),
    "light": ("construction_legere", "leger"),
    "state": ("etat_de_l_objet", "etat"),
    "dwellings": ("nombre_de_logements", "nb_logts"),
    "storeys": ("nombre_d_etages", "nb_etages"),
    "height": ("hauteur",),
    "rnb_ids": ("identifiants_rnb", "ids_rnb", "id_rnb"),
    "name": ("toponyme",),
    "insee_code": ("code_insee", "insee_com"),
}
OF_STREETS = {
    "id": ("cleabs", "id"),
    "name": (
        "nom_voie_ban_gauche", "nom_voie_ban_droite", "nom_ban_g", "nom_ban_d",
        "nom_collaboratif_gauche", "nom_collaboratif_droite", "nom_coll_g", "nom_coll_d",
    ),
    "insee_code": ("insee_commune_gauche", "insee_commune_droite", "inseecom_g", "inseecom_d"),
    "nature": ("nature",),
    "state": ("etat_de_l_objet", "etat"),
    "direction": ("sens_de_circulation", "sens"),
    "on_foot": ("acces_pieton", "acces_ped"),
    "by_car": ("acces_vehicule_leger", "acces_vl"),
    "left_from": ("borne_debut_gauche", "bornedeb_g"),
    "left_to": ("borne_fin_gauche", "bornefin_g"),
    "right_from": ("borne_debut_droite", "bornedeb_d"),
    "right_to": ("borne_fin_droite", "bornefin_d"),
}  # fmt: skip

Use = Building.Use
USES = {
    "Résidentiel": Use.RESIDENTIAL,
    "Commercial et services": Use.COMMERCIAL,
    "Industriel": Use.INDUSTRIAL,
    "Agricole": Use.AGRICULTURAL,
    "Religieux": Use.RELIGIOUS,
    "Sportif": Use.SPORT,
    "Annexe": Use.ANNEX,
}
STANDING = ("", "En service", "En construction")
DIRECTIONS = {"Double sens": "both", "Sens direct": "forward", "Sens inverse": "backward"}
NOT_ON_FOOT = ("Type autoroutier", "Bretelle", "Bac ou liaison maritime")
NOT_BY_CAR = ("Physiquement impossible", "Restreint aux ayants droit")
USUAL_LAYERS = {
    "buildings": ("batiment",),
    "streets": ("troncon",),
    "municipalities": ("commune",),
    "neighbourhoods": ("quartier", "arrondissement_municipal"),
}


@contextmanager
def open_bdtopo(path: Path, options: Options) -> Iterator[Contents]:
    """Open the layer of a delivery that holds the dataset."""
    if options.dataset in ("municipalities", "neighbourhoods"):
        with boundaries.open_boundaries(path, options) as contents:
            yield contents
        return
    with unpacked(path) as file:
        layer = vector_layer(
            file,
            layer=options.layer,
            usual_layers=USUAL_LAYERS[options.dataset],
            where=options.where,
            encoding=options.encoding,
            crs=options.crs,
        )
        spellings, make = (OF_BUILDINGS, _building) if options.dataset == "buildings" else (OF_STREETS, _street)
        columns = Columns(spellings, present=layer.columns, mapping=options.mapping)
        columns.require("id")
        rows = rows_of(layer, lambda record: make(record, columns, options))
        yield Contents(rows, layer.crs, layer.total)


def _building(record: Record, columns: Columns, options: Options) -> Row | Rejected | Ignored:
    """A building; light constructions are kept only where they shelter something that people look for."""
    told = {name: columns.get(record.values, name) for name in columns.names}
    state, own_id = text(told["state"]), text(told["id"])
    if not own_id:
        return Rejected(record.number, _("identifiant absent"))
    if state not in STANDING:
        return Ignored(record.number, _("bâtiment dans l’état « %(state)s »") % {"state": state})
    use, dwellings = USES.get(text(told["use"]), Use.UNKNOWN), whole(told["dwellings"])
    if truth(told["light"]) and use in (Use.UNKNOWN, Use.ANNEX) and not dwellings:
        return Ignored(record.number, _("construction légère sans logement ni activité"))
    attributes = {
        "use": use.value,
        "second_use": USES[text(told["second_use"])].value if text(told["second_use"]) in USES else "",
        "dwellings": dwellings,
        "storeys": whole(told["storeys"]),
        "height": decimal(told["height"]),
        "rnb_ids": rnb_ids(told["rnb_ids"]),
        "name": text(told["name"]),
    }
    return Row(
        record.number, record.geometry, attributes, key=f"bdtopo:{own_id}",
        insee_code=insee_code_of(record, columns, options),
    )  # fmt: skip


def _street(record: Record, columns: Columns, options: Options) -> Row | Rejected | Ignored:
    """A street segment: its geometry, and its numbers, run along the line."""
    told = {name: columns.get(record.values, name) for name in columns.names}
    own_id, nature = text(told["id"]), text(told["nature"])
    if not own_id:
        return Rejected(record.number, _("identifiant absent"))
    if text(told["state"]) not in STANDING:
        return Ignored(record.number, _("voie dans l’état « %(state)s »") % {"state": text(told["state"])})
    attributes = {
        "name": in_lower_case(text(told["name"])),
        "road_class": nature,
        "one_way": DIRECTIONS.get(text(told["direction"]), ""),
        "walkable": nature not in NOT_ON_FOOT and text(told["on_foot"]) != "Physiquement impossible",
        "drivable": text(told["by_car"]) not in NOT_BY_CAR,
        **{name: leading_number(told[name]) for name in ("left_from", "left_to", "right_from", "right_to")},
    }
    return Row(
        record.number, record.geometry, attributes, key=f"bdtopo:{own_id}",
        insee_code=insee_code_of(record, columns, options),
    )  # fmt: skip


SOURCE = Source(
    name="bdtopo",
    datasets=("buildings", "streets", "municipalities", "neighbourhoods"),
    open=open_bdtopo,
    licence="Licence Ouverte 2.0 (IGN BD TOPO)",
)
