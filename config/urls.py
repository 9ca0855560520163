"""Every address of the product, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("maps.urls")),
    path("api/", include("geo.urls")),
    path("api/", include("directory.urls")),
]
