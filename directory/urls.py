"""Addresses of the API of listings."""

from django.urls import path

from directory.views import nearby

urlpatterns = [
    path("nearby/", nearby, name="nearby"),
]
