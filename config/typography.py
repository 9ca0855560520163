"""Keeps "e-mail" on one line on every page: a browser would break it after its hyphen.

Done here once, in what is seen alone: the word itself stays what it is to whoever copies it, searches for it or has it
read aloud, and mails, papers, feeds and answers to programs are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: What holds no other element, markup, and the word, but where it is a part of an address or of another word.
_PIECES = re.compile(
    rb"<(?P<apart>script|style|textarea|title|option|svg)\b.*?</(?P=apart)\s*>"
    rb"|<!--.*?-->"
    rb"|<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>"
    rb"|(?<![\w./@&-])(?P<word>e-mails?)(?![\w/@-])",
    re.DOTALL | re.IGNORECASE,
)
_WORD = b"e-mail"


class TypographyMiddleware:
    """Sets what must not be broken in pages, as they are sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; pages that hold nothing of the kind are not looked through."""
        answer = self.get_response(request)
        is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if is_page and _WORD in answer.content.lower():
            answer.content = unbroken(answer.content)
        return answer


def unbroken(page: bytes) -> bytes:
    """Return a page with each such word in an element that is not broken; markup and what is typed are left alone."""
    return _PIECES.sub(_set, page)


def _set(piece: re.Match[bytes]) -> bytes:
    return b'<span class="unbroken">%b</span>' % piece["word"] if piece["word"] else piece[0]
