"""Addresses of the API of places."""

urlpatterns = []
