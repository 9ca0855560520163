"""Which category an event is of, by the words of its source and of its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from directory.categories import Node, tree
from directory.models import Kind
from directory.words import plain

OTHER = "other_event"

#: Beginnings of words that tell what an event is, the surest first.
_WORDS: Mapping[str, str] = {
    "jumble_sale": "vide ?grenier|brocante|braderie|bourse aux|puces|videgrenier|depot vente",
    "neighbours_party": "fete des voisins|voisin|repas de quartier|immeubles? en fete",
    "market_day": "marche(s)? (de|du|des|bio|fermier|aux|nocturne|hebdo)|marche$",
    "solidarity": "don du sang|collecte|entraide|solidarit|benevol|maraude|banque alimentaire",
    "children_event": "enfant|jeune public|tout petit|bebe|famille|marionnette|contes?\\b|heure du conte",
    "cinema_event": "cine|film|projection|court metrage|documentaire",
    "concert": "concert|musique|spectacle|theatre|danse|opera|choral|orchestre|recital|jazz|humour|cirque",
    "exhibition": "expo|musee|vernissage|galerie|photographi|peinture|sculpture",
    "workshop": "atelier|cours\\b|stage|initiation|formation|apprendre",
    "talk": "conference|lecture|debat|rencontre|dedicace|cafe philo|table ronde|litterature",
    "tour": "visite|balade|decouverte du quartier|patrimoine|portes ouvertes",
    "sport_event": "sport|rando|course|marathon|tournoi|match|yoga|gym|football|velo|petanque|randonnee",
    "meeting": "reunion|assemblee|conseil (municipal|de quartier)|vote|budget participatif|concertation",
    "festival": "fete|festival|bal\\b|carnaval|kermesse|feu d artifice|foire",
}  # fmt: skip
_MEANS = {code: re.compile(rf"\b({words})") for code, words in _WORDS.items()}


def event_category(words: str, title: str) -> str:
    """Return the code of the category that a source names, else the one that its words or its title tell.

    >>> [event_category("", "Vide-grenier de la rue Haute"), event_category("Concert, spectacle", "Soirée")]
    ['jumble_sale', 'concert']
    """
    named = _named()
    said = [words.strip(), *re.split(r"[;,|]", words)]
    for one in said:
        if one in tree() and _is_leaf(tree()[one]):
            return one
        if plain(one) in named:
            return named[plain(one)]
    for text in (plain(title), plain(words)):
        for code, means in _MEANS.items():
            if means.search(text):
                return code
    return OTHER


@cache
def _named() -> Mapping[str, str]:
    """Categories by their names, and by each part of "Concert, spectacle"; the first in the tree wins."""
    found: dict[str, str] = {}
    for node in filter(_is_leaf, tree().values()):
        for name in (node.fr, node.en):
            for part in (name, *name.split(",")):
                found.setdefault(plain(part), node.code)
    return found


def _is_leaf(node: Node) -> bool:
    return node.kind == Kind.EVENT and node.parent is not None
