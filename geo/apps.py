"""Django application `geo`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeoConfig(AppConfig):
    """The application `geo`: says what follows when places change."""

    name = "geo"
    verbose_name = _("Lieux")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps after activation, in the order they run."""
        from geo import (
            activation,
            boundary_parts,
            cell_keeping,
            circles,
            containment,
            dwellings,
            entrances,
            residences,
            toponyms,
        )

        steps = {
            "municipalities": [
                boundary_parts.divide_municipalities,
                activation.settle_dependents,
                cell_keeping.place_public_cells,
                toponyms.rebuild_toponyms,
            ],
            "neighbourhoods": [
                boundary_parts.divide_neighbourhoods,
                circles.choose_circle_kinds,
                containment.contain_residences,
                cell_keeping.place_public_cells,
                toponyms.rebuild_toponyms,
            ],
            "buildings": [
                dwellings.estimate_dwellings,
                residences.group_into_residences,
                containment.contain_residences,
                cell_keeping.keep_public_cells,
                entrances.tie_addresses,
                toponyms.rebuild_toponyms,
            ],
            "addresses": [entrances.tie_addresses, toponyms.rebuild_toponyms],
            "streets": [cell_keeping.place_public_cells, toponyms.rebuild_toponyms],
        }
        for dataset, functions in steps.items():
            for function in functions:
                activation.after(dataset)(function)
