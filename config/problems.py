"""Errors as `application/problem+json` (RFC 9457) under `/api/`, as a page elsewhere; one table says their status.

Under `/covoiturage/api/` they are as the standard of carpools has them: `{"error": "..."}`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from directory.errors import (
    AlreadyDecided,
    AlreadyPromised,
    AnotherRequest,
    AnswersClosed,
    BodyTooLarge,
    Busy,
    ConversationClosed,
    KeyCannot,
    NoSeatsLeft,
    NotJson,
    NotProved,
    NotYours,
    PollOver,
    RideChanged,
    StillAnswering,
    TooFast,
    TooLate,
    TooMany,
    UnknownKey,
)
from geo.errors import AlentourError, InvalidParameter, NotFound
from scopes.errors import TooManyTries

STATUS = {
    InvalidParameter: 400,
    UnknownKey: 401,
    KeyCannot: 403,
    NotProved: 403,
    NotYours: 403,
    NotFound: 404,
    AlreadyDecided: 409,
    AlreadyPromised: 409,
    NoSeatsLeft: 409,
    RideChanged: 409,
    AnswersClosed: 409,
    ConversationClosed: 409,
    PollOver: 409,
    StillAnswering: 409,
    TooLate: 409,
    BodyTooLarge: 413,
    NotJson: 415,
    AnotherRequest: 422,
    TooFast: 429,
    TooMany: 429,
    TooManyTries: 429,
    Busy: 503,
}
PROBLEM_JSON = "application/problem+json"
API, RIDES_API = "/api/", "/covoiturage/api/"


def problem(title: str, *, status: int, parameter: str = "", **more: object) -> JsonResponse:
    """Say what is wrong, and name the parameter at fault, as a problem document; `more` are members of its own."""
    body = {"type": "about:blank", "title": title, "status": status} | ({"parameter": parameter} if parameter else {})
    body |= more
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON, json_dumps_params={"ensure_ascii": False})


def told(request: HttpRequest, title: str, *, status: int, parameter: str = "", **more: object) -> HttpResponse:
    """Say what is wrong to a program, or to a person; the page asks nothing of the database."""
    if request.path.startswith(API):
        return problem(title, status=status, parameter=parameter, **more)
    if request.path.startswith(RIDES_API):
        words = f"{parameter}: {title}" if parameter else title
        return JsonResponse({"error": words}, status=status, json_dumps_params={"ensure_ascii": False})
    page = "404.html" if status == 404 else "problem.html"
    return HttpResponse(render_to_string(page, {"problem": title}), status=status)


def told_error(request: HttpRequest, error: AlentourError) -> HttpResponse:
    """Say an error of ours, with its status, its parameter and its headers."""
    more = {"parameter": getattr(error, "parameter", "")} | getattr(error, "more", {})
    answer = told(request, str(error), status=status_of(error), **more)
    for name, value in getattr(error, "headers", {}).items():
        answer[name] = value
    return answer


def status_of(error: AlentourError) -> int:
    """Return the status of an error: its own, or that of the nearest kind above it in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def problem_response(error: Exception, context: dict) -> HttpResponse | None:
    """Answer for djangorestframework views; an error that is not in the table stays a server error."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, AlentourError):
        return told_error(context["request"], error)
    if not isinstance(error, APIException):
        return None
    return told(context["request"], str(error.detail), status=error.status_code)


class ProblemMiddleware:
    """Answers `AlentourError`s raised by plain views, and methods that they do not know."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give a refused method something to read."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        answer = told(request, _("Cette adresse se lit seulement."), status=405)
        answer["Allow"] = response["Allow"]
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say an error of ours; let the others be server errors."""
        return told_error(request, error) if isinstance(error, AlentourError) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django finds suspicious: a foreign host name, thousands of parameters."""
    return told(request, _("La demande n'a pas pu être traitée."), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer what is not allowed, and a form sent from elsewhere."""
    return told(request, _("Cette demande n’est pas permise."), status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist."""
    return told_error(request, NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a mistake of ours."""
    return told(request, _("Quelque chose s’est mal passé chez nous. Réessayez dans un instant."), status=500)
