"""Finds the places that people type: completes addresses, streets, quarters, towns and postcodes, and resolves them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, FloatField, Q, QuerySet, Value
from django.utils.text import slugify
from django.utils.translation import gettext as _

from geo.codes import POSTCODE
from geo.errors import NotFound
from geo.likeness import likeness
from geo.models import Address, Toponym
from geo.wording import TYPE_OF, Typed, taken_apart

Kind = Toponym.Kind

#: Fewest points of likeness (0 to 1) for a place to be taken for the one that is meant.
RESOLVED = 0.6
#: Candidates that are compared word by word; streets are cut off unsorted, as "rue" begins a million of them.
CANDIDATES, STREETS = 40, 200
#: Suggestions that are read whole, and the score that makes one worth it.
SHOWN, WORTH_SHOWING = 25, 0.3
#: A street, and a place with this number in it, are searched for so far around the point given.
AROUND = D(km=20)
#: What is taken off when a place is no street although a number was typed, or lies outside the postcode typed.
NOT_A_STREET, OTHER_POSTCODE = 0.3, 0.15
#: Words that say too little to look for misspellings of.
COMMON_WORDS = frozenset(TYPE_OF.values()) | {"saint", "sainte"}


class Candidate(NamedTuple):
    """What a name is scored by."""

    pk: int
    kind: str
    name: str
    normalised: str
    importance: float
    #: From the point given, a `D`; nothing without one.
    metres: D | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A place that may be meant; properties as in the Base Adresse Nationale where it has them."""

    #: `housenumber`, `street`, `neighbourhood`, `municipality`, `postcode` or `place`.
    type: str
    #: Stable identity: a place's key, an INSEE code, or a code and a name.
    id: str
    label: str
    name: str
    housenumber: str = ""
    street: str = ""
    postcode: str
    city: str
    citycode: str
    #: Degrees, WGS 84.
    longitude: float
    latitude: float
    #: 0 to 1.
    score: float
    #: What the reader should know: the number is unknown, or was placed along the street.
    note: str = ""


def complete(text: str, *, limit: int = 5, near: Point | None = None) -> list[Suggestion]:
    """Return the places that this beginning of an address may mean, the likeliest first; nothing for an empty text."""
    typed = taken_apart(text)
    found = _suggestions(typed, near)
    if typed.number is not None and (not found or found[0].score < RESOLVED):
        # "8 mai 1945" is a street whose name begins with a number.
        found = _sorted([*found, *_suggestions(taken_apart(text, numbered=False), near)])
    return list({suggestion.id: suggestion for suggestion in reversed(found)}.values())[::-1][:limit]


def resolve(text: str, *, near: Point | None = None) -> Suggestion:
    """Return the one place that a whole typed address means; raise `NotFound` where nothing is like it."""
    best = next(iter(complete(text, limit=1, near=near)), None)
    if best is None or best.score < RESOLVED:
        raise NotFound(_("Aucun lieu ne correspond à « %(text)s ».") % {"text": text})
    return best


def _suggestions(typed: Typed, near: Point | None) -> list[Suggestion]:
    """Candidates of the postcode typed, else of all, with their scores; house numbers looked up in the best streets."""
    if not typed.words:
        # By the beginning of what is indexed, "44000 nantes": its name alone, "44000", is not.
        named = Toponym.objects.exclude(kind=Kind.STREET).filter(normalised__startswith=typed.postcode or "-")
        return _described(named.filter(kind=Kind.POSTCODE), typed, near, less=0)
    found: list[Suggestion] = []
    if typed.postcode:
        inside = Toponym.objects.filter(municipality__postcodes__contains=[typed.postcode])
        found = _described(_candidates(inside, typed.words, near), typed, near, less=0)
    if not found or found[0].score < RESOLVED:
        less = OTHER_POSTCODE if typed.postcode else 0
        found += _described(_candidates(Toponym.objects.all(), typed.words, near), typed, near, less=less)
    return _sorted(found if typed.number is None else _numbered(found, typed))


def _candidates(among: QuerySet[Toponym], words: str, near: Point | None) -> QuerySet[Toponym]:
    """Names that begin as typed; where they are few, names that are like it."""
    beginning = among.filter(normalised__startswith=words)
    streets = beginning.filter(kind=Kind.STREET)
    found = [
        *beginning.exclude(kind=Kind.STREET).order_by("-importance").values_list("pk", flat=True)[:CANDIDATES],
        *streets.values_list("pk", flat=True)[:STREETS],
    ]
    if near and len(found) >= STREETS:
        around = streets.filter(location__dwithin=(near, AROUND)).order_by(Distance("location", near))
        found += around.values_list("pk", flat=True)[:CANDIDATES]
    rare = " ".join(word for word in words.split() if word not in COMMON_WORDS)
    if len(found) < CANDIDATES and len(rare) > 2:
        alike = among.filter(normalised__trigram_word_similar=rare).order_by("-importance")
        found += alike.values_list("pk", flat=True)[:STREETS]
    return Toponym.objects.filter(pk__in=found)


