"""Django application `scopes`."""

from django.apps import AppConfig


class ScopesConfig(AppConfig):
    """The application `scopes`."""

    name = "scopes"
    default_auto_field = "django.db.models.BigAutoField"
