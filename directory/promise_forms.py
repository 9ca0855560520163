"""What is filled in to lend something to someone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.forms import Form


class LendForm(Form):
    """Until which day."""

    until = forms.DateField(
        label=_("Jusqu’à quel jour ?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
    )