def _described(candidates: QuerySet[Toponym], typed: Typed, near: Point | None, *, less: float) -> list[Suggestion]:
    """The best of the candidates; only these are read whole, as a point takes ten times as long as a name."""
    metres = Distance("location", near) if near else Value(None, output_field=FloatField())
    rows = candidates.annotate(metres=metres).values_list("pk", "kind", "name", "normalised", "importance", "metres")
    scores = {row.pk: round(_score(row, typed) - less, 4) for row in map(Candidate._make, rows)}
    best = sorted((pk for pk in scores if scores[pk] >= WORTH_SHOWING), key=lambda pk: (-scores[pk], pk))[:SHOWN]
    toponyms = Toponym.objects.select_related("municipality").defer("municipality__boundary", "municipality__location")
    return _sorted(_suggestion(toponym, scores[toponym.pk]) for toponym in toponyms.filter(pk__in=best))


def _score(row: Candidate, typed: Typed) -> float:
    """How well a name answers: likeness of words above all, then importance and nearness."""
    if row.kind == Kind.POSTCODE and not any(letter.isdigit() for letter in typed.words + typed.postcode):
        return 0.0
    score = 0.85 * likeness(typed, name=row.name, normalised=row.normalised) + 0.15 * row.importance
    if row.metres is not None:
        score += 0.1 / (1 + row.metres.m / 5_000)
    if typed.number is not None and row.kind != Kind.STREET:
        score -= NOT_A_STREET
    return min(1.0, score)


def _suggestion(toponym: Toponym, score: float) -> Suggestion:
    town, is_town = toponym.municipality, toponym.kind == Kind.MUNICIPALITY
    # Where a town has several, the first stands for the town itself, and only a label can tell that of a street.
    told = POSTCODE.search(toponym.label) if toponym.kind in (Kind.STREET, Kind.POSTCODE) else None
    of_town = town.postcodes[0] if town.postcodes and (is_town or len(town.postcodes) == 1) else ""
    return Suggestion(
        type=toponym.kind,
        id=_identity(toponym),
        label=toponym.label,
        name=toponym.name,
        street=toponym.name if toponym.kind == Kind.STREET else "",
        postcode=told[0] if told else of_town,
        city=town.name,
        citycode=town.insee_code,
        longitude=toponym.location.x,
        latitude=toponym.location.y,
        score=score,
    )


def _identity(toponym: Toponym) -> str:
    """Identity that outlives the table, which is written anew after each import."""
    code = toponym.municipality.insee_code
    if toponym.kind == Kind.MUNICIPALITY:
        return code if toponym.name == toponym.municipality.name else f"{code}/{slugify(toponym.name)}"
    return f"{code}/{toponym.kind}/{slugify(toponym.name)}"


def _numbered(suggestions: list[Suggestion], typed: Typed) -> list[Suggestion]:
    """Put the house number in front of the best streets; say so of those where it is not known."""
    streets = [suggestion for suggestion in suggestions if suggestion.type == Kind.STREET][:10]
    asked = Q()
    for street in streets:
        asked |= Q(municipality__insee_code=street.citycode, street_name=street.name)
    known: dict[tuple[str, str], list[Address]] = {}
    addresses = Address.objects.filter(asked, number=typed.number, closed_on__isnull=True)
    for address in addresses.annotate(code=F("municipality__insee_code")).order_by("key") if streets else ():
        known.setdefault((address.code, address.street_name), []).append(address)
    unknown = _("numéro %(number)s inconnu : au milieu de la voie") % {
        "number": f"{typed.number} {typed.suffix}".strip()
    }
    return [
        _at_number(suggestion, known.get((suggestion.citycode, suggestion.name), []), typed, unknown)
        for suggestion in suggestions
    ]


def _at_number(street: Suggestion, addresses: list[Address], typed: Typed, unknown: str) -> Suggestion:
    """Return the house of this number; one without the suffix typed, or of another postcode, is better than none."""
    if street.type != Kind.STREET:
        return street
    if not addresses:
        return replace(street, note=unknown)

    def fitness(address: Address) -> tuple[bool, bool, bool]:
        same_suffix = address.suffix[:1].lower() == typed.suffix[:1]
        return same_suffix, not address.suffix, address.postcode == typed.postcode

    best = max(addresses, key=fitness)
    number = f"{best.number} {best.suffix}".strip()
    exact = best.suffix[:1].lower() == typed.suffix[:1]
    return replace(
        street,
        type="housenumber",
        id=best.key,
        label=f"{number} {street.label}",
        name=f"{number} {street.name}",
        housenumber=number,
        postcode=best.postcode or street.postcode,
        longitude=best.location.x,
        latitude=best.location.y,
        score=min(1.0, round(street.score + (0.05 if exact else 0.02), 4)),
        note=_("Ce numéro est placé le long de la voie, à quelques mètres près.") if best.interpolated else "",
    )


def _sorted(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """The likeliest first; ties by label, so that the same question has the same answer."""
    return sorted(suggestions, key=lambda suggestion: (-suggestion.score, suggestion.label, suggestion.id))
