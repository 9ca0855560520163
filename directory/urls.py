"""Addresses of the API of listings."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from directory.api import ListingViewSet
from directory.views import nearby

router = SimpleRouter()
router.register("listings", ListingViewSet, basename="listing")

urlpatterns = [
    path("nearby/", nearby, name="nearby"),
    *router.urls,
]
