"""`GET /api/listings/` and `/api/listings/<id>/`: public listings by box, town or category, as GeoJSON pages."""

from __future__ import annotations

from functools import reduce
from operator import or_
from uuid import UUID

import shapely
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound as InvalidCursor
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from directory.categories import tree
from directory.models import Listing
from directory.query_string import MOST_ROWS, USUAL_ROWS, read_categories, read_kinds, read_limit
from directory.querysets import ListingQuerySet
from geo.codes import INSEE_CODE
from geo.errors import InvalidParameter
from geo.models import WGS84
from geo.parameters import check_names, read_box

KNOWN = ("bbox", "kind", "category", "municipality", "limit", "cursor")
REPEATABLE = ("kind", "category")
#: Degrees: the sides of a box follow parallels and meridians, an edge of geography the shortest way.
EDGE = 0.05


class GeoJSONRenderer(JSONRenderer):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class ListingSerializer(GeoFeatureModelSerializer):
    """A listing as a Feature; what has no public place of its own has no geometry."""

    class Meta:
        """The id is the random one; what a kind adds is told by the card of its search entry."""

        model = Listing
        geo_field = "location"
        id_field = "public_id"
        fields = ("public_id", "kind", "title", "description", "insee_code", "published_at", "opens_at", "closes_at")
        read_only_fields = fields

    def get_properties(self, instance: Listing, fields: list) -> dict:
        """Add address, contact, hours, licence and the code of the category."""
        told = instance.entry.feature["properties"]
        # When a request that spreads was said would tell how far it has come.
        untold = dict.fromkeys(("published_at", "opens_at", "closes_at")) if instance.spreads else {}
        return super().get_properties(instance, fields) | untold | {"category": told["category"]} | told["card"]


class ListingPages(CursorPagination):
    """Pages of a FeatureCollection, in the order of random ids: nothing is told of who came first."""

    ordering = "public_id"
    page_size = USUAL_ROWS

    def get_page_size(self, request) -> int:
        """Read `limit`, which has a most."""
        return read_limit(request.query_params)

    def decode_cursor(self, request):
        """Refuse a cursor that is none: it holds the random id where a page ended."""
        if self.cursor_query_param not in request.query_params:
            return None
        try:
            cursor = super().decode_cursor(request)
            UUID(cursor.position)
        except (InvalidCursor, ValueError, TypeError) as error:
            raise InvalidParameter(self.cursor_query_param) from error
        return cursor

    def get_paginated_response(self, data: dict) -> Response:
        """Add the links to the collection."""
        return Response({**data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Describe the same for OpenAPI."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {"allOf": [schema, {"type": "object", "properties": {"next": link, "previous": link}}]}


def _parameter(name: str, description: str, **options) -> OpenApiParameter:
    return OpenApiParameter(name, options.pop("type", OpenApiTypes.STR), description=description, **options)


class ListingViewSet(ReadOnlyModelViewSet):
    """What the viewer may see of what is published now."""

    serializer_class = ListingSerializer
    pagination_class = ListingPages
    renderer_classes = [GeoJSONRenderer, JSONRenderer]
    lookup_field = "public_id"
    queryset = Listing.objects.none()

    @extend_schema(
        parameters=[
            _parameter("bbox", "west,south,east,north in degrees"),
            _parameter("kind", "Kinds", many=True),
            _parameter("category", "Codes of categories, with all below them", many=True),
            _parameter("municipality", "INSEE code"),
            _parameter("limit", f"1 to {MOST_ROWS}, {USUAL_ROWS} by default", type=OpenApiTypes.INT),
        ]
    )
    def list(self, request, *args, **kwargs) -> Response:
        """List the public listings, a page at a time."""
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> ListingQuerySet:
        """Keep what is asked for; an unknown or invalid parameter is refused."""
        listings = Listing.objects.live().visible_to(self.request.viewer).filter(entry__isnull=False)
        listings = listings.select_related("entry").order_by("public_id")
        query = self.request.query_params
        if self.detail:
            check_names(query, ())
            return listings
        return _asked(listings, query)


def _asked(listings: ListingQuerySet, query: QueryDict) -> ListingQuerySet:
    check_names(query, KNOWN, repeatable=REPEATABLE)
    if kinds := read_kinds(query):
        listings = listings.filter(kind__in=kinds)
    if codes := read_categories(query):
        branches = (Q(entry__category_number__range=(tree()[code].number, tree()[code].last)) for code in codes)
        listings = listings.filter(reduce(or_, branches))
    if "municipality" in query:
        if not INSEE_CODE.fullmatch(query["municipality"]):
            raise InvalidParameter("municipality", _("Attendu : un code INSEE comme 44109."))
        listings = listings.filter(insee_code=query["municipality"])
    if box := read_box(query):
        listings = listings.filter(entry__location__intersects=_along_parallels(box))
    return listings


def _along_parallels(sides: Polygon) -> GEOSGeometry:
    """Return the box with corners so near that a geography's edges follow its sides."""
    west, south, east, north = sides.extent
    if east - west > 90 or north - south > 90:
        raise InvalidParameter("bbox", _("Au plus 90 degrés de côté."))
    box = shapely.segmentize(shapely.box(west, south, east, north), max_segment_length=EDGE)
    return GEOSGeometry(memoryview(shapely.to_wkb(box)), srid=WGS84)
