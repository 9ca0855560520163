"""Releases, shown and rolled back, and the communes and quarters that they make."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.administration.site import StaffAdmin, administration
from geo.activation import activate, roll_back
from geo.errors import ImportRefused
from geo.models import Municipality, Neighbourhood, Release


@admin.register(Release, site=administration)
class ReleaseAdmin(StaffAdmin):
    """Each with its report; those loaded are shown, and those shown rolled back, one at a time."""

    list_display = ("dataset", "source", "territory", "vintage", "state", "loaded_at", "activated_at")
    list_filter = ("state", "dataset", "source")
    search_fields = ("territory", "vintage")
    fields = ("dataset", "source", "territory", "vintage", "state", "licence", "loaded_at", "activated_at", "told")
    on_map = "extent"
    actions = ("show", "take_back")

    @admin.display(description=gettext_lazy("compte rendu"))
    def told(self, release: Release) -> str:
        """The stored report."""
        return format_html("<pre>{}</pre>", json.dumps(release.report, indent=2, ensure_ascii=False))

    @admin.action(description=gettext_lazy("Activer le millésime choisi"))
    def show(self, request: HttpRequest, releases: QuerySet[Release]) -> None:
        """Show one release."""
        self._settle(request, releases, activate, _("%(release)s est actif."))

    @admin.action(description=gettext_lazy("Revenir au millésime d’avant"))
    def take_back(self, request: HttpRequest, releases: QuerySet[Release]) -> None:
        """Roll one release back."""
        self._settle(request, releases, roll_back, _("%(release)s n’est plus actif."))

    def _settle(self, request: HttpRequest, releases: QuerySet[Release], deed: Callable, done: str) -> None:
        # One: each of them moves what stands on it, for up to a minute.
        if releases.count() != 1:
            self.message_user(request, _("Choisissez un seul millésime."), messages.ERROR)
            return
        release = releases.get()
        try:
            deed(release=release)
        except ImportRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        self.message_user(request, done % {"release": release})


@admin.register(Municipality, site=administration)
class MunicipalityAdmin(StaffAdmin):
    """A commune with its boundary."""

    list_display = ("name", "insee_code", "department", "population", "circle", "building_source", "closed_on")
    list_filter = ("building_source",)
    search_fields = ("name", "insee_code")
    fields = (
        *("name", "insee_code", "department", "postcodes", "population", "time_zone", "circle"),
        *("building_source", "source", "closed_on"),
    )
    on_map = "boundary"

    @admin.display(description=gettext_lazy("sorte de quartiers"), ordering="circle_kind")
    def circle(self, town: Municipality) -> str:
        """The kind of quarters that are its circle."""
        return Neighbourhood.Kind(town.circle_kind).label if town.circle_kind else ""


@admin.register(Neighbourhood, site=administration)
class NeighbourhoodAdmin(StaffAdmin):
    """A quarter with its boundary."""

    list_display = ("name", "kind", "code", "municipality", "closed_on")
    list_filter = ("kind",)
    list_select_related = ("municipality",)
    search_fields = ("name", "municipality__name")
    fields = ("name", "kind", "code", "municipality", "population", "source", "closed_on")
    on_map = "boundary"
