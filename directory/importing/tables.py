"""Reads any CSV or GeoJSON of listings, compressed or not: columns are known by their usual names, or by `--map`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.utils.translation import gettext as _

from directory.categories import OSM_KEYS
from directory.importing.records import table_of, text_of
from directory.importing.rows import Row, Unreadable
from directory.words import plain
from geo.errors import ImportRefused, InvalidParameter
from geo.importing.values import decimal

#: Usual names of columns in French open data, compared without accents, case or punctuation; the first present wins.
#: SIRENE's are of https://www.insee.fr/fr/information/3591226.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "id", "osm id", "siret", "identifiant", "gid", "objectid", "uid", "code"),
    "name": ("name", "nom", "libelle", "libel", "titre", "title", "raison sociale", "denomination", "nomasso",
             "denominationusuelleetablissement"),
    "sign": ("sign", "enseigne", "enseigne1etablissement"),
    "brand": ("brand", "marque"),
    "category": ("category", "categorie", "type", "rubrique", "activite", "domaine"),
    "naf": ("naf", "ape", "code naf", "code ape", "activiteprincipaleetablissement"),
    "siret": ("siret", "ref fr siret"),
    "legal_category": ("legal category", "categorie juridique", "categoriejuridiqueunitelegale"),
    "address": ("address", "adresse", "adresse postale"),
    "housenumber": ("housenumber", "addr housenumber", "numero", "numerovoieetablissement"),
    "street": ("street", "addr street", "voie", "rue", "nom voie", "libellevoieetablissement"),
    "postcode": ("postcode", "addr postcode", "code postal", "cp", "codepostaletablissement"),
    "insee_code": ("insee code", "code insee", "insee", "codecommuneetablissement", "plg code commune"),
    "rna": ("rna", "numero rna", "id rna", "waldec"),
    "description": ("description", "objet", "presentation"),
    "phone": ("phone", "contact phone", "telephone", "tel"),
    "email": ("email", "contact email", "courriel", "mail", "e mail"),
    "website": ("website", "contact website", "site", "site web", "site internet", "url", "web"),
    "opening_hours": ("opening hours", "horaires", "collection times"),
    "wheelchair": ("wheelchair", "accessibilite", "pmr"),
    "longitude": ("longitude", "lon", "lng", "long", "x longitude"),
    "latitude": ("latitude", "lat", "y latitude"),
}  # fmt: skip

_POINT = ("longitude", "latitude")

TABLES = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
SUFFIXES = (*TABLES, ".geojson", ".geojson.gz", ".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field, as asked for; the rest is found by the usual names."""

    mapped: Mapping[str, str] = field(default_factory=dict)
    #: The usual names of each field.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: ALIASES)

    def __post_init__(self) -> None:
        for name in self.mapped:
            if name not in self.aliases:
                known = ", ".join(self.aliases)
                message = _("Champ inconnu : {name}. Connus : {known}.").format(name=name, known=known)
                raise InvalidParameter("map", message)

    def of(self, header: list[str], path: Path) -> dict[str, str]:
        """Return the column of each field that this header has; a column asked for must be there."""
        by_name = {plain(column): column for column in reversed(header)}
        usual = {name: next((by_name[a] for a in names if a in by_name), None) for name, names in self.aliases.items()}
        if missing := [column for column in self.mapped.values() if column not in header]:
            known = ", ".join(header)
            message = _("{path} : pas de colonne « {column} ». Il y a : {known}.")
            raise InvalidParameter("map", message.format(path=path, column=missing[0], known=known))
        return {name: column for name, column in {**usual, **self.mapped}.items() if column}


def rows(path: Path, columns: Columns) -> Iterator[Row | Unreadable]:
    """Yield the rows of one file, and the ones that cannot be read, with their line or rank."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".geojson", ".json")):
        yield from geojson_in(text_of(path), path, columns)
    else:
        yield from _of_csv(path, columns)


def _of_csv(path: Path, columns: Columns) -> Iterator[Row | Unreadable]:
    table = table_of(path)
    fields = columns.of(table.columns, path)
    if not fields and not set(OSM_KEYS) & set(table.columns):
        words = _("{path} : aucune colonne connue. Il y a : {known}. Dites laquelle est laquelle par --map.")
        raise ImportRefused(words, path=path, known=", ".join(table.columns)[:400])
    for record in table.records:
        if isinstance(record, Unreadable):
            yield record
        else:
            yield row_of(record.number, record.values, fields, point=None)


def geojson_in(text: str, path: Path, columns: Columns) -> Iterator[Row | Unreadable]:
    """Yield the features of a GeoJSON text; `path` names it."""
    try:
        document = json.loads(text)
        features = document["features"]
        if features and not any(isinstance(feature, dict) for feature in features):
            raise TypeError("no object among the features")
        header = list(dict.fromkeys(key for feature in features for key in ("id", *_properties(feature))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = _("{path} : ce n'est pas une FeatureCollection GeoJSON ({error}).")
        raise ImportRefused(message, path=path, error=error) from error
    fields = columns.of(header, path)
    for rank, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            yield Unreadable(str(rank), _("ce n'est pas un objet GeoJSON"))
            continue
        values = {key: _as_text(value) for key, value in _properties(feature).items()}
        if "id" in feature:
            values.setdefault("id", str(feature["id"]))
        try:
            point = _point(feature.get("geometry"))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
            yield Unreadable(str(rank), _("géométrie illisible"))
            continue
        yield row_of(str(rank), values, fields, point=point)


def _properties(feature: object) -> dict:
    """What a feature says; nothing where it is broken."""
    said = feature.get("properties") if isinstance(feature, dict) else None
    return said if isinstance(said, dict) else {}


def row_of(
    number: str, values: dict[str, str], columns: dict[str, str], *, point: tuple[float, float] | None
) -> Row | Unreadable:
    """Return what a line or a feature says by the columns of its fields, or that its coordinates cannot be read."""
    said = {name: values.get(column, "").strip() for name, column in columns.items() if name not in _POINT}
    fields = {name: text for name, text in said.items() if text}
    try:
        longitude, latitude = point or _coordinates(values, columns)
    except ValueError:
        return Unreadable(number, _("coordonnées illisibles"), fields.get("key", ""))
    return Row(
        number=number,
        key=fields.pop("key", ""),
        fields=fields,
        columns=values,
        tags={key: values[key] for key in OSM_KEYS if values.get(key)},
        longitude=longitude,
        latitude=latitude,
    )


def _coordinates(values: dict[str, str], columns: dict[str, str]) -> tuple[float | None, float | None]:
    longitude = decimal(values.get(columns.get("longitude", "")))
    latitude = decimal(values.get(columns.get("latitude", "")))
    return (None, None) if longitude is None or latitude is None else (longitude, latitude)


def _point(geometry: dict | None) -> tuple[float, float] | None:
    """A point itself, else a point on what is drawn."""
    if not geometry:
        return None
    shape = shapely.geometry.shape(geometry)
    if shape.is_empty:
        return None
    point = shapely.point_on_surface(shape)
    return point.x, point.y


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
