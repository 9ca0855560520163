"""What sharing a ride asks: from where to where, when, how many seats, for how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.carpool_words import WEEKDAYS
from directory.meeting_points import MeetingPoint, called, meeting_point, nearest_to
from directory.models import Carpool
from directory.prices import PriceField
from geo.forms import Form
from geo.models import WGS84

#: Nobody knows their mornings further ahead.
FURTHEST = timedelta(days=180)
#: Of a ride that is renewed, holidays are known before.
MOST_AHEAD = timedelta(days=366)
MOST_SEATS, DEAREST, MOST_EXCEPTIONS = 8, 500, 60
DETOURS = (0, 2, 5, 10, 15)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_TEXT = {"class": "form-control", "autocomplete": "off"}


class DaysField(forms.CharField):
    """Days as people list them: "24/12/2026, 31/12/2026"."""

    def to_python(self, value: object) -> list[date]:
        """Return the days in their order, each once."""
        if isinstance(value, list):
            return sorted(set(value))
        parts = [part for part in re.split(r"[,;\s]+", str(value or "")) if part]
        return sorted({self._day(part) for part in parts})

    def prepare_value(self, value: object) -> object:
        """Write the days as they are typed."""
        return ", ".join(f"{day:%d/%m/%Y}" for day in value) if isinstance(value, list) else value

    def run_validators(self, value: list[date]) -> None:
        """Bound how many there are."""
        if len(value) > MOST_EXCEPTIONS:
            raise forms.ValidationError(_("Au plus %(most)d jours.") % {"most": MOST_EXCEPTIONS})

    @staticmethod
    def _day(part: str) -> date:
        told = _DAY.fullmatch(part)
        try:
            if told is None:
                raise ValueError(part)
            return date(int(told[3]), int(told[2]), int(told[1])) if told[1] else date.fromisoformat(part)
        except ValueError as error:
            words = _("« %(part)s » n’est pas un jour : 24/12/2026, par exemple.")
            raise forms.ValidationError(words % {"part": part[:20]}) from error


def _place_field(label: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, required=False, widget=forms.TextInput(attrs=_TEXT))


def _point_field(label: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=240, widget=forms.Select(attrs={"class": "form-select"}))


class CarpoolForm(Form):
    """Driven or looked for; the two meeting points, the day or the days, seats, price, detour, preferences."""

    fields_template = "directory/carpool_fields.html"
    #: People type where they live: no draft keeps it.
    looked_for = ("start_place", "end_place")

    direction = forms.ChoiceField(
        label=gettext_lazy("Vous conduisez, ou vous cherchez une place ?"),
        choices=Carpool.Direction.choices,
        initial=Carpool.Direction.OFFER,
        widget=forms.RadioSelect,
    )
    start_place = _place_field(gettext_lazy("De quel coin partez-vous ?"))
    start = _point_field(gettext_lazy("Point de rendez-vous au départ"))
    end_place = _place_field(gettext_lazy("Où allez-vous ?"))
    end = _point_field(gettext_lazy("Point de rendez-vous à l’arrivée"))
    day = forms.DateField(
        label=gettext_lazy("Le jour, si c’est une fois"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Les jours, si c’est chaque semaine"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    departure = forms.TimeField(
        label=gettext_lazy("À quelle heure ?"),
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "form-control", "type": "time"}),
    )
    except_days = DaysField(
        label=gettext_lazy("Sauf ces jours-là"),
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "placeholder": "24/12/2026, 31/12/2026"}),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Jusqu’à quel jour, s’il y en a un"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Combien de places ?"),
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    price = PriceField(
        label=gettext_lazy("Euros par place"),
        min_value=0,
        max_value=DEAREST,
        decimal_places=2,
        localize=True,
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "decimal"}),
    )
    detour = forms.TypedChoiceField(
        label=gettext_lazy("Détour au plus"),
        choices=[(0, gettext_lazy("aucun")), *((n, gettext_lazy("%d minutes") % n) for n in DETOURS[1:])],
        coerce=int,
        empty_value=0,
        initial=5,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    preferences = forms.MultipleChoiceField(
        label=gettext_lazy("À bord"),
        choices=Carpool.Preference.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    shared_beyond = forms.BooleanField(
        label=gettext_lazy("Visible par d’autres services de covoiturage"),
        help_text=gettext_lazy(
            "Ceux que nous connaissons pourront le montrer à leurs usagers : les deux points de rendez-vous, la ligne, "
            "les jours et l’heure, les places et le prix. Ni votre nom, ni votre quartier, ni vos mots. Qui veut venir "
            "passe par ici."
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, data: Mapping | None = None, *, initial: Mapping[str, object] | None = None):
        known = dict(initial or {})
        if isinstance(known.get("price_cents"), int):
            known["price"] = Decimal(known["price_cents"]) / 100 if known["price_cents"] else None
        for name in ("weekdays", "preferences"):  # as a draft keeps them
            if isinstance(known.get(name), str):
                known[name] = [part for part in known[name].split(",") if part]
        super().__init__(data, initial=known)
        filled = known if data is None else data
        near = Point(*known["near"], srid=WGS84) if known.get("near") else None
        #: Whether nobody knows the place that was typed for an end.
        self.unknown: dict[str, bool] = {}
        self._offer("start", filled, near, around_home=True)
        self._offer("end", filled, near, around_home=False)

    def _offer(self, name: str, filled: Mapping, near: Point | None, *, around_home: bool) -> None:
        """List the meeting points to choose from: what was chosen, then what is around the place that was named."""
        chosen, text = str(filled.get(name) or ""), str(filled.get(f"{name}_place") or "")[:200]
        found: list[MeetingPoint] = called(text, near=near) if text.strip() else []
        if not found and not text.strip() and around_home and near:
            found = nearest_to(near)
        self.fields[name].widget.choices = _choices(chosen, str(filled.get(f"{name}_name") or ""), found)
        self.unknown[name] = bool(text.strip()) and not found

    def clean_start(self) -> str:
        """Return the key of a meeting point."""
        return self._point("start")

    def clean_end(self) -> str:
        """Return the key of a meeting point."""
        return self._point("end")

    def _point(self, name: str) -> str:
        key = self.cleaned_data[name]
        # Of a ride that stands, the place may be closed since; it begins there all the same.
        if not self.fields[name].disabled and meeting_point(key) is None:
            raise forms.ValidationError(_("Choisissez un point de rendez-vous de la liste."))
        return key

    def clean_day(self) -> date | None:
        """Refuse a day that is over, or too far ahead."""
        return self._coming("day")

    def clean_except_days(self) -> list[date]:
        """Refuse a day that nobody plans for: what was agreed is looked at up to the last of them."""
        days = self.cleaned_data["except_days"]
        if days and days[-1] > timezone.localdate() + MOST_AHEAD:
            raise forms.ValidationError(_("Des jours d’ici à un an."))
        return days

    def clean_last_day(self) -> date | None:
        """Refuse a day that is over, or too far ahead."""
        return self._coming("last_day")

    def _coming(self, name: str) -> date | None:
        day = self.cleaned_data[name]
        # A day of margin: midnight is not the same moment overseas.
        today = timezone.localdate() - timedelta(days=1)
        if day is not None and not today <= day <= today + FURTHEST:
            raise forms.ValidationError(_("Un jour d’ici à six mois."))
        return day

    def clean(self) -> dict[str, object]:
        """Return the columns: once or every week; who looks for a seat asks for no money and makes no detour."""
        filled = super().clean()
        day, weekdays = filled.get("day"), sorted(filled.get("weekdays") or [])
        if (day is None) is not bool(weekdays) and "day" not in self.errors:
            self.add_error("day", _("Un jour, ou des jours de la semaine : l’un des deux."))
        if filled.get("start") and filled.get("start") == filled.get("end"):
            self.add_error("end", _("Le départ et l’arrivée sont le même endroit."))
        is_offer = filled.get("direction") == Carpool.Direction.OFFER
        price = filled.get("price") if is_offer else None
        return {
            **{name: filled.get(name) for name in ("direction", "start", "end", "day", "departure", "seats")},
            "weekdays": weekdays,
            "except_days": (filled.get("except_days") or []) if weekdays else [],
            "last_day": filled.get("last_day") if weekdays else None,
            "price_cents": int(price * 100) if price else 0,
            "detour": (filled.get("detour") or 0) if is_offer else 0,
            "preferences": sorted(filled.get("preferences") or []),
            "shared_beyond": bool(filled.get("shared_beyond")),
        }


def _choices(chosen: str, name: str, found: Sequence[MeetingPoint]) -> list[tuple[str, str]]:
    listed = {one.key: one.name for one in found}
    if chosen and chosen not in listed:
        known = meeting_point(chosen)
        listed = ({chosen: known.name} if known else {chosen: name} if name else {}) | listed
    return list(listed.items()) if chosen else [("", "…"), *listed.items()]
