"""Whether a row has premises that may be shown: a natural person's home never becomes a public point (privacy.md, 3.4).

The rule asks for evidence, and hides without it. It concerns the categories that one person does at home `often`:
crafts, health and legal professions, treatments, associations. Such a row keeps its point when it shows a sign of
premises: a shop (OSM `shop=*`), a shop sign or brand, or a name of premises ("Cabinet", "Atelier", …). An association
keeps it only where it tells opening hours: its seat is often the home of an officer. What is done at home `sometimes`,
small offices, is hidden only under a person's name. A natural person of the SIRENE register (legal category 1000,
https://www.insee.fr/fr/information/2028129) keeps its point only under a shop sign, whatever the category.

Whoever is hidden is known at the commune: no point, no street address; and a title that reads like a person's name is
replaced by the name of the category.
"""

from __future__ import annotations

import re
from functools import cache

from directory.categories import Node, tree
from directory.importing.rows import Row
from directory.words import plain

NATURAL_PERSON = "1000"

#: Words that name a place of work; "Plomberie Martin" names a trade, and may well be at home.
_PREMISES = re.compile(
    r"\b(agence|atelier|boutique|cabinet|cent(re|er)|clini(que|c)|comptoir|dispensaire|espace|etude|galerie|garage|gite"
    r"|hopital|hotel|institut|laboratoire|local|magasin|maison (de sante|medicale|pluridisciplinaire)|office|pole"
    r"|polyclinique|salon|showroom|spa|studio)\b"
)
_HONORIFIC = re.compile(r"(m|mr|mme|mlle|dr|docteur|me|maitre|monsieur|madame|pr|professeur)\b")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]*\.?")
#: Letters by which a word is taken for the name of a trade: "Plomberie" for "Plombier".
_STEM = 5


def has_premises(row: Row, category: Node) -> bool:
    """Whether the row's own point and address may be public."""
    signed = bool(row.fields.get("sign"))
    if signed or _is_natural_person(row):
        return signed
    if category.code == "association":
        return bool(row.fields.get("opening_hours"))
    if row.tags.get("shop") or row.fields.get("brand"):
        return True
    name = row.fields.get("name", "")
    if category.at_home == "often":
        return bool(_PREMISES.search(plain(name)))
    return category.at_home != "sometimes" or not names_a_person(name)


def public_title(row: Row, category: Node) -> str:
    """Return the name to show: the shop sign, else the name, else nothing; never the name of a hidden person.

    >>> public_title(Row(number="1", fields={"name": "Dr Jeanne Exemple"}), tree()["general_practitioner"])
    'Médecin généraliste'
    """
    if sign := row.fields.get("sign"):
        return sign
    name = row.fields.get("name", "")
    hidden_person = bool(category.at_home) and names_a_person(name) and not has_premises(row, category)
    return category.fr if hidden_person or _is_natural_person(row) else name


def names_a_person(name: str) -> bool:
    """Whether a name reads like a person's: a title of courtesy, or two or three capitalised words that name no trade.

    >>> [names_a_person(name) for name in ("Me Exemple", "Jeanne Exemple", "Plomberie Exemple", "Les Amis du livre")]
    [True, True, False, False]
    """
    if _HONORIFIC.match(plain(name)):
        return True
    words = name.split()
    capitalised = all(_CAPITALISED.fullmatch(word) and word[0].isupper() for word in words)
    return 2 <= len(words) <= 3 and capitalised and not _trades() & {word[:_STEM] for word in plain(name).split()}


@cache
def _trades() -> frozenset[str]:
    names = " ".join(f"{node.fr} {node.en}" for node in tree().values())
    return frozenset(word[:_STEM] for word in plain(names).split() if len(word) >= _STEM)


def _is_natural_person(row: Row) -> bool:
    return row.fields.get("legal_category") == NATURAL_PERSON
