"""The week as a form: a line a day, two periods at most; and the OSM syntax for those who want more."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.opening import readable
from directory.week import DAYS, MOST_PERIODS, Period, Week, overlap, read_week, time_typed, written
from geo.forms import Form
from geo.texts import legible

#: Name of the field of one time: day, period, beginning or end.
_ENDS = ("from", "to")


class WeekForm(Form):
    """Opening hours, to be filled in by day or written in the syntax of OpenStreetMap."""

    closed_on_holidays = forms.BooleanField(label=gettext_lazy("Fermé les jours fériés"), required=False)
    hours = forms.CharField(
        label=gettext_lazy("Horaires écrits, à la manière d’OpenStreetMap"),
        help_text=gettext_lazy(
            "Pour ce que la semaine ne dit pas : saisons, dates. S’il est rempli, lui seul compte. "
            "Par exemple : Mo-Fr 09:00-18:00; Aug off"
        ),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2, "spellcheck": "false"}),
    )

    def __init__(self, *args: object, expression: str = "", **kwargs: object):
        super().__init__(*args, **kwargs)
        week = read_week(expression)
        self.initial.setdefault("hours", "" if week else expression)
        self.initial.setdefault("closed_on_holidays", bool(week and week.closed_on_holidays))
        for number, day in enumerate(DAYS):
            for rank, end, name in _times(day):
                known = week.days[number] if week else ()
                self.initial.setdefault(name, known[rank][_ENDS.index(end)] if rank < len(known) else "")
                self.fields[name] = forms.CharField(
                    label=_label(number, rank, end), max_length=8, required=False, widget=_time_input()
                )

    @property
    def week(self) -> Iterator[dict]:
        """The lines of the form: a day, its times by period, and what is wrong with it."""
        for number, day in enumerate(DAYS):
            names = [name for _rank, _end, name in _times(day)]
            fields = [self[name] for name in names]
            yield {
                "name": WEEKDAYS[number],
                "periods": [fields[at : at + 2] for at in range(0, len(fields), 2)],
                "errors": [error for name in names for error in self.errors.get(name, ())] if self.is_bound else [],
            }

    def clean(self) -> dict:
        """Leave the hours in `opening_hours`, in the syntax; name the day that cannot be."""
        filled = super().clean()
        text = legible(filled.get("hours", ""))
        if text:
            filled["opening_hours"] = readable(text)
            if not filled["opening_hours"]:
                self.add_error("hours", _("Nous ne savons pas lire ces horaires : suivez l’exemple."))
            return filled
        days = [self._day(day, filled) for day in DAYS]
        filled["opening_hours"] = written(Week(tuple(days), filled.get("closed_on_holidays", False)))
        return filled

    def _day(self, day: str, filled: dict) -> tuple[Period, ...]:
        periods: list[Period] = []
        for rank in range(MOST_PERIODS):
            names = [_name(day, rank, end) for end in _ENDS]
            typed = [filled.get(name, "").strip() for name in names]
            times = [time_typed(text) for text in typed]
            if not any(typed):
                continue
            if None in times or times[0] == times[1]:
                self.add_error(names[0], _("Écrivez une heure d’ouverture et une de fermeture, comme 9:00 et 12:30."))
                return ()
            periods.append((times[0], times[1]))
        if overlap(periods):
            self.add_error(_name(day, 1, "from"), _("La seconde période commence après la fin de la première."))
            return ()
        return tuple(periods)


def _times(day: str) -> Iterator[tuple[int, str, str]]:
    """The rank, the end and the name of each time of a day."""
    for rank in range(MOST_PERIODS):
        for end in _ENDS:
            yield rank, end, _name(day, rank, end)


def _name(day: str, rank: int, end: str) -> str:
    return f"{day.lower()}_{rank + 1}_{end}"


def _label(number: int, rank: int, end: str) -> str:
    told = {
        (0, "from"): _("%(day)s, ouvre à"),
        (0, "to"): _("%(day)s, ferme à"),
        (1, "from"): _("%(day)s, rouvre à"),
        (1, "to"): _("%(day)s, referme à"),
    }
    return told[rank, end] % {"day": WEEKDAYS[number]}


def _time_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"})
