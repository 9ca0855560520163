"""Whether a row has premises that may be shown: a natural person's home never becomes a public point (privacy.md, 3.4).

The rule asks for evidence, and hides without it. It concerns the categories marked `solo`: crafts, health and legal
professions, small offices and associations, which one person often runs from home. They keep their point when the row
shows a sign of premises: a shop (OSM `shop=*`), a shop sign or brand, or a name of premises ("Cabinet", "Atelier", …).
An association keeps it only where it tells opening hours: its seat is often the home of an officer. A natural person of
the SIRENE register (legal category 1000, https://www.insee.fr/fr/information/2028129) keeps it only under a shop sign.

Whoever is hidden is known at the commune: no point, no street address; and a title that is a person's name is replaced
by the name of the category.
"""

from __future__ import annotations

import re

from directory.categories import Node
from directory.importing.rows import Row
from directory.words import plain

NATURAL_PERSON = "1000"

#: Words that name a place of work, without accents; "Plomberie Martin" names a trade, and may well be at home.
_PREMISES = re.compile(
    r"\b(agence|atelier|boutique|cabinet|cent(re|er)|clini(que|c)|comptoir|dispensaire|espace|etude|galerie|garage|gite"
    r"|hopital|hotel|institut|laboratoire|local|magasin|maison (de sante|medicale|pluridisciplinaire)|office|pole"
    r"|polyclinique|salon|showroom|spa|studio)\b"
)
_HONORIFIC = re.compile(r"^(m|mr|mme|mlle|dr|docteur|me|maitre|monsieur|madame|pr|professeur)\b")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]*\.?")


def has_premises(row: Row, category: Node) -> bool:
    """Whether the row's own point and address may be public."""
    signed = bool(row.fields.get("sign"))
    if _is_natural_person(row):
        return signed
    if not category.solo:
        return True
    if category.code == "association":
        return bool(row.fields.get("opening_hours"))
    return (
        signed or bool(row.tags.get("shop") or row.fields.get("brand")) or _names_premises(row.fields.get("name", ""))
    )


def public_title(row: Row, category: Node) -> str:
    """Return the name to show: the shop sign, else the name, else the category's; never that of a natural person.

    >>> from directory.categories import tree
    >>> public_title(Row(number="1", fields={"name": "Dr Jeanne Exemple"}), tree()["general_practitioner"])
    'Médecin généraliste'
    """
    if sign := row.fields.get("sign"):
        return sign
    name = row.fields.get("name", "")
    if _is_natural_person(row) or (category.solo and not has_premises(row, category) and names_a_person(name)):
        return category.fr
    return name


def names_a_person(name: str) -> bool:
    """Whether a name reads like a person's: a title of courtesy, or two or three capitalised words and nothing else."""
    if _HONORIFIC.match(plain(name)):
        return True
    words = name.split()
    return 2 <= len(words) <= 3 and all(_CAPITALISED.fullmatch(word) and word[0].isupper() for word in words)


def _names_premises(name: str) -> bool:
    return bool(_PREMISES.search(plain(name)))


def _is_natural_person(row: Row) -> bool:
    return row.fields.get("legal_category") == NATURAL_PERSON
