"""OpenStreetMap extracts (PBF, XML, compressed or not): buildings, streets, addresses, administrative boundaries.

Tags: https://wiki.openstreetmap.org/wiki/Map_features; admin_level in France:
https://wiki.openstreetmap.org/wiki/FR:Limites_administratives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from osmium.geom import WKBFactory

from geo.codes import city_of
from geo.errors import ImportRefused
from geo.importing.rows import Ignored, Rejected, Row
from geo.importing.sources.reading import Contents, Options, Source, refuse_where
from geo.importing.values import decimal, leading_number, postcodes, slug, text
from geo.models import Building

Use = Building.Use
#: Values of `building` that say what it is for; `yes` and the others do not.
USES = {
    value: use
    for use, values in {
        Use.RESIDENTIAL: "apartments house residential detached semidetached_house terrace dormitory",
        Use.COMMERCIAL: "commercial retail office hotel supermarket kiosk",
        Use.PUBLIC: "public civic government school kindergarten college university hospital",
        Use.INDUSTRIAL: "industrial warehouse",
        Use.AGRICULTURAL: "farm farm_auxiliary barn greenhouse",
        Use.RELIGIOUS: "religious church chapel cathedral mosque synagogue temple",
        Use.SPORT: "stadium sports_hall grandstand",
        Use.ANNEX: "garage garages shed roof carport hut",
    }.items()
    for value in values.split()
}
#: Roads that nobody walks along.
NOT_ON_FOOT = (
    "motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed", "raceway",
    "platform", "corridor", "bus_guideway",
)  # fmt: skip
NOT_FOR_ALL = ("no", "private", "delivery", "agricultural", "forestry")
DIRECTIONS = {
    "yes": "forward",
    "true": "forward",
    "1": "forward",
    "-1": "backward",
    "reverse": "backward",
    "no": "both",
}
COMMUNE_LEVEL = "8"
#: admin_level of the parts of a commune, by kind of neighbourhood.
LEVELS = {"arrondissement": "9", "delegated": "9", "secteur": "9", "quartier": "10", "sous_quartier": "11"}


@contextmanager
def open_osm(path: Path, options: Options) -> Iterator[Contents]:
    """Open an extract; libosmium unpacks it, joins nodes into lines and rings into areas."""
    refuse_where(options, "osm")
    if not path.is_file():
        raise ImportRefused(_("%(path)s : ce fichier n’existe pas.") % {"path": path})
    yield Contents(_rows(path, options))


def _rows(path: Path, options: Options) -> Iterator[Row | Rejected | Ignored]:
    read = {
        "buildings": _buildings,
        "streets": _streets,
        "addresses": _addresses,
        "municipalities": _boundaries,
        "neighbourhoods": _boundaries,
    }[options.dataset]
    try:
        yield from read(str(path), options)
    except RuntimeError as error:
        raise ImportRefused(_("%(path)s : fichier illisible (%(why)s).") % {"path": path.name, "why": error}) from error


def _objects(path: str, *keys: str, areas: bool = False) -> Iterator[osmium.osm.OSMObject]:
    """Objects that carry one of these keys, with their geometry at hand."""
    wanted = osmium.filter.KeyFilter(*keys)
    processor = osmium.FileProcessor(path).with_locations()
    if areas:
        processor = processor.with_areas(wanted)
    return processor.with_filter(wanted)


def _origin(area: osmium.osm.Area) -> str:
    """The object an area comes from: `way/12` or `relation/3`."""
    return f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"


def _shape(make, thing) -> shapely.Geometry | None:
    """Geometry of an object; None where nodes are missing, as at the edge of an extract."""
    try:
        return shapely.from_wkb(make(thing))
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _buildings(path: str, options: Options) -> Iterator[Row | Ignored]:
    factory = WKBFactory()
    for area in _objects(path, "building", areas=True):
        kind = area.tags["building"] if area.is_area() else "no"
        if kind == "no":
            continue
        attributes = {
            "name": text(area.tags.get("name"))[:160],
            "use": USES.get(kind, Use.UNKNOWN).value,
            "storeys": _number(area.tags.get("building:levels")),
            "height": _number(area.tags.get("height"), decimal),
            "dwellings": _number(area.tags.get("building:flats")),
            "rnb_ids": [],
        }
        number = _origin(area)
        geometry = _shape(factory.create_multipolygon, area)
        yield Row(number, geometry, attributes, key=f"osm:{number}", insee_code=options.municipality)


def _streets(path: str, options: Options) -> Iterator[Row | Ignored]:
    factory = WKBFactory()
    for way in _objects(path, "highway"):
        if not way.is_way():
            continue
        number, road_class = f"way/{way.id}", way.tags["highway"]
        attributes = {
            "name": text(way.tags.get("name"))[:160],
            "road_class": road_class[:60],
            "one_way": _one_way(way.tags, road_class),
            "walkable": _is_walkable(way.tags, road_class),
            "drivable": _is_drivable(way.tags),
        }
        geometry = _shape(factory.create_linestring, way)
        yield Row(number, geometry, attributes, key=f"osm:{number}", insee_code=options.municipality)


def _is_walkable(tags: osmium.osm.TagList, road_class: str) -> bool:
    """Whether people may walk there (https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions)."""
    on_foot = tags.get("foot", "")
    if on_foot in ("yes", "designated", "permissive"):
        return True
    return (
        on_foot not in ("no", "private")
        and tags.get("access") not in ("no", "private")
        and road_class not in NOT_ON_FOOT
    )


def _one_way(tags: osmium.osm.TagList, road_class: str) -> str:
    """Which way one drives; roundabouts and motorways need no tag for it (https://wiki.openstreetmap.org/wiki/Key:oneway)."""
    round_about = tags.get("junction") in ("roundabout", "circular") or road_class in ("motorway", "motorway_link")
    return DIRECTIONS.get(tags.get("oneway", "yes" if round_about else "no"), "")


def _is_drivable(tags: osmium.osm.TagList) -> bool:
    """Whether anyone may drive there: the most particular of the access tags says; what is a surface is no road."""
    said = (tags.get(key) for key in ("motorcar", "motor_vehicle", "vehicle", "access"))
    return tags.get("area") != "yes" and next(filter(None, said), "yes") not in NOT_FOR_ALL


def _addresses(path: str, options: Options) -> Iterator[Row | Rejected]:
    """House numbers on points, and on buildings, where they stand inside."""
    factory = WKBFactory()
    for thing in _objects(path, "addr:housenumber", areas=True):
        if thing.is_node():
            number, geometry = f"node/{thing.id}", _shape(factory.create_point, thing)
        elif thing.is_area():
            number, area = _origin(thing), _shape(factory.create_multipolygon, thing)
            geometry = area and area.point_on_surface()
        else:
            continue
        yield _address(number, geometry, thing.tags, options)


def _address(number: str, geometry: shapely.Geometry | None, tags: osmium.osm.TagList, options: Options):
    house, street = text(tags["addr:housenumber"]), text(tags.get("addr:street") or tags.get("addr:place"))
    if not street:
        return Rejected(number, _("nom de voie absent"))
    if leading_number(house) is None:
        return Rejected(number, _("numéro absent"))
    attributes = {
        "number": leading_number(house),
        "suffix": house.lstrip("0123456789").strip(" -").lower(),
        "street_name": street,
        "postcode": text(tags.get("addr:postcode")),
    }
    return Row(number, geometry, attributes, key=f"osm:{number}", insee_code=options.municipality)


def _boundaries(path: str, options: Options) -> Iterator[Row | Rejected]:
    """Administrative boundaries of the level of the dataset; those that an extract cuts cannot be joined."""
    factory = WKBFactory()
    towns = options.dataset == "municipalities"
    level = COMMUNE_LEVEL if towns else LEVELS.get(options.kind, "10")
    wanted = ("boundary", "administrative"), ("admin_level", level)
    seen, joined = {}, set()
    for thing in _objects(path, "admin_level", areas=True):
        if any(thing.tags.get(key) != value for key, value in wanted):
            continue
        if thing.is_relation():
            seen[f"relation/{thing.id}"] = True
        elif thing.is_area():
            number, geometry = _origin(thing), _shape(factory.create_multipolygon, thing)
            joined.add(number)
            yield (_municipality if towns else _neighbourhood)(number, geometry, thing.tags, options)
    for number in seen:
        if number not in joined:
            yield Rejected(number, _("contour incomplet dans cet extrait"))


def _municipality(number: str, geometry, tags: osmium.osm.TagList, options: Options) -> Row | Rejected:
    insee_code = options.municipality or tags.get("ref:INSEE", "")
    if not insee_code:
        return Rejected(number, _("code INSEE absent"))
    told = {
        "insee_code": insee_code,
        "name": text(tags.get("name:fr") or tags.get("name")),
        "postcodes": postcodes(tags.get("addr:postcode") or tags.get("postal_code")),
        "population": leading_number(tags.get("population")),
    }
    return Row(number, geometry, told)


def _neighbourhood(number: str, geometry, tags: osmium.osm.TagList, options: Options) -> Row | Rejected:
    name = text(tags.get("name:fr") or tags.get("name"))
    insee_code = options.municipality or city_of(tags.get("ref:INSEE", ""))
    if not name or not insee_code:
        return Rejected(number, _("nom ou commune absents : précisez --municipality CODE"))
    code = tags.get("ref:INSEE") or slug(name)
    told = {"kind": options.kind, "code": code, "name": name}
    return Row(number, geometry, told, key=f"{insee_code}/{options.kind}/{code}", insee_code=insee_code)


def _number(value: str | None, read=leading_number) -> float | int | None:
    """A number as people write it in tags; None where it cannot be read."""
    try:
        return read(value)
    except ValueError:
        return None


SOURCE = Source(
    name="osm",
    datasets=("buildings", "streets", "addresses", "municipalities", "neighbourhoods"),
    open=open_osm,
    licence=gettext_noop("ODbL (© les contributeurs d’OpenStreetMap)"),
)
