"""Reads OpenStreetMap extracts (PBF or XML) through pyosmium: points, and areas at a point inside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import osmium
import shapely
from django.utils.translation import gettext as _

from directory.categories import OSM_KEYS, category_of_tags
from directory.importing.rows import Row, Unreadable
from geo.errors import ImportRefused

SUFFIXES = (".pbf", ".osm", ".xml", ".osm.gz", ".xml.gz", ".osm.bz2", ".xml.bz2")

#: OSM keys in the order in which they are believed (https://wiki.openstreetmap.org/wiki/Key:contact:*).
FIELD_TAGS = {
    "name": ("name:fr", "name"),
    "brand": ("brand",),
    "siret": ("ref:FR:SIRET",),
    "housenumber": ("addr:housenumber", "contact:housenumber"),
    "street": ("addr:street", "addr:place", "contact:street"),
    "postcode": ("addr:postcode", "contact:postcode"),
    "phone": ("phone", "contact:phone", "contact:mobile"),
    "email": ("email", "contact:email"),
    "website": ("website", "contact:website", "url"),
    "opening_hours": ("opening_hours", "collection_times"),
    "wheelchair": ("wheelchair",),
}


def reads(path: Path) -> bool:
    """Whether the file is named as an OSM extract is."""
    return path.name.lower().endswith(SUFFIXES)


def rows(path: Path) -> Iterator[Row | Unreadable]:
    """Yield a row for each object whose tags mean a category and that anyone may use.

    A closed way is met as an area; a way that is no area is placed half-way along it.
    """
    seen: set[str] = set()
    shapes = osmium.geom.WKBFactory()
    objects = osmium.FileProcessor(path).with_areas().with_filter(osmium.filter.KeyFilter(*OSM_KEYS))
    try:
        for thing in objects:
            row = _row(thing, shapes)
            if row is None or row.key in seen:
                continue
            seen.add(row.key)
            yield row
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise ImportRefused(_("{path} : extrait OSM illisible ({error})."), path=path, error=error) from error


def _row(thing, shapes) -> Row | Unreadable | None:
    if thing.is_relation() or (thing.is_way() and thing.is_closed()):
        return None  # met again as an area
    tags = {tag.k: tag.v for tag in thing.tags}
    if category_of_tags(tags) is None or tags.get("access") in ("private", "no"):
        return None
    name = _name_of(thing)
    try:
        longitude, latitude = _point(thing, shapes)
    except (RuntimeError, osmium.InvalidLocationError, shapely.errors.GEOSException):
        return Unreadable(name, _("géométrie incomplète dans l'extrait"), name)
    fields = {field: value for field, keys in FIELD_TAGS.items() if (value := _first(tags, keys))}
    return Row(number=name, key=name, fields=fields, tags=tags, longitude=longitude, latitude=latitude)


def _name_of(thing) -> str:
    """The object's id on osm.org: `node/123`, `way/4`, `relation/5`."""
    if thing.is_area():
        return f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
    return f"{'node' if thing.is_node() else 'way'}/{thing.id}"


def _point(thing, shapes) -> tuple[float, float]:
    if thing.is_node():
        return thing.location.lon, thing.location.lat
    if thing.is_area():
        point = shapely.point_on_surface(shapely.from_wkb(shapes.create_multipolygon(thing)))
    else:
        point = shapely.line_interpolate_point(shapely.from_wkb(shapes.create_linestring(thing)), 0.5, normalized=True)
    return point.x, point.y


def _first(tags: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((tags[key] for key in keys if tags.get(key)), "")
