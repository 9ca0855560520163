"""`GET /api/nearby/`: nearby search as GeoJSON; `GET /api/meeting-points/` completes where people meet a car."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from directory import query_string
from directory.meeting_points import SUGGESTED, MeetingPoint, beginning
from directory.search import SearchRequest, search
from geo.models import WGS84
from geo.parameters import check_names, read_limit, read_words
from geo.views import UNKEPT

GEOJSON = "application/geo+json"
MOST_POINTS = 20


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
    headers = UNKEPT | {"Content-Language": asked.language}
    return HttpResponse(body, content_type=GEOJSON, headers=headers)


@extend_schema(
    parameters=[
        OpenApiParameter("q", OpenApiTypes.STR, required=True, description="What is typed: place gras"),
        OpenApiParameter("limit", OpenApiTypes.INT, description=f"1 to {MOST_POINTS}, {SUGGESTED} by default"),
    ],
    responses={200: OpenApiTypes.OBJECT},
)
@api_view(["GET", "HEAD"])
def meeting_points(request: Request) -> Response:
    """Complete a meeting point of rides: a square, a stop, a car park, a shop; those near one's own home come first.

    Only what is public is told.
    """
    query = request.query_params
    check_names(query, {"q", "limit"})
    home = request.viewer.home
    found = beginning(
        read_words(query),
        near=Point(*home.point, srid=WGS84) if home else None,
        most=read_limit(query, usual=SUGGESTED, most=MOST_POINTS),
    )
    collection = {"type": "FeatureCollection", "features": [_feature(one) for one in found]}
    return Response(collection, headers=UNKEPT)


def _feature(point: MeetingPoint) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
        "properties": {"id": point.key, "label": point.name, "town": point.town},
    }


def _next_link(request: HttpRequest, cursor: str) -> str | None:
    if not cursor:
        return None
    query = urlencode({**dict(request.GET.lists()), "cursor": cursor}, doseq=True)
    return request.build_absolute_uri(f"{request.path}?{query}")
