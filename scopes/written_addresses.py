"""Takes apart an address as landlords' files write them: several numbers, a building's name before, the town after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.wording import TYPE_OF, plain

_POSTCODE = re.compile(r"(?<!\d)(\d{5})(?!\d)")
_ONE = r"\d{1,4}(?:\s?(?:bis|ter|quater|quinquies)\b|\s?[a-h](?![a-z’']))?"
_NUMBERS = rf"(?P<numbers>{_ONE}(?:\s*(?:,|et|&|/|-|–|\bto\b)\s*{_ONE})*)"
_LEADING = re.compile(rf"(?:n°|no|nº|numero)?\s*{_NUMBERS}\s*,?\s*(?=[a-z])")
_LATER = re.compile(rf"(?<![\d/-]){_NUMBERS}\s*,?\s*(?=(?:{'|'.join(TYPE_OF)})\b)")
#: "12 à 18", in capitals "12 A 18", is written so before the suffixes "a" to "h" are read.
_TO = re.compile(r"(?<=\d)\s*(?:\s[aà]\s|\bau\b|à|→|->)\s*(?=\d)", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<number>\d+)\s?(?P<suffix>[a-z]*)")
_DASH = re.compile(r"^(\d+)\s*[-–]\s*(\d+)$")
#: Words and numbers that single out a part of what stands at an address.
_PART = re.compile(
    r"\d|\b(?:b[aâ]t|b[aâ]timent|bl?oc|hall|esc|escalier|entr[ée]e|cage|appt?|porte|lot|tour)\b", re.IGNORECASE
)
_CEDEX = re.compile(r"\bcedex\b.*|\b\d+(?:er?|e?me)?(?: arr(?:ondissemen)?t?)?$")


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """One line of a cell, taken apart."""

    text: str
    #: House numbers with their suffixes (lower case, as written); none where there is no number.
    numbers: tuple[tuple[int, str], ...]
    #: The numbers are the ends of a range: those between them are meant too.
    ranged: bool
    #: The street, with the town where no postcode stands between them.
    street: str
    postcode: str
    town: str
    #: What stands before the number: the name of a building, a hall.
    before: str
    #: What stands before is set apart and names no part of a building: "Les Lilas, 8 rue Haute", not "Bât. 8 rue…".
    clear: bool


def taken_apart(text: str) -> WrittenAddress:
    """Find the numbers, the street, the postcode and the town of an address.

    >>> taken_apart("Bât. C, 12 bis et 14, r. Haute 44000 NANTES CEDEX 1").numbers
    ((12, 'bis'), (14, ''))
    """
    place, postcode, town = text, "", ""
    if found := _POSTCODE.search(text):
        place, postcode, town = text[: found.start()], found[1], text[found.end() :]
    place = _TO.sub(" to ", place.strip(" ,-–"))
    lower = _without_accents(place)
    number = _LEADING.match(lower) or _LATER.search(lower)
    street = place[number.end() :] if number else place
    before = place[: number.start()].rstrip() if number else ""
    return WrittenAddress(
        text=text,
        numbers=_numbers(number["numbers"]) if number else (),
        ranged=bool(number) and _is_range(number["numbers"]),
        street=street.replace(" to ", " à ").strip(" ,-–"),
        postcode=postcode,
        town=town_itself(town),
        before=before.strip(" ,-–"),
        clear=not before
        or (before[-1] in ",-–" and len(_numbers(number["numbers"])) == 1 and not _PART.search(before)),
    )


def town_itself(text: str) -> str:
    """Return a town without its `cedex` and the number of an arrondissement, as `plain` writes it.

    >>> town_itself("MARSEILLE 8ème"), town_itself("Nantes Cedex 2")
    ('marseille', 'nantes')
    """
    return _CEDEX.sub("", plain(text)).strip()


def numbers_between(first: int, last: int) -> range:
    """Return the numbers of a range, on one side of the street where both ends are."""
    return range(min(first, last), max(first, last) + 1, 1 if (first - last) % 2 else 2)


def _numbers(text: str) -> tuple[tuple[int, str], ...]:
    found = [(int(one["number"]), one["suffix"]) for one in _NUMBER.finditer(_words_out(text))]
    return tuple(dict.fromkeys(found))


def _words_out(text: str) -> str:
    return re.sub(r"\b(?:et|to)\b", ",", text)


def _is_range(text: str) -> bool:
    """Two numbers of one house are joined by a dash too, "12-14"; further apart they are the ends of a range."""
    if " to " in text:
        return True
    dash = _DASH.match(text)
    return bool(dash) and abs(int(dash[2]) - int(dash[1])) != 2


def _without_accents(text: str) -> str:
    """Lower case, letter for letter, so that places in it are places in the text."""
    return "".join((plain(letter)[:1] if letter.isalpha() else letter.lower()[:1]) or letter for letter in text)
