"""`GET /api/addresses/` completes what is typed; `GET /api/places/at/` says what covers a point."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from geo.errors import InvalidParameter
from geo.geocoding import Suggestion, complete
from geo.models import Building, Municipality, Neighbourhood, Release
from geo.parameters import check_names, read_limit, read_point, read_words

USUAL, MOST = 5, 20
#: What someone types, and where they are, stays in no cache.
UNKEPT = {"Cache-Control": "private, no-store"}
POINT = [
    OpenApiParameter("lat", OpenApiTypes.DOUBLE, description="Latitude in degrees"),
    OpenApiParameter("lon", OpenApiTypes.DOUBLE, description="Longitude in degrees"),
]


@extend_schema(
    parameters=[
        OpenApiParameter("q", OpenApiTypes.STR, required=True, description="What is typed: 12 bis rue Crébillon 44000"),
        OpenApiParameter("limit", OpenApiTypes.INT, description=f"1 to {MOST}, {USUAL} by default"),
        *POINT,
    ],
    responses={200: OpenApiTypes.OBJECT},
)
@api_view(["GET", "HEAD"])
def addresses(request: Request) -> Response:
    """Complete an address, a street, a quarter, a town or a postcode; places near `lat`, `lon` come first.

    Properties are those of the Base Adresse Nationale where it has them.
    """
    query = request.query_params
    check_names(query, {"q", "limit", "lat", "lon"})
    limit = read_limit(query, usual=USUAL, most=MOST)
    found = complete(read_words(query), limit=limit, near=read_point(query))
    collection = {"type": "FeatureCollection", "features": [_feature(suggestion) for suggestion in found]}
    return Response(collection, headers=UNKEPT)


@extend_schema(parameters=POINT, responses={200: OpenApiTypes.OBJECT})
@api_view(["GET", "HEAD"])
def places_at(request: Request) -> Response:
    """Say which building, residence, quarters and commune cover a point, borders included.

    `not_loaded` names the data that are not loaded there: their absence says nothing.
    """
    check_names(request.query_params, {"lat", "lon"})
    point = read_point(request.query_params)
    if point is None:
        raise InvalidParameter("lat", _("lat et lon sont obligatoires."))
    return Response(places_covering(point), headers=UNKEPT)


def places_covering(point: Point) -> dict[str, object]:
    """Return what `places_at` answers."""
    buildings = Building.objects.covering(point).select_related("residence").order_by("key")
    building = buildings.defer("footprint").first()
    quarters = Neighbourhood.objects.covering(point).defer("boundary").order_by("kind", "key")
    municipality = Municipality.objects.covering(point).defer("boundary").order_by("insee_code").first()
    loaded = set(Release.objects.active().covering(point).values_list("dataset", flat=True))
    wanted = (Release.Dataset.MUNICIPALITIES, Release.Dataset.NEIGHBOURHOODS, Release.Dataset.BUILDINGS)
    return {
        "building": building and _building(building),
        "residence": building and building.residence and _residence(building),
        # In the order of keys; on a border, the first of each kind.
        "neighbourhoods": {quarter.kind: _quarter(quarter) for quarter in reversed(quarters)},
        "municipality": municipality and {"insee_code": municipality.insee_code, "name": municipality.name},
        "not_loaded": [dataset.value for dataset in wanted if dataset not in loaded],
    }


def _building(building: Building) -> dict[str, object]:
    names = ("key", "name", "rnb_ids", "use", "dwellings", "dwellings_estimated", "storeys", "height")
    return {name: getattr(building, name) for name in names}


def _residence(building: Building) -> dict[str, object]:
    names = ("key", "name", "dwellings", "dwellings_estimated")
    return {name: getattr(building.residence, name) for name in names}


def _quarter(quarter: Neighbourhood) -> dict[str, object]:
    return {"key": quarter.key, "code": quarter.code, "name": quarter.name}


def _feature(suggestion: Suggestion) -> dict[str, object]:
    properties = asdict(suggestion)
    point = {"type": "Point", "coordinates": [properties.pop("longitude"), properties.pop("latitude")]}
    return {"type": "Feature", "geometry": point, "properties": properties}
