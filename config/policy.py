"""What a page may load: itself alone (django-csp); what is no page, nothing at all."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

#: Answers to programs: nothing in them is ever to be shown, framed or run.
FOR_PROGRAMS = ("/api/", "/tiles/", "/covoiturage/api/")
NOTHING = "default-src 'none'; frame-ancestors 'none'"


class PolicyMiddleware(CSPMiddleware):
    """Django-csp's, which builds a policy for each answer (0.1 ms); one that never changes is written as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set the policy of the answer."""
        if request.path_info.startswith(FOR_PROGRAMS):
            response.headers[HEADER] = NOTHING
            return response
        return super().process_response(request, response)
