"""An answer without what is drawn anew for each, so that it can be compared, and searched for what it must not say."""

import re

from django.http import HttpResponse

#: The token of forms, the nonce of scripts, folium's names of variables.
_CHANGING = re.compile(r'((?:csrfmiddlewaretoken" value=|nonce=)")[^"]*|(_)[0-9a-f]{32}\b')


def still(page: str) -> str:
    """Return a page without what changes at each look."""
    return _CHANGING.sub(r"\1\2", page)


def still_page(answer: HttpResponse) -> str:
    """Return the page of an answer, streamed or whole, without what changes at each look."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return still(body.decode(errors="surrogateescape"))
