"""`/ville/quartiers/`: for staff, the quarters that a town draws, seen on the map before they are shown to anyone."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from geo.activation import activate, roll_back
from geo.catchments import cells_covered
from geo.choosing_circle import choose_circle, kinds_of
from geo.drawing_quarters import LONGEST, draw_quarters
from geo.errors import AlentourError
from geo.forms import Form
from geo.models import Municipality, Neighbourhood, Release, Version
from geo.towns import find_municipality
from maps.framing import view_of, welcome_view
from maps.layers import Drawing, collection, draw, feature
from maps.sources import credits_line
from maps.tiles import stamp
from scopes.access import staff_only

KINDS = [(kind.value, kind.label) for kind in Neighbourhood.CIRCLE_KINDS]


class DrawingForm(Form):
    """A drawing of quarters: a file, or what was drawn on the map."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Ces quartiers sont des"), choices=KINDS, widget=forms.Select(attrs={"class": "form-select"})
    )
    file = forms.FileField(
        label=gettext_lazy("Fichier GeoJSON"),
        help_text=gettext_lazy("Une surface par quartier, avec son nom dans la propriété « name »."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".geojson,.json,application/geo+json"}),
        required=False,
    )
    drawing = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)

    @property
    def told(self) -> str:
        """The text of the file, else what was drawn."""
        file = self.cleaned_data["file"]
        if not file:
            return self.cleaned_data["drawing"]
        return file.read(LONGEST + 1).decode("utf-8-sig", errors="replace")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def quarters(request: HttpRequest) -> HttpResponse:
    """Show a town's quarters, take a drawing of new ones, and let its circle be chosen."""
    asked = request.GET.get("commune", "")
    try:
        town = find_municipality(asked) if asked else None
        refused = ""
    except AlentourError as error:
        town, refused = None, str(error)
    form = DrawingForm(request.POST or None, request.FILES or None)
    if town and request.method == "POST":
        answer = _chosen(request, town) if "choose" in request.POST else _drawn(form, town)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    shown = _quarters_of(town) if town else []
    context = {
        "town": town,
        "asked": asked,
        "form": form,
        "refused": refused,
        "kinds": [(kind, label) for kind, label in KINDS if town and kind in kinds_of(town)],
        "releases": _releases(town) if town else [],
        "map": _map(request, shown, town),
        "credits": credits_line(),
    }
    return render(request, "maps/quarters.html", context, status=400 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def drawn_quarters(request: HttpRequest, number: int) -> HttpResponse:
    """Show one drawing with what is odd about it; show it to everyone, take it back, or drop it."""
    release = get_object_or_404(Release, pk=number, source="town", dataset=Release.Dataset.NEIGHBOURHOODS)
    town = Municipality.objects.filter(insee_code=release.territory.partition("/")[0]).first()
    if town is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            return _decided(request, release, town)
        except AlentourError as error:
            refused = str(error)
    versions = release.versions.annotate(shape=AsGeoJSON("geometry", precision=6)).order_by("key")
    context = {
        "town": town,
        "release": release,
        "refused": refused,
        "quarters": [(version.attributes["name"], _homes(version)) for version in versions],
        "map": _map(request, [json.loads(version.shape) for version in versions], town),
        "credits": credits_line(),
    }
    return render(request, "maps/drawn_quarters.html", context, status=400 if refused else 200)


def _drawn(form: DrawingForm, town: Municipality) -> HttpResponse | str:
    """Take a drawing in; the reason where it cannot be."""
    if not form.is_valid():
        return next(iter(form.errors.values()))[0]
    try:
        release = draw_quarters(municipality=town, drawing=form.told, kind=form.cleaned_data["kind"])
    except AlentourError as error:
        return str(error)
    return redirect("drawn-quarters", release.pk)


def _chosen(request: HttpRequest, town: Municipality) -> HttpResponse | str:
    try:
        choose_circle(municipality=town, kind=request.POST["choose"])
    except AlentourError as error:
        return str(error)
    messages.success(request, _("C’est fait : le cercle de %(town)s a changé.") % {"town": town.name})
    return redirect(_address(town))


def _decided(request: HttpRequest, release: Release, town: Municipality) -> HttpResponse:
    """Do what the button says."""
    if "show" in request.POST:
        activate(release=release, force=True)
        messages.success(request, _("Ces quartiers sont ceux de %(town)s.") % {"town": town.name})
    elif "back" in request.POST:
        roll_back(release=release)
        messages.success(request, _("Les quartiers d’avant sont de retour."))
    elif "drop" in request.POST and release.state == Release.State.LOADED:
        release.delete()
        messages.success(request, _("Ce tracé est effacé."))
    return redirect(_address(town))


def _address(town: Municipality) -> str:
    return f"{reverse('quarters')}?commune={town.insee_code}"


def _releases(town: Municipality) -> list[Release]:
    """The drawings of a town, the latest first."""
    return list(Release.objects.filter(source="town", territory__startswith=f"{town.insee_code}/").defer("extent"))


def _quarters_of(town: Municipality) -> list[dict]:
    """The shapes of the quarters that are the town's circle."""
    own = Neighbourhood.objects.open().filter(municipality=town, kind=town.circle_kind)
    shapes = own.annotate(shape=AsGeoJSON("boundary", precision=6)).order_by("key")
    return [json.loads(shape) for shape in shapes.values_list("shape", flat=True)]


def _homes(version: Version) -> int:
    return cells_covered(version.geometry).aggregate(homes=Sum("dwellings", default=0))["homes"]


def _map(request: HttpRequest, shapes: list[dict], town: Municipality | None) -> Drawing:
    """The map around these areas, else around the town."""
    if not shapes and town and town.boundary:
        shapes = [json.loads(town.boundary.geojson)]
    layers = {
        "circle": collection(feature(shape, {"part": "circle"}) for shape in shapes),
        "here": collection([]),
        "results": collection([]),
    }
    return draw(view=view_of(layers) or welcome_view(), stamp=stamp(), nonce=request.csp_nonce, **layers)
