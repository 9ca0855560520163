"""`GET /api/nearby/`: nearby search as GeoJSON."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from directory import query_string
from directory.search import SearchRequest, search

GEOJSON = "application/geo+json"


@csrf_exempt
@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """Answer a FeatureCollection (RFC 7946), with a `next` link while there is more.

    The address holds a position: nobody on the way keeps the answer.
    """
    language = request.GET.get("lang")
    with override(language if language in query_string.LANGUAGES else get_language()):
        asked = SearchRequest.from_query(request.GET, viewer=request.viewer)
    answer = search(asked)
    head = {"type": "FeatureCollection", "next": _next_link(request, answer.next), "notes": answer.notes}
    body = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": {answer.features}}}'
    headers = {"Cache-Control": "private, no-store", "Content-Language": asked.language}
    return HttpResponse(body, content_type=GEOJSON, headers=headers)


def _next_link(request: HttpRequest, cursor: str) -> str | None:
    if not cursor:
        return None
    query = urlencode({**dict(request.GET.lists()), "cursor": cursor}, doseq=True)
    return request.build_absolute_uri(f"{request.path}?{query}")
