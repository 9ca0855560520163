"""Organisations and their mandates, categories, and what was reported: each leads to the page where it is decided."""

from __future__ import annotations

import json

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.administration.site import StaffAdmin, administration
from directory.models import Case, Category, Listing, Tending
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter
from geo.texts import one_line
from scopes.models import Mandate, Organisation


class NamedForm(forms.ModelForm):
    """The name and the contact, as people may write them elsewhere."""

    def clean(self) -> dict:
        """Take what is written as one line each."""
        for name in ("name", "contact"):
            if written := self.cleaned_data.get(name):
                try:
                    self.cleaned_data[name] = one_line(written, parameter=name)
                except InvalidParameter as wrong:
                    self.add_error(name, str(wrong))
        return self.cleaned_data


@admin.register(Organisation, site=administration)
class OrganisationAdmin(StaffAdmin):
    """An organisation: a misspelt name or contact is put right here; it is admitted on the page of mandates."""

    form = NamedForm
    list_display = ("name", "kind", "siret", "rna", "municipality", "proposed_at", "admitted_at", "ended_at")
    list_filter = ("kind", ("admitted_at", admin.EmptyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("municipality",)
    search_fields = ("name", "siret", "rna")
    fields = (
        *("name", "contact", "kind", "siret", "rna", "municipality", "proposed_at", "admitted_at", "ended_at"),
        *("searches_rides", "decided"),
    )
    changeable = ("name", "contact", "searches_rides")

    def save_model(self, request: HttpRequest, obj: Organisation, form: NamedForm, change: bool) -> None:
        """Have what it says found by its name as it is now."""
        super().save_model(request, obj, form, change)
        said = Listing.objects.filter(organisation=obj, entry__isnull=False)
        refresh_entries(list(said.values_list("pk", flat=True)))

    @admin.display(description=gettext_lazy("décision"))
    def decided(self, organisation: Organisation) -> SafeString:
        """Where it is admitted, and its mandates granted."""
        return _leads("mandates", _("Organismes et mandats à décider"))


@admin.register(Mandate, site=administration)
class MandateAdmin(StaffAdmin):
    """A mandate by what it is over: public data, and nobody who lives there."""

    list_display = ("organisation", "over", "ground", "asked_at", "granted_at", "told_at", "ends_on", "ended_at")
    list_filter = ("over", ("granted_at", admin.EmptyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "ground")
    fields = (
        *("organisation", "ground", "over", "municipality", "how_many", "asked_at", "granted_for", "granted_at"),
        *("told_at", "ends_on", "ended_at", "ended_why"),
    )
    on_map = "area"

    @admin.display(description=gettext_lazy("immeubles"))
    def how_many(self, mandate: Mandate) -> int:
        """How many residences it names."""
        return mandate.mandated.count()


@admin.register(Category, site=administration)
class CategoryAdmin(StaffAdmin):
    """A node of the tree, which is kept in `directory/categories.toml`: codes are for life, and reviewed."""

    list_display = ("named", "code", "kind", "parent", "number_of_listings")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name_fr", "name_en", "code", "osm_tags", "naf_codes")
    fields = ("code", "named", "kind", "parent", "icon", "osm_tags", "naf_codes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Count what everyone may find."""
        return super().get_queryset(request).annotate(listed=Count("listings__entry"))

    @admin.display(description=gettext_lazy("nom"), ordering="number")
    def named(self, category: Category) -> str:
        """In the reader's language."""
        return category.name

    @admin.display(description=gettext_lazy("annonces"), ordering="listed")
    def number_of_listings(self, category: Category) -> int:
        """How many listings search finds under it."""
        return category.listed


@admin.register(Tending, site=administration)
class TendingAdmin(StaffAdmin):
    """What the staff and town halls did to pages that nobody keeps, by a key that names no account."""

    list_display = ("done_at", "deed", "title", "town_hall", "short")
    list_filter = ("deed", ("town_hall", admin.EmptyFieldListFilter))
    search_fields = ("title", "town_hall", "page", "by")
    fields = ("done_at", "deed", "title", "page", "town_hall", "by", "was")

    @admin.display(description=gettext_lazy("par"))
    def short(self, done: Tending) -> str:
        """Enough of the key to tell one person from another."""
        return done.by[:8]

    @admin.display(description=gettext_lazy("avant"))
    def was(self, done: Tending) -> str:
        """What a correction changed, as it read."""
        return format_html("<pre>{}</pre>", json.dumps(done.before, indent=2, ensure_ascii=False))


@admin.register(Case, site=administration)
class CaseAdmin(StaffAdmin):
    """What was reported outside any residence; what comes from one is under the second lock, on call alone."""

    list_display = ("opened_at", "kind", "title", "closed_at")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "text")
    fields = ("kind", "title", "text", "opened_at", "closed_at", "decided")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Whoever is of the staff may live somewhere, whose cases the second lock then opens: not here."""
        return super().get_queryset(request).filter(residence=None)

    @admin.display(description=gettext_lazy("décision"))
    def decided(self, case: Case) -> SafeString:
        """Where it is decided."""
        return _leads("on-call", _("Dossiers de l’astreinte"))


def _leads(route: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(route), words)
