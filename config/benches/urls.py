"""Nearby search beside two peers behind the same middleware: `SELECT 1`, and a plain djangorestframework-gis list."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from rest_framework.generics import ListAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.serializers import FloatField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from directory.models import SearchEntry


def select_1(request: HttpRequest) -> JsonResponse:
    """Answer what the least view that asks the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return JsonResponse({"one": cursor.fetchone()[0]})


class EntrySerializer(GeoFeatureModelSerializer):
    """The columns that nearby search answers."""

    distance = FloatField(source="distance.m")

    class Meta:
        """As the documentation of djangorestframework-gis writes it."""

        model = SearchEntry
        geo_field = "location"
        fields = ("public_id", "kind", "title", "card", "distance")


class FirstRows(LimitOffsetPagination):
    """The first rows without counting all of them: a count would make the peer slower than it need be."""

    default_limit = 20

    def get_count(self, queryset) -> int:
        """Say what nobody reads."""
        return self.default_limit


class EntryList(ListAPIView):
    """The same search written plainly: within a distance, nearest first (by the index), serialized object by object."""

    serializer_class = EntrySerializer
    pagination_class = FirstRows

    def get_queryset(self):
        """Read `lat`, `lon` and `metres`."""
        asked = self.request.GET
        here = Point(float(asked["lon"]), float(asked["lat"]), srid=4326)
        within = SearchEntry.objects.filter(location__dwithin=(here, D(m=float(asked["metres"]))))
        return within.annotate(distance=Distance("location", here)).order_by(GeometryDistance("location", here))


urlpatterns = [
    path("api/", include("directory.urls")),
    path("peers/select-1/", select_1),
    path("peers/drf-gis/", EntryList.as_view()),
]
