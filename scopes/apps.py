"""Django application `scopes`."""

from django.apps import AppConfig


class ScopesConfig(AppConfig):
    """The application `scopes`: says what it knows of people."""

    name = "scopes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what an export tells and erasing takes away."""
        from scopes.rights.holdings import register_people

        register_people()
