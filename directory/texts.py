"""What people write, as it is kept: trimmed, in one Unicode form, of a bearable length."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.errors import InvalidParameter

LONGEST_TITLE, LONGEST_TEXT = 120, 4_000


def one_line(text: str, *, parameter: str, longest: int = LONGEST_TITLE) -> str:
    """Return the text on one line, in Unicode form NFC; raise `InvalidParameter` when it is empty or too long."""
    return _checked(" ".join(_legible(text).split()), parameter=parameter, longest=longest)


def paragraphs(text: str, *, parameter: str, longest: int = LONGEST_TEXT) -> str:
    """Return the text with at most one empty line in a row; raise `InvalidParameter` when it is empty or too long."""
    lines = (" ".join(line.split()) for line in _legible(text).splitlines())
    return _checked(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), parameter=parameter, longest=longest)


def _legible(text: str) -> str:
    """Leave out control characters and overrides of the writing direction, which make a text read as another."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(character for character in composed if character in "\n\r\t" or not _is_unseen(character))


def _is_unseen(character: str) -> bool:
    # The zero-width joiner holds emoji together; the other format characters are only ever seen by their effect.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character != "\u200d"


def _checked(text: str, *, parameter: str, longest: int) -> str:
    if not text:
        raise InvalidParameter(parameter, _("Écrivez quelques mots."))
    if len(text) > longest:
        message = ngettext("Au plus %(most)d caractère.", "Au plus %(most)d caractères.", longest)
        raise InvalidParameter(parameter, message % {"most": longest})
    return text
