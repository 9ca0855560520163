"""Where and what is followed: read from a search or a drawing, found among listings, and put in words."""

from __future__ import annotations

import json
from functools import reduce
from operator import or_

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.contrib.gis.measure import D
from django.db.models import Q
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.circles import Circle, circle_around, outline
from directory.follow_models import Followed
from directory.here import Here
from directory.models import Kind
from directory.nearby import terms_of
from directory.querysets import ListingQuerySet
from directory.within import Level, Within
from geo.drawn_areas import read_area
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality

#: Degrees: an edge drawn on a map is straight there, one of geography bends; 2 km of it by 2 cm.
EDGE = 0.02
#: Degrees across, 60 km and more: whoever follows a department asks an importer.
WIDEST = 0.8
#: Degrees: boundaries of sources differ by up to 224 m (`directory.circles.OVERHANG`).
OVERHANG = 0.008
FARTHEST = D(km=25)


def place_around(here: Here, within: Within) -> dict[str, object]:
    """Return the columns of `Followed` for the circle of a search; raise `InvalidParameter` for one without limit."""
    if within.level is Level.NEAREST or (within.radius and within.radius > FARTHEST):
        raise InvalidParameter("within", _("Choisissez jusqu’où : un quartier, une ville, ou 25 km au plus."))
    circle = circle_around(here, within)
    if circle.level is Level.MUNICIPALITY:
        return {"municipality_id": circle.municipality_id, "towns": [circle.municipality_id]}
    if circle.level is Level.NEIGHBOURHOOD:
        return {"neighbourhood_id": circle.quarter_id, "towns": [circle.municipality_id]}
    return _of_area(_drawn(circle, here))


def place_drawn(drawing: str) -> dict[str, object]:
    """Return the columns of `Followed` for a drawing, as small as one likes; raise `InvalidParameter` for none."""
    if not drawing:
        raise InvalidParameter("drawing", _("Dessinez la zone sur la carte : trois coins au moins."))
    area, _notes = read_area(drawing, parameter="drawing")
    west, south, east, north = area.extent
    if east - west > WIDEST or north - south > WIDEST:
        raise InvalidParameter("drawing", _("Une zone suivie a 60 km de côté au plus."))
    return _of_area(area)


def _drawn(circle: Circle, here: Here) -> MultiPolygon:
    """The circle as it is drawn: a round, or the footprint of a building."""
    return _several(GEOSGeometry(json.dumps(outline(circle, here)), srid=WGS84))


def _several(area: GEOSGeometry) -> MultiPolygon:
    return area if isinstance(area, MultiPolygon) else MultiPolygon(area, srid=WGS84)


def _of_area(area: MultiPolygon) -> dict[str, object]:
    straight = shapely.segmentize(shapely.from_wkb(bytes(area.wkb)), max_segment_length=EDGE)
    return {
        "area": _several(GEOSGeometry(memoryview(shapely.to_wkb(straight)), srid=WGS84)),
        "towns": towns_around(area),
    }


def towns_around(area: MultiPolygon) -> list[int]:
    """Return the numbers of the towns that what lies in an area may be of."""
    box = shapely.box(*area.extent).buffer(OVERHANG)
    around = GEOSGeometry(memoryview(shapely.to_wkb(box)), srid=WGS84)
    towns = Municipality.objects.open().filter(parts__division__intersects=around).distinct()
    return sorted(towns.values_list("pk", flat=True))


def found_by(followed: Followed, listings: ListingQuerySet) -> ListingQuerySet:
    """Keep what is in the place that is followed, of the kinds, categories and words that are."""
    return wanted_by(followed, listings.filter(is_there(followed), municipality__in=followed.towns))


def wanted_by(followed: Followed, listings: ListingQuerySet) -> ListingQuerySet:
    """Keep the kinds, categories and words that are followed, wherever they are."""
    if followed.kinds:
        listings = listings.filter(kind__in=followed.kinds)
    if branches := [tree()[code] for code in followed.categories if code in tree()]:
        listings = listings.filter(
            reduce(or_, (Q(category__number__range=(node.number, node.last)) for node in branches))
        )
    for term in terms_of(followed.text):
        listings = listings.filter(entry__words__trigram_word_similar=term)
    return listings


def is_there(followed: Followed) -> Q:
    """The condition of being in the place that is followed."""
    if followed.area:
        return Q(entry__location__intersects=followed.area)
    if followed.neighbourhood_id:
        return Q(entry__neighbourhood_id=followed.neighbourhood_id)
    return Q(entry__municipality_id=followed.municipality_id)


def in_words(followed: Followed) -> str:
    """Say what is followed and where, naming no address: "boulangerie, « pain » · quartier Bouffay, Nantes"."""
    return f"{what_in_words(followed)} · {where_in_words(followed)}"


def what_in_words(followed: Followed) -> str:
    """Say what is followed."""
    nodes = [tree()[code] for code in followed.categories if code in tree()]
    names = [node.name.partition(",")[0] for node in nodes]
    names = names or [str(Kind(kind).label) for kind in followed.kinds]
    quoted = [_("« %(text)s »") % {"text": followed.text}] if followed.text else []
    return ", ".join([*names, *quoted]) or _("tout")


def circle_in_words(level: str) -> str:
    """Say which circle of a home is followed, to its person; nothing where it is none."""
    return {
        "residence": _("mon immeuble"),
        "voisinage": _("mon voisinage"),
        "neighbourhood": _("mon quartier"),
        "municipality": _("ma ville"),
    }.get(level, "")


def where_in_words(followed: Followed) -> str:
    """Say where; of a drawing or a round only the town, since it may be around somebody's door."""
    if followed.municipality_id:
        return followed.municipality.name
    if followed.neighbourhood_id:
        quarter = followed.neighbourhood
        return _("%(quarter)s, %(town)s") % {"quarter": quarter.name, "town": quarter.municipality.name}
    # The town of the middle, not each that it may touch.
    middle = followed.area.point_on_surface
    town = Municipality.objects.covering(middle).values_list("name", flat=True).first()
    return _("une zone, %(town)s") % {"town": town} if town else _("une zone")
