"""What people write, as it is kept: what can be seen of it, trimmed, in one Unicode form, of a bearable length."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.errors import InvalidParameter

LONGEST_TITLE, LONGEST_TEXT = 120, 4_000
#: Characters of no control and no width: C0 and C1, formats and directions, halves of pairs, private and unassigned.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
#: Letters, marks and symbols that are drawn as nothing: a name of them alone would be no name.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINER = "\u200d"


def legible(text: str) -> str:
    """Return the text on one line, in Unicode form NFC, without what cannot be seen or turns the direction of writing.

    Markup stays: it is text, and whoever shows it escapes it.
    """
    return " ".join(_seen(text).split())


def legible_lines(text: str) -> list[str]:
    """Return the lines that say something, each legible."""
    return [line for line in map(legible, _seen(text).splitlines()) if line]


def one_line(text: str, *, parameter: str, shortest: int = 1, longest: int = LONGEST_TITLE, missing: str = "") -> str:
    """Return the text on one line; raise `InvalidParameter` when it is too short, by the words given, or too long."""
    return _checked(legible(text), parameter=parameter, shortest=shortest, longest=longest, missing=missing)


def paragraphs(text: str, *, parameter: str, shortest: int = 1, longest: int = LONGEST_TEXT, missing: str = "") -> str:
    """Return the text with at most one empty line in a row; raise `InvalidParameter` as `one_line` does."""
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(map(legible, _seen(text).splitlines()))).strip()
    return _checked(kept, parameter=parameter, shortest=shortest, longest=longest, missing=missing)


def _seen(text: str) -> str:
    """Leave out what is not seen; spaces and line breaks of any kind stay."""
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(letter for letter in unicodedata.normalize("NFC", text) if letter.isspace() or _is_seen(letter))
    if _JOINER in seen:
        seen = "".join(letter for at, letter in enumerate(seen) if letter != _JOINER or _joins(seen, at))
    return unicodedata.normalize("NFC", seen)  # what stood apart may be one letter now


def _is_seen(letter: str) -> bool:
    return letter == _JOINER or (unicodedata.category(letter) not in _UNSEEN and letter not in _BLANK)


def _joins(text: str, at: int) -> bool:
    """Whether a zero-width joiner holds two emoji together: in a word it is only ever a trick."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return _is_drawn(before) and _is_drawn(after)


def _is_drawn(letter: str) -> bool:
    # Symbols, tones of skin, and the selector that asks for a picture.
    return bool(letter) and (unicodedata.category(letter) in ("So", "Sk") or letter == "\ufe0f")


def _checked(text: str, *, parameter: str, shortest: int, longest: int, missing: str) -> str:
    if len(text) < shortest:
        raise InvalidParameter(parameter, missing or _("Écrivez quelques mots."))
    if len(text) > longest:
        message = ngettext("Au plus %(most)d caractère.", "Au plus %(most)d caractères.", longest)
        raise InvalidParameter(parameter, message % {"most": longest})
    return text
