"""Addresses of the API of listings."""

urlpatterns = []
