"""Makes plain words of what calendars and feeds tell, which is HTML as often as not."""

from __future__ import annotations

import html
import re

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags

from geo.texts import paragraphs

#: The end of a line or of a paragraph in HTML.
_BREAK = re.compile(r"<br\b[^>]{0,99}>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
#: What is not for reading, with all that it holds.
_UNREAD = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def plain_paragraphs(text: str, *, longest: int) -> str:
    """Return text as it is read, of plain words or of HTML; `longest`, characters, is what the caller cut it to.

    Of tags that never end, which are written against us, nothing is read.

    >>> plain_paragraphs("<p>Bal &amp; fanfare</p><script>x()</script>À 20 h", longest=99)
    'Bal & fanfare\\nÀ 20 h'
    """
    if "<" in text:
        try:
            text = strip_tags(_BREAK.sub("\n", _UNREAD.sub("", text)))
        except SuspiciousOperation:
            return ""
    return paragraphs(html.unescape(text), parameter="description", shortest=0, longest=longest)
