"""Words as they are compared: lower-case, without accents or punctuation."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})


def plain(text: str) -> str:
    """Return the text in lower case without accents, its words parted by single spaces.

    >>> plain("Bœuf & Cie — Crémerie d’Émile")
    'boeuf cie cremerie d emile'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters))
