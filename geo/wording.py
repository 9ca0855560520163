"""How French people write addresses: accents, abbreviations, house numbers, postcodes, and what is not an address."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Kinds of streets and their usual abbreviations (La Poste, AFNOR NF Z 10-011), read as such before a name only.
STREET_TYPES = {
    "allee": ("all", "ale"),
    "avenue": ("av", "ave", "aven"),
    "boulevard": ("bd", "bld", "blvd", "boul", "bvd"),
    "carrefour": ("carr", "car", "crf"),
    "chaussee": ("chs", "chss"),
    "chemin": ("ch", "che", "chem", "chm"),
    "cite": (),
    "clos": (),
    "corniche": ("cor",),
    "cour": (),
    "cours": ("crs",),
    "domaine": ("dom",),
    "escalier": ("esc",),
    "esplanade": ("esp", "espl"),
    "faubourg": ("fg", "fbg"),
    "hameau": ("ham",),
    "impasse": ("imp",),
    "jardin": ("jard",),
    "jetee": ("jtee",),
    "lotissement": ("lot",),
    "mail": (),
    "montee": ("mte",),
    "parvis": ("prv",),
    "passage": ("pass", "psg", "pas"),
    "passerelle": ("plle",),
    "place": ("pl", "plc"),
    "placette": (),
    "pont": (),
    "porte": ("pte",),
    "promenade": ("prom",),
    "quai": ("qu", "q"),
    "quartier": ("qua", "quart", "qrt"),
    "residence": ("res", "resid"),
    "rond point": ("rpt",),
    "route": ("rte",),
    "rue": ("r",),
    "ruelle": ("rle",),
    "sentier": ("sen", "sent"),
    "square": ("sq",),
    "terrasse": ("tsse",),
    "traverse": ("trav", "tra"),
    "venelle": ("ven",),
    "villa": ("vla",),
    "voie": (),
    "zone artisanale": ("za",),
    "zone industrielle": ("zi",),
}
TYPE_OF = {short: full for full, shorts in STREET_TYPES.items() for short in (full, *shorts)}

#: Abbreviations within names: titles, saints, small words.
WORDS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "nd": "notre dame",
    "gal": "general",
    "gen": "general",
    "mal": "marechal",
    "cdt": "commandant",
    "cne": "capitaine",
    "col": "colonel",
    "lt": "lieutenant",
    "sgt": "sergent",
    "amal": "amiral",
    "pdt": "president",
    "prof": "professeur",
    "pr": "professeur",
    "dr": "docteur",
    "me": "maitre",
    "mgr": "monseigneur",
    "gd": "grand",
    "gde": "grande",
    "pt": "petit",
    "pte": "petite",
    "rpt": "rond point",
    "arr": "arrondissement",
    "ardt": "arrondissement",
}
#: Left out of what is compared: people forget them ("av opéra").
SMALL_WORDS = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez", "ls", "sous", "sur"]
)

_NUMBER = r"(?P<number>\d{1,4})\s*(?P<suffix>bis|ter|quater|quinquies|[a-z](?=\s))?\s+"
_LEADING_NUMBER = re.compile(rf"{_NUMBER}(?=\D)")
#: A house number before a kind of street, after a building's name: "Immeuble Plein-Centre 60, avenue du Centre".
_LATER_NUMBER = re.compile(rf"\b{_NUMBER}(?=(?:{'|'.join(TYPE_OF)})\b)")
_POSTCODE = re.compile(r"(?<!\d)(\d{5})(?!\d)")
#: Routing of business mail, floors and mentions that are no part of a place's address.
_NOT_AN_ADDRESS = re.compile(
    r"\b(?:cedex(?: \d+)?|(?:b ?p|c ?s|tsa|cidex)(?: no?)? ?\d+|\d+ ?(?:er?|eme)? etage|lieu ?dit(?= \w))"
)
_SHORT_SUR = [(re.compile(r"\bs/s\b"), "sous"), (re.compile(r"\bs/"), "sur ")]
_ORDINAL = re.compile(r"\b(\d+)(?:eme|em)\b")
_COUNTRY = re.compile(r",\s*france\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """What someone typed, taken apart."""

    #: House number, where there is one.
    number: int | None
    #: As in the Base Adresse Nationale: `bis`, `b`; lower case.
    suffix: str
    postcode: str
    #: Words to look for, as `comparable` gives them.
    words: str
    #: The same with the small words, to prefer exact names.
    full: str


def plain(text: str) -> str:
    """Lower case without accents, ligatures or punctuation, words separated by one space."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    for short, long in _SHORT_SUR:
        text = short.sub(long, text)
    letters = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]", " ", "".join(letters)).split())


def written_out(text: str) -> str:
    """`plain` with abbreviations in full: "av. du Gal Leclerc" as "avenue du general leclerc"."""
    words = _ORDINAL.sub(r"\1e", plain(text)).split()
    first = [TYPE_OF.get(word, word) for word in words[:1]] if len(words) > 1 else words
    return " ".join([*first, *(WORDS.get(word, word) for word in words[1:])]) if words else ""


def comparable(text: str) -> str:
    """What is stored and matched: written out, small words left out (unless nothing else is left)."""
    full = written_out(text)
    return " ".join(word for word in full.split() if word not in SMALL_WORDS) or full


def in_lower_case(name: str) -> str:
    """Write a name given in capitals as signs do: "R ALBERT DE MUN" as "Rue Albert de Mun"; others stay as they are."""
    if not name.isupper():
        return name
    words = written_out(name).split()
    return " ".join(word if word in SMALL_WORDS and rank else word.capitalize() for rank, word in enumerate(words))


def taken_apart(text: str, *, numbered: bool = True) -> Typed:
    """Find house number, postcode and words in a typed address: `12 bis, r. Crébillon 44000 NANTES CEDEX 1`.

    With `numbered=False` a leading number belongs to the name: "8 mai 1945".
    """
    text = _NOT_AN_ADDRESS.sub(" ", plain(_COUNTRY.sub("", text)))
    found = _POSTCODE.search(text)
    postcode = found[1] if found else ""
    text = " ".join(_POSTCODE.sub(" ", text).split())
    number = (_LEADING_NUMBER.match(text) or _LATER_NUMBER.search(text)) if numbered else None
    rest = text[number.end() :] if number else text
    return Typed(
        number=int(number["number"]) if number else None,
        suffix=(number["suffix"] or "") if number else "",
        postcode=postcode,
        words=comparable(rest),
        full=written_out(rest),
    )
