"""Meeting points of rides: squares by their names, stops, car parks, shops, town halls. Public places only.

Nobody's ride begins at home: whoever shares one chooses where, from a list around a place that they name, or around
the point of their public cell. What is public is told by open data; an address of someone is never a meeting point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Q, QuerySet
from django.utils import timezone

from directory.categories import tree
from directory.listing_kinds import Kind
from directory.models import SearchEntry
from directory.words import plain
from geo.errors import NotFound
from geo.geocoding import Suggestion, resolve
from geo.models import WGS84, PublicCell, Toponym
from geo.plane import metres_between
from geo.wording import SMALL_WORDS, comparable
from scopes import audiences

#: Where one can wait and a car can stop: all of transport, and what people find without looking for a number.
WHERE_ONE_WAITS = (
    "transport", "town_hall", "library", "university", "hospital", "park", "sports_centre", "swimming_pool", "market",
    "cinema", "supermarket", "shopping_centre", "bakery", "pharmacy", "fuel",
)  # fmt: skip
#: Words that names of squares begin with (`geo.wording.STREET_TYPES`).
SQUARES = ("place", "placette", "square", "esplanade", "parvis")
#: What a list offers to choose from, and how far around a place it looks.
OFFERED, AROUND = 12, D(km=3)
#: More words of a text than these are not looked at.
MOST_TERMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPoint:
    """A public place where people meet a car."""

    #: Id of the listing, or code of the town and name of the square: outlives imports.
    key: str
    name: str
    longitude: float
    latitude: float

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.longitude, self.latitude, srid=WGS84)


def nearest_to(point: Point, *, within: D = AROUND, most: int = OFFERED) -> list[MeetingPoint]:
    """The meeting points around a point (degrees), the nearest first; two of one name stand once."""
    listed = _listed().filter(location__dwithin=(point, within)).order_by(GeometryDistance("location", point))
    squares = _squares().filter(location__dwithin=(point, within)).order_by(GeometryDistance("location", point))
    near = [*map(_of_entry, listed[:most]), *map(_of_square, squares.select_related("municipality")[:most])]
    return _once(sorted(near, key=lambda one: (_metres(one, point), one.key)))[:most]


def called(text: str, *, near: Point | None = None) -> list[MeetingPoint]:
    """What people may mean by a text: meeting points of that name, then those around the place or address it names.

    Nothing where nobody knows it. With `near`, the nearest of one name comes first. Around a house or a street, the
    list is that of its public cell: whoever types where they live is offered what their neighbours are.
    """
    terms = [word for word in plain(text).split() if word not in SMALL_WORDS][:MOST_TERMS]
    if not terms:
        return []
    named = _listed()
    for term in terms:
        named = named.filter(words__trigram_word_similar=term)
    named = named.order_by(GeometryDistance("location", near)) if near else named.order_by("title", "public_id")
    found = [_of_entry(entry) for entry in named[:OFFERED] if set(terms) <= set(plain(entry.title).split())]
    try:
        place = resolve(text, near=near)
    except NotFound:
        return _once(found)[:OFFERED]
    return _once([*found, *nearest_to(_seen_from(place))])[:OFFERED]


def _seen_from(place: Suggestion) -> Point:
    """The point from which meeting points around a place are told.

    The one nearest to the door would tell the door: of 600 points around a home, it names the right building two times
    in three (privacy.md, section 2).
    """
    point = Point(place.longitude, place.latitude, srid=WGS84)
    is_square = place.type == Toponym.Kind.STREET and plain(place.name).startswith(SQUARES)
    if is_square or place.type not in ("housenumber", Toponym.Kind.STREET):
        return point
    cells = PublicCell.objects.standing()
    around = cells.filter(location__dwithin=(point, AROUND)).order_by(GeometryDistance("location", point))
    cell = cells.filter(buildings__addresses__key=place.id).first() or around.first()
    return cell.location if cell else point


def meeting_point(key: str) -> MeetingPoint | None:
    """Find one by its key, while it is there."""
    try:
        entry = _listed().filter(public_id=UUID(key)).first()
        return entry and _of_entry(entry)
    except ValueError:
        pass
    code, _slash, name = key.partition(f"/{Toponym.Kind.STREET}/")
    words = comparable(" ".join(name.split("-")))
    alike = (
        _squares().filter(municipality__insee_code=code, normalised__startswith=words).select_related("municipality")
    )
    return next((_of_square(one) for one in alike if _slug(one) == name), None)


def _listed() -> QuerySet[SearchEntry]:
    """Shops and public places that everyone finds today, where one can wait."""
    kinds = SearchEntry.objects.filter(kind__in=[Kind.PLACE, Kind.MERCHANT], audience=audiences.PUBLIC)
    now = timezone.now()
    begun = Q(live_from__isnull=True) | Q(live_from__lte=now)
    goes_on = Q(live_until__isnull=True) | Q(live_until__gt=now)
    return kinds.filter(begun, goes_on, _of_categories(), location__isnull=False)


def _of_categories() -> Q:
    of_one = Q()
    for code in WHERE_ONE_WAITS:
        of_one |= Q(category_number__range=(tree()[code].number, tree()[code].last))
    return of_one


def _squares() -> QuerySet[Toponym]:
    begins = Q()
    for word in SQUARES:
        begins |= Q(normalised__startswith=f"{word} ")
    return Toponym.objects.filter(begins, kind=Toponym.Kind.STREET, municipality__isnull=False)


def _of_entry(entry: SearchEntry) -> MeetingPoint:
    point = entry.location
    return MeetingPoint(key=str(entry.public_id), name=entry.title, longitude=point.x, latitude=point.y)


def _of_square(square: Toponym) -> MeetingPoint:
    key = f"{square.municipality.insee_code}/{Toponym.Kind.STREET}/{_slug(square)}"
    return MeetingPoint(key=key, name=square.name, longitude=square.location.x, latitude=square.location.y)


def _slug(square: Toponym) -> str:
    """Its name in words that the name is found by again: "place-de-l-edit-de-nantes"."""
    return plain(square.name).replace(" ", "-")


def _once(points: Iterable[MeetingPoint]) -> list[MeetingPoint]:
    """Each name once: a stop has a sign on either side of the street."""
    by_name: dict[str, MeetingPoint] = {}
    for one in points:
        by_name.setdefault(plain(one.name), one)
    return list(by_name.values())


def _metres(one: MeetingPoint, point: Point) -> float:
    return float(metres_between([(one.longitude, one.latitude)], [point.coords])[0])
