"""Addresses of pages and tiles."""

urlpatterns = []
