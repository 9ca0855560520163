"""Every address of the product, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("maps.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("geo.urls")),
    path("api/", include("directory.urls")),
]
