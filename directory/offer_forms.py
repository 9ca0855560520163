"""An offer of a shop as it is filled in: its words and days, and the shape of whom it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.gis.measure import D
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Listing, Promotion
from directory.organisation_audiences import EVERYONE, KEPT, SHAPE, quarters_of
from directory.organisation_forms import NewsForm
from directory.organisation_kinds import AHEAD, LONGEST_CONDITIONS, LONGEST_OFFER
from geo.catchments import FARTHEST, LONGEST_WALK, MOST_HOMES, NEAREST, Catchment, united
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.models import Neighbourhood
from scopes.preview import Preview, preview_of_town, preview_of_zone
from scopes.zone_form import CONTROL, NUMBER, Around, ZoneForm, zone_from

_DAY = {**CONTROL, "type": "date"}
#: Days of an offer, where nobody says otherwise.
USUAL_DAYS = 7
TOWN, QUARTERS = "town", "quarters"
#: Kind of a shape -> its name, and the fields that it needs.
SHAPES = {
    "homes": (gettext_lazy("Les plus proches"), ("homes",)),
    "radius": (gettext_lazy("À une distance"), ("radius",)),
    "walk": (gettext_lazy("À pied"), ("minutes", "slow")),
    QUARTERS: (gettext_lazy("Des quartiers"), ("quarters",)),
    "street": (gettext_lazy("Une rue"), ("street", "first", "last")),
    "drawing": (gettext_lazy("Une zone dessinée"), ("drawing",)),
    TOWN: (gettext_lazy("Toute la ville"), ()),
    KEPT: (gettext_lazy("Comme avant"), ()),
}
#: Those that begin at a public place.
_AROUND_A_PLACE = {"homes", "radius", "walk"}


class OfferForm(Form):
    """What an offer says, and its days."""

    title = NewsForm.base_fields["title"]
    text = NewsForm.base_fields["text"]
    first = forms.DateField(label=gettext_lazy("Du"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=gettext_lazy("Au"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    conditions = forms.CharField(
        label=gettext_lazy("Conditions, s’il y en a"),
        max_length=LONGEST_CONDITIONS,
        required=False,
        widget=forms.TextInput(attrs=CONTROL),
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        last = today + timedelta(days=AHEAD)
        self.fields["first"].widget.attrs |= {"max": last.isoformat()}
        longest = {"min": today.isoformat(), "max": (last + timedelta(days=LONGEST_OFFER)).isoformat()}
        self.fields["last"].widget.attrs |= longest


class ShapeForm(ZoneForm):
    """The shape of an offer: what kind, and what that kind needs; what the others need is not read."""

    radius = forms.IntegerField(
        label=gettext_lazy("Distance, en mètres"), widget=NUMBER, min_value=int(NEAREST.m), max_value=int(FARTHEST.m)
    )
    homes = forms.IntegerField(
        label=gettext_lazy("Combien de logements"), widget=NUMBER, min_value=1, max_value=MOST_HOMES
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Combien de minutes"), widget=NUMBER, min_value=1, max_value=LONGEST_WALK.seconds // 60
    )
    quarters = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Quels quartiers ?"),
        queryset=Neighbourhood.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    prefix = "shape"

    def __init__(self, sent: Mapping[str, object] | None, *, place: Listing, said: Promotion | None = None):
        """Read what was sent, or what is proposed at first: either is a shape to look at."""
        super().__init__(usual_shape(place, said) if sent is None else sent)
        self.place, self.said = place, said
        self.fields["quarters"].queryset = quarters_of(place.municipality)
        self.fields["zone"].choices = [(code, name) for code, (name, _needs) in SHAPES.items() if self._offers(code)]
        self.fields["zone"].widget.choices = self.fields["zone"].choices
        for name in ("radius", "homes", "minutes"):
            self.fields[name].required = self._is_needed(name)

    def _offers(self, code: str) -> bool:
        if code in _AROUND_A_PLACE:
            return self.place.location is not None
        return {KEPT: self.said is not None, QUARTERS: self.fields["quarters"].queryset.exists()}.get(code, True)

    def _is_needed(self, name: str) -> bool:
        return name in SHAPES.get(self.chosen, ("", ()))[1]

    @property
    def chosen(self) -> str:
        """The kind that is chosen, as it was sent."""
        return str(self["zone"].value() or "")

    def clean(self) -> dict[str, object]:
        """Leave out what only another kind needs, right or wrong."""
        filled = super().clean()
        for name in [name for name in self.errors if name != "zone" and not self._is_needed(name)]:
            del self._errors[name]
        return filled

    def shape(self) -> Shape | None:
        """Return the shape that is meant; what is wrong with it is said at its field, else at its kind."""
        if not self.is_valid():
            return None
        try:
            return shape_of(self.place, self.cleaned_data, self.said)
        except InvalidParameter as error:
            self.add_error(error.parameter if error.parameter in self.fields else "zone", str(error))
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Whom an offer is meant for, as `directory.organisation_kinds.Told` takes it, and what that reaches."""

    to: str
    zone: Catchment | None
    preview: Preview


def usual_shape(place: Listing, said: Promotion | None = None) -> QueryDict:
    """What is proposed at first: the nearest homes, the town where no public place is known, or what stands."""
    kind = KEPT if said else "homes" if place.location else TOWN
    return QueryDict(f"shape-zone={kind}&shape-homes=500&shape-radius=500&shape-minutes=10")


def shape_of(place: Listing, told: Mapping[str, object], said: Promotion | None = None) -> Shape:
    """Return the shape around a place that is told; of what is changed, perhaps the one that it had.

    It starts from the public place: where whoever keeps it lives plays no part. Raises `InvalidParameter`.
    """
    town = place.municipality_id
    kind = told.get("zone")
    if kind == TOWN:
        return Shape(to=EVERYONE, zone=None, preview=preview_of_town(town))
    if kind == KEPT and said is not None:
        zone = said.catchment and Catchment(area=said.catchment, drawing=said.catchment)
        return Shape(to=KEPT, zone=zone, preview=_preview(zone, town))
    zone = _quarters(told) if kind == QUARTERS else zone_from(_around(place), told)
    return Shape(to=SHAPE, zone=zone, preview=_preview(zone, town))


def _preview(zone: Catchment | None, town: int) -> Preview:
    return preview_of_zone(zone, municipality_id=town) if zone else preview_of_town(town)


def _quarters(told: Mapping[str, object]) -> Catchment:
    quarters = list(told.get("quarters") or ())
    if not quarters:
        raise InvalidParameter("quarters", _("Choisissez un quartier au moins."))
    area = united([one.boundary for one in quarters])
    return Catchment(area=area, drawing=area)


def _around(place: Listing) -> Around:
    return Around(
        point=place.location,
        municipality_id=place.municipality_id,
        farthest=D(m=FARTHEST.m),
        too_far=gettext_lazy("Une zone va au plus à 50 km de votre fiche."),
        nowhere=gettext_lazy("Pas de lieu public connu ici : choisissez la ville, des quartiers ou une rue."),
    )


def as_it_stands(place: Listing, said: Promotion | None) -> dict[str, object]:
    """What is filled in at first: what is changed, or a week from today; days are by the clock of the town."""
    zone = ZoneInfo(place.municipality.time_zone)
    if said is None:
        today = timezone.now().astimezone(zone).date()
        return {"first": today, "last": today + timedelta(days=USUAL_DAYS - 1)}
    return {
        "title": said.title,
        "text": said.description,
        "conditions": said.conditions,
        "first": said.opens_at.astimezone(zone).date(),
        "last": (said.closes_at - timedelta(seconds=1)).astimezone(zone).date(),
    }
