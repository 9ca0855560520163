"""Errors as `application/problem+json` (RFC 9457): one table maps exceptions to HTTP status, for API and pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from geo.errors import AlentourError, InvalidParameter, NotFound

STATUS = {InvalidParameter: 400, NotFound: 404}
PROBLEM_JSON = "application/problem+json"


def problem(error: Exception, *, status: int) -> dict[str, object]:
    """Say what is wrong, and name the parameter at fault."""
    body = {"type": "about:blank", "title": str(error), "status": status}
    if isinstance(error, InvalidParameter):
        body["parameter"] = error.parameter
    return body


def problem_response(error: Exception, context: dict) -> Response | None:
    """Answer for djangorestframework views; an error that is not in the table stays a server error."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, AlentourError):
        status = STATUS.get(type(error), 400)
        return Response(problem(error, status=status), status=status, content_type=PROBLEM_JSON)
    if isinstance(error, APIException):
        body = {"type": "about:blank", "title": str(error.detail), "status": error.status_code}
        return Response(body, status=error.status_code, content_type=PROBLEM_JSON)
    return None


class ProblemMiddleware:
    """Answers `AlentourError`s raised by plain views."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        """Pass through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> JsonResponse | None:
        """Turn an error of ours into a problem document; let the others be server errors."""
        if not isinstance(error, AlentourError):
            return None
        status = STATUS.get(type(error), 400)
        return JsonResponse(problem(error, status=status), status=status, content_type=PROBLEM_JSON)
