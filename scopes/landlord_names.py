"""Which spellings in a file are likely one landlord; they are shown as a group, and people decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from geo.wording import SMALL_WORDS, plain
from scopes.mandate_files import MandateRow

#: Legal forms: one left out is the same landlord, two that differ are two companies.
FORMS = frozenset([
    "sa", "sas", "sarl", "sasu", "snc", "sci", "sem", "scic", "sccv", "eurl", "gie", "hlm", "oph", "opac", "esh", "ste",
])  # fmt: skip
#: Forms and other words that many landlords share: they tell none from another.
COMMON_WORDS = FORMS | frozenset([
    "office", "public", "habitat", "habitations", "social", "sociale", "societe", "anonyme", "cie", "compagnie",
    "groupe", "entreprise", "pour", "metropole", "agence", "immobilier", "immobiliere", "cabinet", "residences",
    "logement", "logements",
])  # fmt: skip
#: Likeness (0 to 100) of the words that remain, from which two spellings may be one landlord.
LIKE = 84


@dataclass(frozen=True, slots=True)
class Landlord:
    """Spellings that are likely one landlord."""

    #: As in the file, the most frequent first.
    spellings: tuple[str, ...]
    #: Lines of the file, in order.
    lines: tuple[int, ...]
    #: The spellings differ in case, accents, punctuation and a legal form left out, at most.
    sure: bool
    reasons: tuple[str, ...]


def landlords(rows: Iterable[MandateRow]) -> list[Landlord]:
    """Return the landlords of a file, each with its spellings: those of most lines first; lines without one left out.

    Spellings that differ by more than case, accents, punctuation and a legal form left out are grouped, but not surely.
    """
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.landlord:
            lines.setdefault(row.landlord, []).append(row.line)
    groups = [_landlord(group, lines) for group in _groups(list(lines))]
    return sorted(groups, key=lambda one: (-len(one.lines), one.spellings))


def _groups(spellings: list[str]) -> Iterator[list[str]]:
    """Put together what is alike, directly or by way of another."""
    rest = sorted(spellings)
    while rest:
        group = [rest.pop(0)]
        for one in group:
            alike = [other for other in rest if _alike(one, other)]
            group += alike
            rest = [other for other in rest if other not in alike]
        yield group


def _alike(one: str, other: str) -> bool:
    return bool(_own_words(one) == _own_words(other) or _likeness(one, other) >= LIKE or _initials_of(one, other))


def _likeness(one: str, other: str) -> float:
    """Of the words in any order, and letter by letter where spaces differ: "Nantes-Habitat", "NANTESHABITAT"."""
    mine, others = _own_words(one), _own_words(other)
    closely = fuzz.ratio(plain(one).replace(" ", ""), plain(other).replace(" ", ""))
    return max(fuzz.token_sort_ratio(mine, others), closely)


def _initials_of(one: str, other: str) -> bool:
    """Tell whether one is the other by its initials: "LNH", "Loire Nantes Habitat"."""
    short, long = sorted((plain(one), plain(other)), key=len)
    words = [word for word in long.split() if word not in SMALL_WORDS]
    return len(words) > 2 and short.replace(" ", "") == "".join(word[0] for word in words)


def _own_words(name: str) -> str:
    """The words that tell a landlord from others; all where nothing else is left."""
    words = plain(name).split()
    own = [word for word in words if word not in COMMON_WORDS and word not in SMALL_WORDS and len(word) > 1]
    return " ".join(own or words)


def _landlord(group: list[str], lines: dict[str, list[int]]) -> Landlord:
    spellings = sorted(group, key=lambda name: (-len(lines[name]), name))
    sure = len(spellings) == 1 or _is_one(spellings)
    if len(spellings) == 1:
        reason = _("une seule écriture")
    elif sure:
        reason = _("mêmes mots, à la forme juridique, aux accents et à la ponctuation près")
    else:
        reason = _("écritures voisines : vérifiez que c’est le même")
    on_lines = tuple(sorted(line for name in spellings for line in lines[name]))
    return Landlord(tuple(spellings), on_lines, sure, (reason,))


def _is_one(spellings: Iterable[str]) -> bool:
    """Tell whether these differ in accents, punctuation, spaces and a legal form left out, and in nothing else."""
    words = [plain(name.replace(".", "")).replace("societe anonyme", "sa").split() for name in spellings]
    rest = {"".join(word for word in name if word not in FORMS) for name in words}
    forms = {frozenset(FORMS.intersection(name)) for name in words}
    return len(rest) == 1 and "" not in rest and len(forms - {frozenset()}) <= 1
