"""How well a name answers what was typed, word by word: misspelt, cut short, or with its town."""

from __future__ import annotations

from rapidfuzz import fuzz

from geo.wording import Typed, comparable, written_out

#: Shares of the score: what was typed is found in the name, the name was typed whole, it was typed exactly so.
FOUND, WHOLE, EXACT = 0.75, 0.2, 0.05


def likeness(typed: Typed, *, name: str, normalised: str) -> float:
    """Return 0 to 1: 1 when the whole name was typed, small words included; `normalised` has the town's words too."""
    asked, known, own = typed.words.split(), normalised.split(), comparable(name).split()
    if not asked:
        return 1.0
    found = _covered(asked, known, last_is_cut=True)
    whole = _covered(own, asked, last_is_cut=False)
    exact = typed.full == written_out(name)
    return FOUND * found + WHOLE * whole + EXACT * exact


def _covered(words: list[str], by: list[str], *, last_is_cut: bool) -> float:
    """Share of the letters of `words` that have a likeness in `by`; the last word may be the beginning of one."""
    got = total = 0.0
    for rank, word in enumerate(words):
        best = max((fuzz.ratio(word, other) / 100 for other in by), default=0.0)
        if last_is_cut and rank == len(words) - 1 and any(other.startswith(word) for other in by):
            best = max(best, 0.99)
        # Half a likeness is chance: two random words share as much.
        got += len(word) * max(0.0, 2 * best - 1)
        total += len(word)
    return got / total if total else 0.0
