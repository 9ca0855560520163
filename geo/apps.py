"""Django application `geo`."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    """The application `geo`."""

    name = "geo"
    default_auto_field = "django.db.models.BigAutoField"
