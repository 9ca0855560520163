"""What asking for seats asks: on which day, how many, where one boards and leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.agreement_places import named_along, points_to_choose
from directory.agreement_words import free_in_words
from directory.carpool_words import WEEKDAYS
from directory.free_seats import Seats
from directory.models import Carpool
from geo.forms import Form
from scopes.moments import calendar_day, today_at

#: Days to choose from; of a ride of every working day, a month.
DAYS = 22
ONCE, WEEKLY = "once", "weekly"
_SELECT = {"class": "form-select"}


class AskForRideForm(Form):
    """One day of a ride, or days of every week from then on; seats, both meeting points, and a word."""

    rhythm = forms.ChoiceField(
        label=_("Une fois, ou chaque semaine ?"),
        choices=[(ONCE, _("une seule fois")), (WEEKLY, _("chaque semaine"))],
        initial=ONCE,
        widget=forms.RadioSelect,
    )
    day = forms.TypedChoiceField(
        label=_("Quel jour, ou à partir duquel ?"),
        coerce=date.fromisoformat,
        error_messages={"invalid_choice": _("Ce jour-là, la voiture ne part pas, ou elle est complète.")},
        widget=forms.Select(attrs=_SELECT),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Quels jours de la semaine ?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    seats = forms.TypedChoiceField(
        label=_("Combien de places ?"),
        coerce=int,
        required=False,
        empty_value=1,
        error_messages={"invalid_choice": _("Ce trajet n’a pas autant de places.")},
        widget=forms.Select(attrs=_SELECT),
    )
    pick_up = forms.CharField(label=_("Où montez-vous ?"), max_length=240, widget=forms.Select(attrs=_SELECT))
    drop_off = forms.CharField(label=_("Où descendez-vous ?"), max_length=240, widget=forms.Select(attrs=_SELECT))
    place = forms.CharField(
        label=_("Un autre endroit sur le chemin ?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Un mot, si vous voulez"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def __init__(self, ride: Carpool, data: Mapping | None = None, *, initial: Mapping | None = None):
        known = {"weekdays": ride.weekdays, **(initial or {})}
        super().__init__(data, initial=known)
        filled = known if data is None else data
        self.is_request = ride.direction == Carpool.Direction.REQUEST
        today = today_at(ride.municipality.time_zone)
        days = [one for one in Seats.of(ride).coming(most=DAYS) if one.free > 0]
        self.fields["day"].choices = [
            (one.day.isoformat(), f"{calendar_day(one.day, today=today)} · {free_in_words(one.free)}") for one in days
        ]
        self.fields["weekdays"].choices = [(number, str(WEEKDAYS[number])) for number in ride.weekdays]
        self.fields["seats"].choices = [(number, str(number)) for number in range(1, ride.seats + 1)]
        text = str(filled.get("place") or "").strip()[:200]
        named = named_along(ride, text)
        #: Whether nothing on the way is called as was typed.
        self.unknown = bool(text) and not named
        for side in ("pick_up", "drop_off"):
            points = points_to_choose(ride, side, chosen=str(filled.get(side) or ""), named=named)
            self.fields[side].widget.choices = [(one.key, one.name) for one in points]
        if ride.day is not None:
            for name in ("rhythm", "weekdays"):
                del self.fields[name]
        if self.is_request:
            for name in ("seats", "place"):
                del self.fields[name]

    def clean(self) -> dict[str, object]:
        """Return what `agreeing.ask` takes."""
        filled = super().clean()
        weekly = filled.get("rhythm") == WEEKLY
        if weekly and not filled.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choisissez au moins un jour de la semaine."))
        return {
            **{name: filled.get(name) for name in ("day", "pick_up", "drop_off")},
            "weekdays": filled.get("weekdays", []) if weekly else [],
            "seats": filled.get("seats", 1),
            "text": filled.get("text", ""),
        }
