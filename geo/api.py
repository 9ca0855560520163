"""`/api/municipalities|neighbourhoods|buildings/`: the places of a box or a town, as pages of GeoJSON."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound as InvalidCursor
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField
from rest_framework.viewsets import ReadOnlyModelViewSet
from rest_framework_gis.serializers import GeoFeatureModelSerializer, GeometryField

from geo.codes import city_of
from geo.errors import InvalidParameter
from geo.models import Building, Municipality, Neighbourhood
from geo.parameters import check_names, read_box, read_limit

USUAL_ROWS, MOST_ROWS = 20, 100


#: Decimals of degrees: 1e-7 is a centimetre.
PRECISION = 7


class GeoJSONRenderer(JSONRenderer):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class MunicipalitySerializer(GeoFeatureModelSerializer):
    """A commune as a Feature, known by its INSEE code."""

    boundary = GeometryField(precision=PRECISION)

    class Meta:
        """The boundary is empty for the few communes whose limits are not published."""

        model = Municipality
        geo_field = "boundary"
        id_field = "insee_code"
        fields = ("insee_code", "name", "department", "postcodes", "population", "time_zone", "circle_kind", "source")


class NeighbourhoodSerializer(GeoFeatureModelSerializer):
    """A quarter of any kind as a Feature, known by its key."""

    insee_code = CharField(source="municipality.insee_code")
    boundary = GeometryField(precision=PRECISION)

    class Meta:
        """Its code is that of its town."""

        model = Neighbourhood
        geo_field = "boundary"
        id_field = "key"
        fields = ("key", "kind", "code", "name", "population", "insee_code", "source")


class BuildingSerializer(GeoFeatureModelSerializer):
    """A footprint as a Feature, known by its key; who lives there is nobody's business."""

    insee_code = CharField(source="municipality.insee_code")
    footprint = GeometryField(precision=PRECISION)

    class Meta:
        """Dwellings are empty where nothing is known, and marked where they are estimated."""

        model = Building
        geo_field = "footprint"
        id_field = "key"
        fields = (
            *("key", "name", "rnb_ids", "use", "second_use", "dwellings", "dwellings_estimated", "storeys", "height"),
            *("insee_code", "source"),
        )


class PlacePages(CursorPagination):
    """Pages of a FeatureCollection in the order of keys."""

    ordering = "key"
    page_size = USUAL_ROWS

    def get_page_size(self, request: Request) -> int:
        """Read `limit`, which has a most."""
        return read_limit(request.query_params, usual=USUAL_ROWS, most=MOST_ROWS)

    def decode_cursor(self, request: Request):
        """Refuse a cursor that is none: it holds the key where a page ended, and no database reads a NUL in it."""
        try:
            cursor = super().decode_cursor(request)
        except InvalidCursor as error:
            raise InvalidParameter("cursor") from error
        if cursor and not (cursor.position or "").isprintable():
            raise InvalidParameter("cursor")
        return cursor

    def get_paginated_response(self, data: dict) -> Response:
        """Add the links to the collection."""
        return Response({**data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Describe the same for OpenAPI."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {"allOf": [schema, {"type": "object", "properties": {"next": link, "previous": link}}]}


def _parameters(*described: tuple[str, str]) -> list[OpenApiParameter]:
    common = [("bbox", "west,south,east,north in degrees"), ("limit", f"1 to {MOST_ROWS}, {USUAL_ROWS} by default")]
    return [
        OpenApiParameter(name, OpenApiTypes.INT if name == "limit" else OpenApiTypes.STR, description=text)
        for name, text in (*described, *common)
    ]


class PlaceViewSet(ReadOnlyModelViewSet):
    """Places that exist, a page at a time; an unknown or invalid parameter is refused."""

    pagination_class = PlacePages
    renderer_classes = [GeoJSONRenderer, JSONRenderer]
    lookup_field = "key"
    lookup_value_regex = r"[^?]+?"
    #: Parameters beside `bbox`, `limit` and `cursor`, and the lookups they stand for.
    filters: dict[str, str] = {}

    def get_queryset(self) -> QuerySet:
        """Keep what is asked for."""
        places = self.queryset.open()
        query = self.request.query_params
        if self.detail:
            check_names(query, ())
            return places
        check_names(query, {"bbox", "limit", "cursor", *self.filters})
        for name, lookup in self.filters.items():
            if name in query:
                places = places.filter(**{lookup: self.read_filter(name, query[name])})
        box = read_box(query)
        return places.filter(**{f"{self.serializer_class.Meta.geo_field}__intersects": box}) if box else places

    def read_filter(self, name: str, value: str) -> object:
        """Read one filter; the code of an arrondissement of Paris, Lyon or Marseille stands for the city."""
        return city_of(value) if name == "municipality" else value


class MunicipalityViewSet(PlaceViewSet):
    """The communes of France, and Monaco."""

    queryset = Municipality.objects.all()
    serializer_class = MunicipalitySerializer
    lookup_field = "insee_code"
    filters = {"department": "department", "postcode": "postcodes__contains"}

    def read_filter(self, name: str, value: str) -> object:
        """Postcodes are a list."""
        return [value] if name == "postcode" else value

    @extend_schema(parameters=_parameters(("department", "44, 2A, 974"), ("postcode", "44000")))
    def list(self, request: Request, *args, **kwargs) -> Response:
        """List communes."""
        return super().list(request, *args, **kwargs)


class NeighbourhoodViewSet(PlaceViewSet):
    """Quarters of any kind: arrondissements, quartiers, sous-quartiers, delegated communes, IRIS."""

    queryset = Neighbourhood.objects.select_related("municipality").defer("municipality__boundary")
    serializer_class = NeighbourhoodSerializer
    filters = {"municipality": "municipality__insee_code", "kind": "kind"}

    def read_filter(self, name: str, value: str) -> object:
        """The kind is one of ours."""
        if name == "kind" and value not in Neighbourhood.Kind.values:
            raise InvalidParameter(name, _("Attendu : %(kinds)s.") % {"kinds": ", ".join(Neighbourhood.Kind.values)})
        return super().read_filter(name, value)

    @extend_schema(
        parameters=_parameters(("municipality", "INSEE code"), ("kind", ", ".join(Neighbourhood.Kind.values)))
    )
    def list(self, request: Request, *args, **kwargs) -> Response:
        """List quarters."""
        return super().list(request, *args, **kwargs)


class BuildingViewSet(PlaceViewSet):
    """Footprints with their dwellings, known or estimated, and their use."""

    queryset = Building.objects.select_related("municipality").defer("municipality__boundary")
    serializer_class = BuildingSerializer
    filters = {"municipality": "municipality__insee_code"}

    @extend_schema(parameters=_parameters(("municipality", "INSEE code")))
    def list(self, request: Request, *args, **kwargs) -> Response:
        """List buildings."""
        return super().list(request, *args, **kwargs)
