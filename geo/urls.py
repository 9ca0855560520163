"""Addresses of the API of places."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from geo.api import BuildingViewSet, MunicipalityViewSet, NeighbourhoodViewSet
from geo.views import addresses, places_at

router = SimpleRouter()
router.register("municipalities", MunicipalityViewSet, basename="municipality")
router.register("neighbourhoods", NeighbourhoodViewSet, basename="neighbourhood")
router.register("buildings", BuildingViewSet, basename="building")

urlpatterns = [
    path("addresses/", addresses, name="addresses"),
    path("places/at/", places_at, name="places-at"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    *router.urls,
]
