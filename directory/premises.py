"""Whether a row has premises that may be shown: a natural person's home never becomes a public point (privacy.md, 3.4).

The rule asks for evidence, and hides without it. It concerns the categories that one person does at home `often`:
crafts, health and legal professions, treatments. Such a row keeps its point when it shows a sign of premises: a shop
(OSM `shop=*`), a shop sign or brand, or a name of premises ("Cabinet", "Atelier", …). What is done at home `sometimes`,
small offices, is hidden only under a person's name. An association keeps its point only where it tells opening hours,
whatever it does and whatever else it shows: its seat is often the home of an officer. A natural person of the SIRENE
register (legal category 1000, https://www.insee.fr/fr/information/2028129) keeps its point only under a shop sign,
whatever it does.

Whoever is hidden is known at the commune: no point, no street address; and a title that reads like a person's name is
replaced by the name of the category, but for the name that an association was declared with.
"""

from __future__ import annotations

import re
from functools import cache

from directory.categories import Node, tree
from directory.importing.rows import Row
from directory.models import Kind
from directory.words import plain

NATURAL_PERSON = "1000"
#: What the legal categories of associations begin with, whatever they do: a theatre, a nursery, a place of worship.
ASSOCIATIONS = "92"

#: Words that name a place of work; "Plomberie Martin" names a trade, and may well be at home.
_PREMISES = re.compile(
    r"\b(agence|atelier|boutique|cabinet|cent(re|er)|clini(que|c)|comptoir|dispensaire|espace|etude|galerie|garage|gite"
    r"|hopital|hotel|institut|laboratoire|local|magasin|maison (de sante|medicale|pluridisciplinaire)|office|pole"
    r"|polyclinique|salon|showroom|spa|studio)\b"
)
_WHEREABOUTS = re.compile(
    r"\b\d{1,4} ?(bis|ter|quater|[a-d])? (allee|av|avenue|bd|boulevard|chemin|cite|clos|cours|domaine|esplanade|hameau"
    r"|impasse|lieu dit|lotissement|passage|place|quai|residence|route|ruelle|rue|sentier|square|traverse|villa|voie)\b"
    r"|\bsiege\b|\b\d{5} [a-z]"
)
_CONTACT = re.compile(r"\S@\S|(?:\+33|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}")
_HONORIFIC = re.compile(r"(m|mr|mme|mlle|dr|docteur|me|maitre|monsieur|madame|pr|professeur)\b")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]*\.?")
#: What the name of a shop begins with, and a person's seldom does.
_OPENING = frozenset(("a", "au", "aux", "chez", "l", "la", "le", "les"))
#: Letters by which a word is taken for the name of a trade: "Plomberie" for "Plombier".
_STEM = 5


def has_premises(row: Row, category: Node) -> bool:
    """Whether the row's own point and address may be public."""
    if category.kind == Kind.ASSOCIATION or row.fields.get("legal_category", "").startswith(ASSOCIATIONS):
        return bool(row.fields.get("opening_hours"))
    signed = bool(row.fields.get("sign"))
    if signed or _is_natural_person(row):
        return signed
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
    if category.kind == Kind.ASSOCIATION:
        return name
    hidden_person = bool(category.at_home) and names_a_person(name) and not has_premises(row, category)
    return category.fr if hidden_person or _is_natural_person(row) else name


def tells_where(words: str) -> bool:
    """Whether a text tells a street with its number, a seat, a telephone or a mail address: it may be someone's home.

    >>> [tells_where(text) for text in ("Siège : 3 rue des Lilas", "Animer la rue des Lilas", "a@example.org")]
    [True, False, True]
    """
    return bool(_WHEREABOUTS.search(plain(words)) or _CONTACT.search(words))


def is_a_persons_own_name(sign: str, own: str) -> bool:
    """Whether a shop sign is but the name of who keeps the shop: with a title of courtesy, or of the words of `own`.

    >>> [is_a_persons_own_name(sign, "EXEMPLE JEANNE") for sign in ("JEANNE EXEMPLE", "CHEZ JEANNE")]
    [True, False]
    >>> [is_a_persons_own_name(sign, "") for sign in ("JEANNE EXEMPLE", "LE BON PAIN")]
    [True, False]
    """
    words = plain(sign).split()
    if _HONORIFIC.match(plain(sign)):
        return True
    # Where the register told no name, what reads like one is taken for it; "LE BON PAIN" does not.
    return set(words) <= set(plain(own).split()) if own.strip() else names_a_person(sign) and words[0] not in _OPENING


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
