"""Recognises one thing told by two sources: a similar name within 200 m, in the same branch of categories."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from directory.categories import branch_of
from directory.words import plain

WITHIN_METRES = 200
#: Of 100, for names without accents; "Pharmacie du Port" and "Pharmacie Le Port" are alike, "… du Pont" is not.
SIMILAR = 88

#: Words that every name of a kind shares do not make two names alike.
_COMMON = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"))


def similarity(one: str, other: str) -> float:
    """How alike two names are, 0 to 100: in any order of words, or one within the other when two words agree.

    >>> similarity("Boulangerie Dupont", "dupont, boulangerie")
    100.0
    """
    left, right = _telling_words(one), _telling_words(other)
    if len(set(left) & set(right)) >= 2 and (set(left) <= set(right) or set(right) <= set(left)):
        return 100.0
    return fuzz.token_sort_ratio(" ".join(left), " ".join(right))


def recognise(candidates: Iterable[tuple[int, int, float]]) -> dict[int, int]:
    """Pair each row with one listing and each listing with one row, best first.

    `candidates` are (row, listing, score), a higher score being the better; returns listings by row.
    """
    paired: dict[int, int] = {}
    taken: set[int] = set()
    for row, listing, _score in sorted(candidates, key=lambda candidate: (-candidate[2], candidate[0], candidate[1])):
        if row not in paired and listing not in taken:
            paired[row] = listing
            taken.add(listing)
    return paired


def score(*, names: tuple[str, str], categories: tuple[str, str], metres: float) -> float | None:
    """Return how surely two things are one, or None where they are not: similarity, then nearness."""
    if branch_of(categories[0]) != branch_of(categories[1]):
        return None
    alike = similarity(*names)
    return alike - metres / WITHIN_METRES if alike >= SIMILAR else None


def _telling_words(name: str) -> list[str]:
    words = plain(name).split()
    return [word for word in words if word not in _COMMON] or words
