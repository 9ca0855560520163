"""What is filled in to ask for a helping hand, and to invite someone to a trusted circle."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.helping import LONGEST_NAME
from directory.models import Help, Trusted
from directory.rota_models import TimeOfDay, Weekday
from geo.forms import Form
from geo.texts import LONGEST_TEXT, LONGEST_TITLE

_CONTROL = {"class": "form-control", "autocomplete": "off"}


class HelpForm(Form):
    """For whom, what, and that they agree."""

    by = forms.ChoiceField(
        label=_("Pour qui ?"),
        choices=Help.By.choices,
        initial=Help.By.ONESELF,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites pour qui c’est.")},
    )
    called = forms.CharField(
        label=_("Son prénom, si ce n’est pas pour vous"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs=_CONTROL),
    )
    agreed = forms.BooleanField(label=_("Cette personne est d’accord."), required=False)
    title = forms.CharField(
        label=_("De quoi s’agit-il ?"),
        help_text=_("« Les courses du mardi », « Relever le courrier », « Passer dire bonjour »."),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs=_CONTROL),
        error_messages={"required": _("Dites en quelques mots de quoi il s’agit.")},
    )
    text = forms.CharField(
        label=_("Quelques mots de plus, si vous voulez"),
        help_text=_("Inutile de dire pourquoi."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )


class InviteForm(Form):
    """A first name, and what this person will be in the circle."""

    called = forms.CharField(
        label=_("Son prénom"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=_CONTROL),
        error_messages={"required": _("Écrivez son prénom.")},
    )
    part = forms.ChoiceField(label=_("Qui est-ce ?"), widget=forms.RadioSelect)

    def __init__(self, *data: object, parts: Sequence[str]):
        super().__init__(*data)
        self.fields["part"].choices = [choice for choice in Trusted.Part.choices if choice[0] in parts]
        self.fields["part"].initial = parts[0] if parts else None


class PlanForm(Form):
    """A day of the week, and when in the day."""

    weekday = forms.TypedChoiceField(
        label=_("Quel jour ?"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    time_of_day = forms.TypedChoiceField(
        label=_("Quand ?"),
        choices=TimeOfDay.choices,
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class AlertForm(Form):
    """Whether one is told of what nobody confirms."""

    is_told = forms.BooleanField(label=_("Me prévenir si un passage n’est pas confirmé"), required=False)
    at_night = forms.BooleanField(label=_("La nuit aussi"), required=False)
