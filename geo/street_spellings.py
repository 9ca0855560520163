"""Which street of a town a written name means: the same up to accents and abbreviations, or only like it."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from geo.models import Address, Municipality
from geo.wording import comparable, plain, written_out

#: Likeness (0 to 1) from which a street may be meant, how far the others may stay behind the best, and how many.
LIKE, AS_LIKELY, MOST = 0.75, 0.06, 3


@dataclass(frozen=True, slots=True)
class StreetMeant:
    """A street that may be meant, by the names that its addresses give it."""

    names: tuple[str, ...]
    #: 0 to 1; 1 where it is written so, abbreviations, accents, case and punctuation apart.
    score: float
    #: Written exactly so, and no other street is.
    exact: bool


class Streets:
    """The streets of a town on which addresses are known."""

    def __init__(self, municipality: Municipality):
        names = Address.objects.open().filter(municipality=municipality).order_by("street_name")
        self._names: dict[str, list[str]] = {}
        for name in names.values_list("street_name", flat=True).distinct():
            self._names.setdefault(written_out(name), []).append(name)
        self._comparable = {written: comparable(written) for written in self._names}

    def meant(self, text: str) -> list[StreetMeant]:
        """Return the streets that may be meant, the likeliest first."""
        written = written_out(text)
        if names := self._names.get(written):
            # "Rue du Col" and "Rue du Colonel" are written out alike.
            return [StreetMeant(tuple(names), 1.0, exact=len({plain(name) for name in names}) == 1)]
        found = process.extract(comparable(written), self._comparable, scorer=_likeness, score_cutoff=LIKE, limit=MOST)
        best = found[0][1] if found else 0.0
        return [
            StreetMeant(tuple(self._names[key]), round(min(score, 0.95), 2), exact=False)
            for _comparable, score, key in found
            if score >= best - AS_LIKELY
        ]


def _likeness(one: str, other: str, *, score_cutoff: float = 0.0, **_options: object) -> float:
    """Letter by letter above all, then word by word: a first name left out, words the other way round."""
    return 0.006 * fuzz.ratio(one, other) + 0.004 * fuzz.token_set_ratio(one, other)
