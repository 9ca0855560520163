"""A zone as a person fills it in: around the public cell of the home, along a street of the town, or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from geo.catchments import Catchment, nearest_homes, radius_around, walk_around
from geo.drawn_areas import LONGEST, read_area
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.models import WGS84, Municipality
from geo.pace import Pace
from geo.street_zones import along_street
from scopes.viewer import Home

#: What a person draws reaches no further.
FARTHEST = D(km=10)
SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control", "autocomplete": "off"}
NUMBER = forms.NumberInput(attrs={**CONTROL, "inputmode": "numeric"})


def _numbers(numbers: tuple[int, ...], unit: str | Promise, scale: int = 1) -> list[tuple[int, Promise]]:
    """Choices such as "300 foyers"."""
    return [(number * scale, format_lazy("{} {}", number, unit)) for number in numbers]


class ZoneForm(Form):
    """One zone: what kind, and what that kind needs; the rest is not read."""

    zone = forms.ChoiceField(
        label=_("Quelle zone ?"),
        widget=forms.Select(attrs=SELECT),
        choices=[
            ("radius", _("à une distance de chez moi")),
            ("homes", _("les foyers les plus proches")),
            ("walk", _("à quelques minutes à pied")),
            ("street", _("les deux côtés d’une rue")),
            ("drawing", _("une zone que je dessine")),
        ],
        required=False,
    )
    radius = forms.TypedChoiceField(
        label=_("Distance"),
        widget=forms.Select(attrs=SELECT),
        coerce=int,
        choices=_numbers((250, 500), "m") + _numbers((1, 2, 5), "km", 1000),
        required=False,
    )
    homes = forms.TypedChoiceField(
        label=_("Combien de foyers"),
        widget=forms.Select(attrs=SELECT),
        coerce=int,
        choices=_numbers((100, 300, 1000, 3000), _("foyers")),
        required=False,
    )
    minutes = forms.TypedChoiceField(
        label=_("Combien de minutes"),
        widget=forms.Select(attrs=SELECT),
        coerce=int,
        choices=_numbers((5, 10, 15, 20, 30), _("minutes")),
        required=False,
    )
    slow = forms.BooleanField(label=_("À petits pas : poussette, canne ou jeune enfant"), required=False)
    street = forms.CharField(label=_("Rue"), widget=forms.TextInput(attrs=CONTROL), max_length=160, required=False)
    first = forms.IntegerField(label=_("Du numéro"), widget=NUMBER, min_value=1, max_value=9999, required=False)
    last = forms.IntegerField(label=_("au numéro"), widget=NUMBER, min_value=1, max_value=9999, required=False)
    drawing = forms.CharField(label=_("Tracé"), widget=forms.HiddenInput, max_length=LONGEST, required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where zones start from: a public cell's point, or a public place; never a home."""

    #: Nothing where no such place is known: streets and drawings alone are left.
    point: Point | None
    municipality_id: int
    farthest: D
    #: What is said of a drawing that reaches further, and of a zone around what is not known.
    too_far: str | Promise
    nowhere: str | Promise = ""


def zone_around(home: Home, told: Mapping[str, object]) -> Catchment:
    """Return the zone that a filled-in `ZoneForm` tells; it starts from the home's public cell, never from the home.

    Raises `InvalidParameter` naming the field that is missing or cannot be.
    """
    around = Around(
        point=Point(*home.point, srid=WGS84),
        municipality_id=home.municipality_id,
        farthest=FARTHEST,
        too_far=_("Une zone va au plus à 10 km de chez vous."),
    )
    return zone_from(around, told)


def zone_from(around: Around, told: Mapping[str, object]) -> Catchment:
    """Return the zone that a filled-in form of zones tells; raises as `zone_around` does."""
    make = {"radius": _radius, "homes": _homes, "walk": _walk, "street": _street, "drawing": _drawing}
    kind = told.get("zone")
    if kind not in make:
        raise InvalidParameter("zone", str(_("Choisissez une zone.")))
    return make[kind](around, told)


def _radius(around: Around, told: Mapping) -> Catchment:
    return radius_around(_point(around), D(m=_needed(told, "radius")))


def _homes(around: Around, told: Mapping) -> Catchment:
    return nearest_homes(_point(around), _needed(told, "homes"))


def _walk(around: Around, told: Mapping) -> Catchment:
    pace = Pace.SLOW if told.get("slow") else Pace.USUAL
    return walk_around(_point(around), timedelta(minutes=_needed(told, "minutes")), pace)


def _street(around: Around, told: Mapping) -> Catchment:
    town = Municipality.objects.only("name").get(pk=around.municipality_id)
    return along_street(town, _needed(told, "street"), told.get("first"), told.get("last"))


def _drawing(around: Around, told: Mapping) -> Catchment:
    area, notes = read_area(_needed(told, "drawing"), parameter="drawing")
    middle = around.point or _middle_of(around.municipality_id)
    if not radius_around(middle, around.farthest).area.covers(area):
        raise InvalidParameter("drawing", str(around.too_far))
    return Catchment(area=area, drawing=area, notes=notes)


def _middle_of(municipality_id: int) -> Point:
    """Where a drawing is measured from where no place is known: the town hall, else the middle of the town."""
    town = Municipality.objects.get(pk=municipality_id)
    return town.location or town.boundary.centroid


def _needed(told: Mapping, name: str):
    if told.get(name) in (None, ""):
        raise InvalidParameter(name, str(_("Ce champ est nécessaire pour cette zone.")))
    return told[name]


def _point(around: Around) -> Point:
    if around.point is None:
        raise InvalidParameter("zone", str(around.nowhere))
    return around.point
