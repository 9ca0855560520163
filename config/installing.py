"""The site as something to install: its manifest, its service worker, and the page that shows without a network.

https://www.w3.org/TR/appmanifest/ and https://www.w3.org/TR/service-workers/
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

#: Sizes of the icon drawn from `maps/mark.svg`; a maskable one has room around it.
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
MASKABLE = ("icon-maskable-512.png", "512x512", "maskable")
#: What the offline page needs, and nothing else: a page is never kept, whosever it is.
KEPT = ("bootstrap/bootstrap.css", "maps/palette.css", "maps/page.css", "type/latin.woff2", "maps/mark.svg")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer the name, the icons and the first page of the site, in the reader's language."""
    icons = [
        {"src": static(f"config/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in (*ICONS, MASKABLE)
    ]
    shortcuts = [
        {"name": _("Mon immeuble"), "url": reverse("residence")},
        {"name": _("Mon quartier"), "url": reverse("quarter")},
    ]
    said = {
        "id": "/",
        "name": _("Alentour, ce qui vit autour de vous"),
        "short_name": "Alentour",
        "description": _("Dites où vous êtes : commerces, services et voisins de votre immeuble, quartier, ville."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fdfbf7",
        "theme_color": "#fdfbf7",
        "icons": icons,
        "shortcuts": shortcuts,
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer the script that shows notifications, and a page without a network; it stands at the root of its scope."""
    told = {"kept": [static(name) for name in KEPT], "icon": static("config/icon-192.png")}
    response = render(request, "installing/service-worker.js", told, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Answer the page that is shown without a network; it knows nobody, as every browser keeps it."""
    return render(request, "installing/offline.html")


urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service-worker"),
    path("hors-ligne/", offline, name="offline"),
]
