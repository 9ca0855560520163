"""Django application `maps`."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """The application `maps`."""

    name = "maps"
    default_auto_field = "django.db.models.BigAutoField"
