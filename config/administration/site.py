"""The site of the administration: for staff behind two factors, and read-only unless a page says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONCE, SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from config.administration.drawing import drawn
from geo.errors import InvalidParameter
from scopes.access import staff_only

#: Pages of Django's that stand elsewhere here (signing in and out, passwords), or that nothing needs.
ELSEWHERE = ("login", "logout", "password_change", "password_change_done", "autocomplete", "view_on_site")

#: The ends of the names of a row's pages.
PAGES = ("_changelist", "_change", "_history")


class Administration(AdminSite):
    """Absent for whoever is not of the staff; its scripts are Django's own files, which carry no nonce."""

    site_title = site_header = _("Alentour, exploitation")
    index_title = _("Ce que l’instance tient")
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever comes through `admin_view` may."""
        return request.user.is_active and request.user.is_staff

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Put a page behind the same door as every other page of the staff."""
        return csp_replace({"script-src": [SELF, NONCE]})(staff_only(super().admin_view(view, cacheable)))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out the pages that stand elsewhere."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in ELSEWHERE]

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Nobody signs in here."""
        raise Http404


class StaffAdmin(ModelAdmin):
    """Rows to look up: nobody adds or deletes one; only the columns in `changeable` are changed."""

    changeable: tuple[str, ...] = ()
    #: The column whose geometry is drawn above the facts.
    on_map = ""
    change_form_template = "administration/row.html"
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        """A list, a row and its history: nothing is added or deleted."""
        return [url for url in super().get_urls() if (url.name or "").endswith(PAGES)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Everything shown but what may be changed."""
        return [name for name in self.fields if name not in self.changeable]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """All of the staff."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """All of the staff."""
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from imports and from people's own deeds."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows end; none is lost."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Where a column may be changed."""
        return bool(self.changeable)

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Do something with the rows that were ticked; refuse what can be the number of none, which Django looks up."""
        for ticked in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.model._meta.pk.to_python(ticked)
            except ValidationError as error:
                raise InvalidParameter(ACTION_CHECKBOX_NAME) from error
        return super().response_action(request, queryset)

    def render_change_form(self, request: HttpRequest, context: dict, obj: Model | None = None, **kwargs: object):
        """Draw the place of the row on our own map."""
        geometry: GEOSGeometry | None = getattr(obj, self.on_map) if self.on_map else None
        if geometry:
            context["map"] = drawn(geometry, nonce=str(request.csp_nonce))
        return super().render_change_form(request, context, obj=obj, **kwargs)


administration = Administration(name="administration")
