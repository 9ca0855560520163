"""Nearby search beside two peers behind the same middleware: `SELECT 1`, and a plain djangorestframework-gis list."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.serializers import FloatField
from rest_framework_gis.pagination import GeoJsonPagination
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from config import urls as product
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


class EntryList(ListAPIView):
    """The same search as the documentation of Django writes it: filter by distance, sort by distance, count, page."""

    serializer_class = EntrySerializer
    pagination_class = GeoJsonPagination

    def get_queryset(self) -> QuerySet[SearchEntry]:
        """Read `lat`, `lon` and `metres`."""
        asked = self.request.GET
        here = Point(float(asked["lon"]), float(asked["lat"]), srid=4326)
        within = SearchEntry.objects.filter(location__dwithin=(here, D(m=float(asked["metres"]))))
        return within.annotate(distance=Distance("location", here)).order_by("distance")


class FirstRows(LimitOffsetPagination):
    """The first rows, uncounted."""

    default_limit = 20

    def get_count(self, queryset: QuerySet) -> int:
        """Say what nobody reads."""
        return self.default_limit


class TunedEntryList(EntryList):
    """The list by someone who knows that `GeometryDistance` walks the index, and that counting reads every row."""

    pagination_class = FirstRows

    def get_queryset(self) -> QuerySet[SearchEntry]:
        """Sort by what the index can sort by."""
        here = Point(float(self.request.GET["lon"]), float(self.request.GET["lat"]), srid=4326)
        return super().get_queryset().order_by(GeometryDistance("location", here))


urlpatterns = [
    *product.urlpatterns,
    path("peers/select-1/", select_1),
    path("peers/drf-gis/", EntryList.as_view()),
    path("peers/drf-gis-tuned/", TunedEntryList.as_view()),
]
