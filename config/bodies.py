"""What no request may carry: a body longer than its route takes, and the character that no database keeps (U+0000).

Both are refused here, for every route at once and before a byte of the body is read: nothing waits in memory or on a
disk for a view to find it too long, and no view has to think of a NUL in a field, an address or a cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from config.problems import API, told, told_error
from directory import conversing, fetching, photos
from directory.errors import BodyTooLarge
from directory.importing import sites
from directory.kinds import KINDS
from geo import drawing_quarters
from geo.errors import InvalidParameter
from scopes import mandate_files
from scopes.home_pages import keeping

#: Bytes of a form without a file, and of a program's request: ten thousand ids fit in.
ORDINARY = 1_000_000
_PHOTOS = photos.MOST_BYTES * max(kind.most_photos for kind in KINDS.values())
_OF_A_MESSAGE = photos.MOST_BYTES * conversing.MOST_PHOTOS
#: Name of the route -> bytes of the files it takes; the other fields of its form come on top.
FILES = {
    "add-news": photos.MOST_BYTES,
    "ask-organisation": photos.MOST_BYTES,
    "change-news": photos.MOST_BYTES,
    "coverage": sites.MOST_BYTES,
    "coverage-file": sites.MOST_BYTES,
    "conversation": _OF_A_MESSAGE,
    "exchange-change": _PHOTOS,
    "keep-coverage": sites.MOST_BYTES,
    "keeper-lots": keeping.LARGEST_LIST,
    "mandate-file": mandate_files.MOST_BYTES,
    "own-calendars": fetching.MOST_BYTES,
    "quarters": drawing_quarters.LONGEST,
    "share": _PHOTOS,
    "write-to-author": _OF_A_MESSAGE,
}
NUL = "\0"


class BodyMiddleware:
    """Refuses by 413 what announces itself too long, by 400 what holds a NUL or thousands of fields."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address and the cookies, which are there already."""
        wrong = _nul_outside(request)
        return _refusal(request, wrong) if wrong is not None else self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Look at the announced length, then at the fields of a form; programs send none."""
        most = most_bytes(request.resolver_match.url_name)
        if _announced(request) > most:
            message = _("C’est trop gros : au plus %(most)d Mo.") % {"most": most // 1_000_000}
            return told_error(request, BodyTooLarge(message))
        if request.method != "POST" or request.path_info.startswith(API):
            return None
        try:
            wrong = _field_with_nul(request.POST)
        except (TooManyFieldsSent, TooManyFilesSent):
            return told(request, _("Ce formulaire a trop de champs. Envoyez-le en plusieurs fois."), status=400)
        except (BadRequest, MultiPartParserError, UnreadablePostError):
            return told(request, _("Ce formulaire est arrivé abîmé. Réessayez."), status=400)
        return _refusal(request, wrong) if wrong is not None else None


def most_bytes(route: str | None) -> int:
    """Return how long a body the route of this name takes."""
    return FILES.get(route, 0) + ORDINARY


def _announced(request: HttpRequest) -> int:
    """The length that the body says it has; without one, Django reads nothing of it."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() else 0


def _nul_outside(request: HttpRequest) -> str | None:
    """Where a NUL stands outside the body: the name of a parameter, or nothing for the path and the headers."""
    headers = (value for name, value in request.META.items() if name.startswith("HTTP_"))
    # A cookie may spell it: `parse_cookie` reads "\000" in quotes.
    if NUL in request.path_info or _any_nul(headers) or _any_nul(request.COOKIES.values()):
        return ""
    return _field_with_nul(request.GET)


def _field_with_nul(fields: QueryDict) -> str | None:
    """The first field in whose name or values a NUL stands; nothing to name where it is the name."""
    for name, values in fields.lists():
        if NUL in name or _any_nul(values):
            return name.replace(NUL, "")
    return None


def _any_nul(texts: Iterable[str]) -> bool:
    return any(NUL in text for text in texts)


def _refusal(request: HttpRequest, parameter: str) -> HttpResponse:
    words = _("Un caractère invisible (U+0000) s’est glissé dans ce qui a été envoyé : réécrivez-le à la main.")
    return told_error(request, InvalidParameter(parameter, words))
