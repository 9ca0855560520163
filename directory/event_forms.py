"""What is filled in to announce an event: what, when and where, then how far."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.holding_events import RADII, REPEATS, Announced
from directory.models import Category, Event, Kind
from directory.organisation_audiences import EVERYONE, QUARTER, TOWN, to_of
from directory.recurring import AHEAD, Recurrence
from geo.forms import Form
from geo.front_doors import addresses_meant
from geo.texts import LONGEST_TEXT, LONGEST_TITLE
from scopes.home_pages.forms import CONTROL

_SELECT = {"class": "form-select"}
_DAY = {**CONTROL, "type": "date"}
_HOUR = {**CONTROL, "type": "time"}


class EventForm(Form):
    """An event as who holds it tells it."""

    title = forms.CharField(
        label=gettext_lazy("Quoi ?"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs=CONTROL)
    )
    category = forms.ChoiceField(label=gettext_lazy("C’est"), widget=forms.Select(attrs=_SELECT))
    day = forms.DateField(label=gettext_lazy("Quel jour ?"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    starts = forms.TimeField(
        label=gettext_lazy("À quelle heure ?"),
        help_text=gettext_lazy("Vide : toute la journée."),
        required=False,
        widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour, s’il y en a plusieurs"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Jusqu’à quelle heure ?"),
        required=False,
        widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"),
    )
    repeats = forms.ChoiceField(
        label=gettext_lazy("Combien de fois ?"),
        choices=list(REPEATS.items()),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )
    until = forms.DateField(
        label=gettext_lazy("Si cela revient, jusqu’au"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    place_name = forms.CharField(
        label=gettext_lazy("Nom du lieu"),
        help_text=gettext_lazy(
            "Là où tout le monde peut venir : une salle, un parc, votre boutique. Jamais un domicile."
        ),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs=CONTROL),
    )
    address = forms.CharField(
        label=gettext_lazy("Son adresse"),
        help_text=gettext_lazy("Le numéro, la rue et la ville."),
        max_length=200,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("En quelques mots"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={**CONTROL, "rows": 4}),
    )
    price = forms.CharField(
        label=gettext_lazy("Prix"), max_length=200, required=False, widget=forms.TextInput(attrs=CONTROL)
    )
    website = forms.CharField(
        label=gettext_lazy("Site"), max_length=200, required=False, widget=forms.TextInput(attrs=CONTROL)
    )
    accessibility = forms.CharField(
        label=gettext_lazy("Accès : fauteuil, boucle magnétique…"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=CONTROL),
    )
    to = forms.ChoiceField(
        label=gettext_lazy("Jusqu’où ?"),
        choices=[
            (EVERYONE, gettext_lazy("tout le monde, sans compte")),
            (TOWN, gettext_lazy("les habitants de la ville")),
            (QUARTER, gettext_lazy("les habitants du quartier")),
            ("2km", gettext_lazy("les habitants à moins de 2 km")),
            ("1km", gettext_lazy("les habitants à moins de 1 km")),
            ("500m", gettext_lazy("les habitants à moins de 500 m")),
        ],
        initial=EVERYONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        known = Category.objects.filter(kind=Kind.EVENT, parent__isnull=False)
        self.fields["category"].choices = [("", _("Choisissez")), *((one.code, one.name) for one in known)]
        today = timezone.localdate()
        for name in ("day", "last_day", "until"):
            self.fields[name].widget.attrs |= {"min": today.isoformat(), "max": (today + AHEAD).isoformat()}

    def clean(self) -> dict[str, Any]:
        """Find the address that is meant, and check that days and hours go together."""
        filled = super().clean()
        if address := filled.get("address"):
            meant = addresses_meant(address)
            if len(meant) == 1:
                filled["found"] = meant[0]
            else:
                several = _("Plusieurs adresses se ressemblent : écrivez la ville.")
                none = _("Nous ne trouvons pas ce numéro. Écrivez-le avec la rue et la ville.")
                self.add_error("address", several if meant else none)
        for name in ("day", "last_day", "until"):
            if filled.get(name) and abs(filled[name] - timezone.localdate()) > 2 * AHEAD:
                self.add_error(name, _("Deux ans à l’avance au plus."))
        if filled.get("ends") and not filled.get("starts"):
            self.add_error("starts", _("Dites aussi l’heure du début."))
        return filled

    @property
    def announced(self) -> Announced:
        """What was filled in, as `directory.holding_events` takes it."""
        filled = self.cleaned_data
        day, last = filled["day"], filled["last_day"] or filled["day"]
        all_day = filled["starts"] is None
        ends = None
        if all_day:
            ends = datetime.combine(last + timedelta(days=1), time())
        elif filled["ends"]:
            # "From 20:00 to 02:00": the night goes on into the next day.
            past_midnight = last == day and filled["ends"] <= filled["starts"]
            ends = datetime.combine(last + timedelta(days=past_midnight), filled["ends"])
        elif last > day:
            ends = datetime.combine(last, time(23, 59))
        same = (
            "title",
            "category",
            "place_name",
            "repeats",
            "until",
            "text",
            "price",
            "website",
            "accessibility",
            "to",
        )
        return Announced(
            starts=datetime.combine(day, filled["starts"] or time()),
            ends=ends,
            all_day=all_day,
            address=filled["found"],
            **{name: filled[name] for name in same},
        )

    def refuse(self, field: str, words: str) -> None:
        """Say what is wrong at its field."""
        self.add_error(field if field in self.fields else None, words)


def initial_of(event: Event) -> dict[str, Any]:
    """What is filled in already, of an event that is changed."""
    zone = ZoneInfo(event.time_zone)
    starts = event.starts_at.astimezone(zone)
    ends = event.ends_at and event.ends_at.astimezone(zone)
    last = (ends - timedelta(seconds=1)).date() if ends and event.all_day else ends and ends.date()
    same = ("title", "place_name", "price", "website", "accessibility")
    return {
        **{name: getattr(event, name) for name in same},
        "category": event.category.code,
        "text": event.description,
        "address": f"{event.address}, {event.municipality.name}",
        "day": starts.date(),
        "starts": None if event.all_day else starts.time(),
        "last_day": last if last and last > starts.date() else None,
        "ends": ends.time() if ends and not event.all_day else None,
        **_repeats_of(Recurrence.parse(event.recurrence).rule),
        "to": to_of(event, RADII),
    }


def _repeats_of(rule: str) -> dict[str, Any]:
    """The choice that a rule was made by, and its last day."""
    if not rule:
        return {"repeats": ""}
    parts = dict(part.split("=") for part in rule.split(";"))
    chosen = "month" if parts["FREQ"] == "MONTHLY" else "fortnight" if parts.get("INTERVAL") == "2" else "week"
    return {"repeats": chosen, "until": datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S").date()}
