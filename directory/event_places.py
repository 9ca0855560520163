"""Whether an event takes place where everyone may come: a home never becomes a public point (privacy.md, 3.4).

The rule asks for evidence: a word that a public place is told by. "Maison", "salon" or "jardin" are words of homes too,
and count only with what makes them public ("Maison de quartier", "Jardin des plantes"). In doubt, an event is known at
its commune.
"""

from __future__ import annotations

import re

from directory.premises import names_a_person
from directory.words import plain
from geo.texts import legible

#: Words that a home is told by, or whose home it is.
_HOME = re.compile(
    r"\b(chez|domicile|home|appartement|appart|apt|appt|etage|interphone|digicode|sonnette|batiment|immeuble|residence|villa"
    r"|lotissement|famille|m|mr|mme|mlle|monsieur|madame)\b"
)
#: Words that a place where people come is told by: "Place Royale" is no one's name.
_PUBLIC = re.compile(
    r"\b(abbaye|avenue|boulevard|amphi\w*|auditorium|bar|bibliotheque|brasserie|boutique|cafe|campus|centre|chapelle"
    r"|chapiteau|chateau|cathedrale|cinema|cirque|cloitre|club|college|conservatoire|cours|ecole|eglise|ehpad|espace"
    r"|esplanade|foret|fort|galerie|gare|gymnase|halles?|hippodrome|hopital|hotel|ile|institut|kiosque|lac|librairie"
    r"|lycee|mail|mairie|marche|mediatheque|mosquee|moulin|musee|palais|parc|parvis|patinoire|piscine|place|plage|pont"
    r"|port|quai|restaurant|salle|square|stade|synagogue|temple|terrain|theatre|universite)\b"
)
#: Words of homes too, and what makes a public place of them: "de la ville", "des arts", "partagé", not "de Paul".
_BOTH = re.compile(
    r"\b(atelier|ferme|foyer|grange|jardins?|local|maison|pavillon|salon)s?"
    r" (de la|de l|du|des \w+[sx]|pour|de (coiffure|jeunes|pays|projet|quartier|retraite|sante|services|the|ville)"
    r"|associati\w+|botanique|citoyen\w*|commun\w*|medical\w*|municipal\w*|partages?|public\w*|rural\w*|solidaire)\b"
)


def is_public_place(place: str, address: str) -> bool:
    """Whether a place is named as one that people come to: not by an address alone, nor by someone's name.

    >>> [is_public_place(place, "3 rue Haute") for place in ("Salle des fêtes", "3, rue Haute", "chez Paul", "Paul")]
    [True, False, False, False]
    """
    name = plain(place)
    if not re.search(r"[a-z]{3}", name) or name == plain(address) or re.match(r"\d+ (bis |ter |quater )?[a-z]", name):
        return False
    return not _HOME.search(name) and _is_told_public(name)


def tells_a_home(place: str) -> bool:
    """Whether who names a place names a home, or the person whose home it is.

    Asked of who holds something there and knows the place: unlike what is read of others, doubt speaks for them.

    >>> [tells_a_home(place) for place in ("chez Paul", "Paul Exemple", "La Cigale", "Parc de Procé")]
    [True, True, False, False]
    """
    name = plain(place)
    names_one = names_a_person(legible(place)) and not re.match(r"(la|le|les|l) ", name)
    return bool(_HOME.search(name)) or (names_one and not _is_told_public(name))


def _is_told_public(name: str) -> bool:
    return bool(_PUBLIC.search(name) or _BOTH.search(name))
