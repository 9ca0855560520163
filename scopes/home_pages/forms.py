"""Forms of one's homes: each works without scripts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from scopes.homes import Membership

CONTROL = {"class": "form-control"}
Role = Membership.Role


class FindForm(forms.Form):
    """Where someone lives, in a few words; sent by POST, so that no address of a page holds it."""

    address = forms.CharField(
        label=_("Votre adresse"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                **CONTROL,
                "autocomplete": "street-address",
                "spellcheck": "false",
                "enterkeyhint": "search",
                "data-completion": "/api/addresses/",
                "data-some": _("Suggestions :"),
                "data-none": _("Aucune suggestion"),
            }
        ),
    )


class JoinForm(forms.Form):
    """A residence, and what one is there."""

    residence = forms.CharField(max_length=120, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("Vous y êtes"),
        choices=Role.choices,
        initial=Role.TENANT,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class CodeForm(forms.Form):
    """A code read on paper."""

    code = forms.CharField(
        label=_("Votre code"),
        max_length=40,
        help_text=_("Dix lettres et chiffres, comme 4K7QW-2M9XT. Majuscules, espaces et tirets n’importent pas."),
        widget=forms.TextInput(
            attrs={
                "class": "form-control code wide-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    role = forms.ChoiceField(
        label=_("Dans cette résidence, vous êtes"),
        choices=Role.choices,
        initial=Role.TENANT,
        help_text=_("Si vous aviez déjà demandé à la rejoindre, ce que vous aviez dit reste."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class LotForm(forms.Form):
    """Name and lot, as on the manager's papers."""

    name = forms.CharField(label=_("Nom, comme sur vos papiers"), max_length=120, widget=forms.TextInput(attrs=CONTROL))
    lot = forms.CharField(
        label=_("Numéro du lot ou de l’appartement"),
        max_length=30,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )


class PositionForm(forms.Form):
    """Where the device says it is, in degrees, and how surely, in metres."""

    longitude = forms.FloatField(min_value=-180, max_value=180)
    latitude = forms.FloatField(min_value=-90, max_value=90)
    accuracy = forms.FloatField(min_value=0, max_value=1_000_000)


class LetterForm(forms.Form):
    """Where a letter goes."""

    address = forms.CharField(
        label=_("Adresse de votre boîte aux lettres"),
        max_length=200,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "street-address", "spellcheck": "false"}),
    )
