"""Django application `geo`."""

from django.apps import AppConfig


class GeoConfig(AppConfig):
    """The application `geo`: says what follows when places change."""

    name = "geo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps after activation, in the order they run."""
        from geo import activation, boundary_parts

        activation.after("municipalities")(boundary_parts.divide_municipalities)
        activation.after("municipalities")(activation.settle_dependents)
        activation.after("neighbourhoods")(boundary_parts.divide_neighbourhoods)
