"""What a town hall fills in of its volunteers, what they fill in themselves, and what a circle asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.helping import LONGEST_NAME
from directory.volunteer_models import HelpKind
from geo.forms import Form
from scopes.home_pages.forms import CodeForm

_CONTROL = {"class": "form-control", "autocomplete": "off"}


class WantedForm(Form):
    """One sort of help."""

    kind = forms.ChoiceField(label=_("Pour quoi ?"), choices=HelpKind.choices, widget=forms.RadioSelect)


class OfferForm(Form):
    """A first name to be shown, and what one offers."""

    called = forms.CharField(
        label=_("Le prénom à montrer"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs=_CONTROL)
    )
    offers = forms.MultipleChoiceField(
        label=_("Ce que vous proposez"),
        choices=HelpKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins une chose.")},
    )


class VolunteerForm(OfferForm):
    """The same, with the code of the town hall and a yes."""

    code = CodeForm.base_fields["code"]
    agreed = forms.BooleanField(
        label=_("Je veux bien que la mairie me présente."),
        error_messages={"required": _("Cochez si vous êtes d’accord.")},
    )


class InviteVolunteerForm(Form):
    """A first name, and the word of the town hall that it knows who that is."""

    called = forms.CharField(
        label=_("Son prénom"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=_CONTROL),
        error_messages={"required": _("Écrivez son prénom.")},
    )
    checked = forms.BooleanField(
        label=_("J’ai rencontré cette personne et vu sa pièce d’identité."),
        error_messages={"required": _("Rencontrez d’abord cette personne, et regardez qui elle est.")},
    )
