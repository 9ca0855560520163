"""Meeting points of rides: squares by their names, stops, car parks, shops, town halls. Public places only.

Nobody's ride begins at home: whoever shares one chooses where, from a list around a place that they name, or around
the point of their public cell. What is public is told by open data; an address of someone is never a meeting point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from rapidfuzz.fuzz import ratio

from directory.categories import tree
from directory.listing_kinds import Kind
from directory.models import SearchEntry
from directory.words import plain
from geo.errors import NotFound
from geo.geocoding import Suggestion, complete, resolve
from geo.models import WGS84, Municipality, PublicCell, Toponym
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
#: What completion shows; among how many names, and of words of how many letters, it looks.
SUGGESTED, COMPARED, SHORTEST_TERM = 8, 60, 3
#: Of 100: "graslan" is as like "graslin" (86), "gare" is not "paré" (75).
ALIKE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPoint:
    """A public place where people meet a car."""

    #: Id of the listing, or code of the town and name of the square: outlives imports.
    key: str
    name: str
    longitude: float
    latitude: float
    #: Its town, to tell two of one name apart; empty where it is not asked for.
    town: str = ""

    @property
    def point(self) -> Point:
        """Where it is."""
        return Point(self.longitude, self.latitude, srid=WGS84)


def nearest_to(point: Point, *, within: D = AROUND, most: int = OFFERED) -> list[MeetingPoint]:
    """The meeting points around a point (degrees), the nearest first; two of one name stand once."""
    listed = _listed().filter(location__dwithin=(point, within)).order_by(GeometryDistance("location", point))
    squares = _squares().filter(location__dwithin=(point, within)).order_by(GeometryDistance("location", point))
    near = [*map(_of_entry, listed[:most]), *map(_of_square, squares[:most])]
    return _once(sorted(near, key=lambda one: (_metres(one, point), one.key)))[:most]


def called(text: str, *, near: Point | None = None) -> list[MeetingPoint]:
    """What people may mean by a text: meeting points of that name, then those around the place or address it names.

    Nothing where nobody knows it. With `near`, the nearest of one name comes first. Around a house, a
    building that people live in, or a street, the list is that of its public cell: whoever types where they live is
    offered what their neighbours are.
    """
    terms = _terms(text)
    if not terms:
        return []
    alike = _alike(terms, near)[:OFFERED]
    found = [_of_entry(entry) for entry in alike if set(terms) <= set(plain(entry.title).split())]
    place = _meant_by(text, near=near)
    return _once([*found, *(nearest_to(_seen_from(place)) if place else [])])[:OFFERED]


def understood(text: str, found: MeetingPoint, *, near: Point | None = None) -> str:
    """The place around which a meeting point was found that does not bear the words of a text; else nothing."""
    if set(_terms(text)) <= set(plain(f"{found.name} {found.town}").split()):
        return ""
    place = _meant_by(text, near=near)
    return place.label if place else ""


def _meant_by(text: str, *, near: Point | None) -> Suggestion | None:
    """The place that a text means, each of its words in it or nearly so: "Gare de Nantes" is no "Rue Paré, Nantes"."""
    try:
        place = resolve(text, near=near)
    except NotFound:
        return None
    words = plain(f"{place.label} {place.postcode}").split()
    long_enough = [term for term in _terms(text) if len(term) > SHORTEST_TERM]
    is_told = all(any(one.startswith(term) or ratio(term, one) >= ALIKE for one in words) for term in long_enough)
    return place if is_told else None


def _terms(text: str) -> list[str]:
    """The words of a text that names are compared by."""
    return [word for word in plain(text).split() if word not in SMALL_WORDS][:MOST_TERMS]


def _seen_from(place: Suggestion) -> Point:
    """The point from which meeting points around a place are told: of what may be a home, that of its public cell.

    The one nearest to the door would tell the door: of 600 points around a home, it names the right building two times
    in three (privacy.md, section 2).
    """
    point, kind = Point(place.longitude, place.latitude, srid=WGS84), Toponym.Kind
    cells, cell = PublicCell.objects.standing(), None
    if place.type == "housenumber":
        cell = cells.filter(buildings__addresses__key=place.id).first()
    elif place.type == kind.PLACE:  # a building by its name
        cell = cells.filter(buildings__footprint__intersects=point).first()
    if place.type == "housenumber" or (place.type == kind.STREET and not _is_square(place)):
        around = cells.filter(location__dwithin=(point, AROUND))
        cell = cell or around.order_by(GeometryDistance("location", point)).first()
    return cell.location if cell else point


def beginning(text: str, *, near: Point | None = None, most: int = SUGGESTED) -> list[MeetingPoint]:
    """Complete what is typed: meeting points whose words begin so, then those around the place that it may mean.

    With `near`, those near it come first; a house and a street are looked around as `called` does.
    """
    terms = _terms(text)
    if not terms:
        return []
    places = complete(text, limit=most, near=near)
    squares = [_of_suggestion(one) for one in places if _is_square(one)]
    found = [*squares, *_whose_words_begin(terms, near)]
    if len(found) < most and places:
        found += nearest_to(_seen_from(places[0]), most=most)
    return _once(found)[:most]


def _whose_words_begin(terms: Sequence[str], near: Point | None) -> list[MeetingPoint]:
    """Listed places in whose names a word begins with each of the terms."""
    long_enough = [term for term in terms if len(term) >= SHORTEST_TERM]
    if not long_enough:
        return []
    return [
        _of_entry(entry)
        for entry in _alike(long_enough, near)[:COMPARED]
        if all(any(word.startswith(term) for word in plain(entry.title).split()) for term in terms)
    ]


def _alike(terms: Sequence[str], near: Point | None) -> QuerySet[SearchEntry]:
    """Listed places with words like each of the terms, the nearest first."""
    named = _listed()
    for term in terms:
        named = named.filter(words__trigram_word_similar=term)
    return named.order_by(GeometryDistance("location", near)) if near else named.order_by("title", "public_id")


def meeting_point(key: str) -> MeetingPoint | None:
    """Find one by its key, while it is there."""
    try:
        entry = _listed().filter(public_id=UUID(key)).first()
        return entry and _of_entry(entry)
    except ValueError:
        pass
    code, _slash, name = key.partition(f"/{Toponym.Kind.STREET}/")
    words = comparable(" ".join(name.split("-")))
    alike = _squares().filter(code=code, normalised__startswith=words)
    return next((_of_square(one) for one in alike if _slug(one.name) == name), None)


def _listed() -> QuerySet[SearchEntry]:
    """Shops and public places that everyone finds today, where one can wait."""
    kinds = SearchEntry.objects.filter(kind__in=[Kind.PLACE, Kind.MERCHANT], audience=audiences.PUBLIC)
    now = timezone.now()
    begun = Q(live_from__isnull=True) | Q(live_from__lte=now)
    goes_on = Q(live_until__isnull=True) | Q(live_until__gt=now)
    town = Municipality.objects.filter(pk=OuterRef("municipality_id")).values("name")
    found = kinds.filter(begun, goes_on, _of_categories(), location__isnull=False)
    return found.annotate(town=Subquery(town)).only("public_id", "title", "location")


def _of_categories() -> Q:
    of_one = Q()
    for code in WHERE_ONE_WAITS:
        of_one |= Q(category_number__range=(tree()[code].number, tree()[code].last))
    return of_one


def _squares() -> QuerySet[Toponym]:
    begins = Q()
    for word in SQUARES:
        begins |= Q(normalised__startswith=f"{word} ")
    found = Toponym.objects.filter(begins, kind=Toponym.Kind.STREET, municipality__isnull=False)
    # Without the boundary of its town, which weighs a hundred times as much.
    return found.annotate(code=F("municipality__insee_code"), town=F("municipality__name"))


def _of_entry(entry: SearchEntry) -> MeetingPoint:
    point = entry.location
    return MeetingPoint(
        key=str(entry.public_id), name=entry.title, longitude=point.x, latitude=point.y, town=entry.town
    )


def _of_square(square: Toponym) -> MeetingPoint:
    key, point = _key(square.code, square.name), square.location
    return MeetingPoint(key=key, name=square.name, longitude=point.x, latitude=point.y, town=square.town)


def _of_suggestion(square: Suggestion) -> MeetingPoint:
    key = _key(square.citycode, square.name)
    place = {"longitude": square.longitude, "latitude": square.latitude}
    return MeetingPoint(key=key, name=square.name, town=square.city, **place)


def _key(insee_code: str, name: str) -> str:
    return f"{insee_code}/{Toponym.Kind.STREET}/{_slug(name)}"


def _slug(name: str) -> str:
    """The name of a square in words that it is found by again: "place-de-l-edit-de-nantes"."""
    return plain(name).replace(" ", "-")


def _is_square(place: Suggestion) -> bool:
    return place.type == Toponym.Kind.STREET and comparable(place.name).partition(" ")[0] in SQUARES


def _once(points: Iterable[MeetingPoint]) -> list[MeetingPoint]:
    """Each name once: a stop has a sign on either side of the street."""
    by_name: dict[str, MeetingPoint] = {}
    for one in points:
        by_name.setdefault(plain(one.name), one)
    return list(by_name.values())


def _metres(one: MeetingPoint, point: Point) -> float:
    return float(metres_between([(one.longitude, one.latitude)], [point.coords])[0])
